# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologySample(models.Model):
    _inherit = "metrology.sample"

    release_ids = fields.Many2many(
        comodel_name="metrology.release",
        relation="metrology_release_sample_rel",
        column1="sample_id",
        column2="release_id",
        string="Hand-overs",
        readonly=True,
        copy=False,
    )

    def _is_releasable(self):
        """Whether the sample stands in the store with nothing left to do on it.

        One whose services were all cancelled leaves as it came.
        """
        self.ensure_one()
        return self.state == "back_in_store" or (
            self.state == "received"
            and all(job.state == "cancelled" for job in self.job_ids)
        )

    def _take_back_from_customer(self, reason):
        """Bring released samples back into the store by a move of stock."""
        self._lock()
        self._require_state("released")
        self._advance({"state": "back_in_store", "released_on": False})
        user = self.env.user
        for company, samples in self.filtered("lot_id")._by_company():
            samples._custody_move(
                "undo",
                self._customers_location(),
                company._metrology_custody_setup().metrology_store_id,
                giver_name=samples.partner_id[:1].name,
                receiver=user.employee_id,
                receiver_name=user.name,
                note=reason,
                before=dict.fromkeys(samples.ids, "released"),
            )

    def _get_release_blockers(self):
        """Return why samples cannot leave the house: ``[(code, message)]``."""
        blockers = []
        labels = dict(self._fields["state"]._description_selection(self.env))
        for sample in self:
            if sample.state == "released":
                blockers.append(
                    (
                        "sample_released",
                        self.env._(
                            "Instrument %(sample)s has been handed over already.",
                            sample=sample.display_name,
                        ),
                    )
                )
            elif not sample._is_releasable():
                blockers.append(
                    (
                        "sample_not_in_store",
                        self.env._(
                            "Instrument %(sample)s is not back in the store, it is "
                            "“%(state)s”.",
                            sample=sample.display_name,
                            state=labels[sample.state],
                        ),
                    )
                )
        return blockers
