# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from .release import ELECTRONIC_STATES, PAPER_STATES


class MetrologyCertificate(models.Model):
    _inherit = "metrology.certificate"

    release_ids = fields.Many2many(
        comodel_name="metrology.release",
        relation="metrology_release_certificate_rel",
        column1="certificate_id",
        column2="release_id",
        string="Hand-overs",
        readonly=True,
        copy=False,
    )

    def _get_release_blockers(self, way=False):
        """Return why certificates cannot be handed out: ``[(code, message)]``.

        :param way: of metrology.release; on paper it must have been printed
        """
        allowed = ELECTRONIC_STATES if way == "electronic" else PAPER_STATES
        labels = dict(self._fields["state"]._description_selection(self.env))
        blockers = []
        for certificate in self:
            if certificate.state in allowed:
                continue
            if certificate.state == "released":
                text = self.env._(
                    "Certificate %(name)s has been handed over already.",
                    name=certificate.display_name,
                )
            elif certificate.state == "to_print":
                text = self.env._(
                    "Certificate %(name)s has not been printed yet.",
                    name=certificate.display_name,
                )
            else:
                text = self.env._(
                    "Certificate %(name)s is “%(state)s” and cannot be handed over.",
                    name=certificate.display_name,
                    state=labels[certificate.state],
                )
            blockers.append((f"certificate_{certificate.state}", text))
        return blockers

    def _undo_released(self, reason):
        """A hand-over was reversed: the certificates wait to be collected again."""
        released = self.filtered(lambda certificate: certificate.state == "released")
        if released:
            released._step(reason).write({"state": "printed", "released_on": False})


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    certificate_ids = fields.One2many(
        comodel_name="metrology.certificate",
        inverse_name="job_id",
        string="Certificates",
        readonly=True,
    )
