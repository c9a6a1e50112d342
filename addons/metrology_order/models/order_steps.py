# SPDX-License-Identifier: AGPL-3.0-only

from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyOrder(models.Model):
    """The steps of an order up to its acceptance: review, signature, jobs."""

    _inherit = "metrology.order"

    # -------------------------------------------------------------- transitions
    def _raise_blockers(self, blockers):
        """Raise one error with every sentence of ``[(code, message)]``."""
        if blockers:
            raise UserError("\n".join(message for _code, message in blockers))

    def _get_submit_blockers(self):
        """Return why the orders cannot be submitted: ``[(code, message)]``."""
        blockers = []
        for order in self:
            if not order.line_ids:
                blockers.append(
                    (
                        "no_line",
                        self.env._(
                            "Order %(order)s has no instrument. Add lines, or import "
                            "the customer's list.",
                            order=order.display_name,
                        ),
                    )
                )
            if order.place == "onsite" and not order.site_address:
                blockers.append(
                    (
                        "no_site",
                        self.env._(
                            "Order %(order)s is on site: enter the place of the work.",
                            order=order.display_name,
                        ),
                    )
                )
        return blockers + self.line_ids._get_content_blockers()

    def action_submit(self):
        """Take the order in: content complete, number given. draft → submitted."""
        self = self._lock()
        self._require_state("draft")
        self._raise_blockers(self._get_submit_blockers())
        numbers = self.env["metrology.number"]._assign("order", self)
        for order in self:
            order._guard_open().write({"name": numbers[order.id], "state": "submitted"})
        return True

    def action_start_review(self):
        """Open the contract review of the current version. submitted → reviewing."""
        self = self._lock()
        self._require_state("submitted")
        self._open_review()
        self._guard_open().write({"state": "reviewing"})
        return True

    def _open_review(self):
        """Create the draft review of the present version where there is none."""
        missing = self.filtered(lambda order: order.review_id.version != order.version)
        reviews = (
            self.env["metrology.order.review"]
            .sudo()
            .create(
                [{"order_id": order.id, "version": order.version} for order in missing]
            )
        )
        for order, review in zip(missing, reviews, strict=True):
            order._guard_open().review_id = review

    def action_review_done(self):
        """Finish the contract review: every question answered, every line capable.

        submitted or reviewing → to_sign.  Lines that the institution cannot serve
        stop it by name (JJF 1069 / ISO/IEC 17025, 7.1).
        """
        self = self._lock()
        self._require_state("submitted", "reviewing")
        self._open_review()
        self.line_ids._refresh_capability()
        blockers = []
        for order in self:
            blockers += order.review_id._get_done_blockers()
        self._raise_blockers(blockers)
        self.review_id._finish()
        self._guard_open().write({"state": "to_sign"})
        return True

    def action_sign(self, signature, name):
        """Record the customer's signature on the reviewed order.

        :param signature: image as base64 text
        :param name: who signed
        """
        self.ensure_one()
        self = self._lock()
        self._require_state("to_sign")
        if not signature or not (name or "").strip():
            raise UserError(
                self.env._(
                    "Order %(order)s: the signature and the signer's name are both "
                    "needed.",
                    order=self.display_name,
                )
            )
        if self.signature:
            raise UserError(
                self.env._(
                    "Order %(order)s has already been signed by %(name)s.",
                    order=self.display_name,
                    name=self.signed_by,
                )
            )
        self._guard_open().write(
            {
                "signature": signature,
                "signed_by": name.strip(),
                "signed_on": fields.Datetime.now(),
            }
        )
        return True

    def _get_accept_blockers(self):
        """Return why the orders cannot be accepted; later addons extend it."""
        blockers = []
        for order in self:
            if not order.signature:
                blockers.append(
                    (
                        "not_signed",
                        self.env._(
                            "Order %(order)s waits for the customer's signature.",
                            order=order.display_name,
                        ),
                    )
                )
        return blockers + self.line_ids._get_capability_blockers()

    def action_accept(self):
        """Accept the signed order: freeze editions, expect samples, make jobs.

        to_sign → accepted.  Accepted twice at the same time, one of the two waits
        for the other and is then told that the order is accepted already.
        """
        self = self._lock()
        self._require_state("to_sign")
        self.line_ids._refresh_capability()
        self._raise_blockers(self._get_accept_blockers())
        self._guard_open().write(
            {
                "state": "accepted",
                "accepted_on": fields.Datetime.now(),
                "accepted_by_id": self.env.uid,
            }
        )
        self.line_ids._freeze_agreement()
        self._make_samples_and_jobs()
        self._move_jobs()
        self._after_accept()
        self._update_progress()
        return True

    def _after_accept(self):
        """Hook: what follows an acceptance (sale lines, messages)."""

    def _make_samples_and_jobs(self):
        """Create the missing samples and jobs; withdraw those of removed lines.

        One sample per instrument of an order, one job per line.  A number of
        queries that does not grow with the lines.
        """
        # 'Created' a thousand times says nothing: the order tells who accepted it.
        quiet = {"tracking_disable": True}
        samples = self.env["metrology.sample"].sudo().with_context(**quiet)
        jobs = self.env["metrology.job"].sudo().with_context(**quiet)
        lines = self.line_ids.filtered(lambda line: not line.job_id)
        present = {
            (sample.order_id.id, sample.instrument_id.id): sample
            for sample in samples.search(
                [("order_id", "in", self.ids), ("state", "!=", "cancelled")]
            )
        }
        wanted = {}
        for line in lines:
            key = (line.order_id.id, line.instrument_id.id)
            if key not in present:
                wanted.setdefault(key, line)
        created = samples.create(
            [line._prepare_sample_values() for line in wanted.values()]
        )
        present.update(zip(wanted, created, strict=True))
        new_jobs = jobs.create(
            [
                line._prepare_job_values(
                    present[line.order_id.id, line.instrument_id.id]
                )
                for line in lines
            ]
        )
        numbers = self.env["metrology.number"]._assign("job", new_jobs)
        for job, line in zip(new_jobs, lines.sudo(), strict=True):
            job.name = numbers[job.id]
            line.job_id = job
