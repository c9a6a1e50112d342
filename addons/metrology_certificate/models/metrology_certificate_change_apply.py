# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from .metrology_certificate_change import PENDING_STATES


class MetrologyCertificateChange(models.Model):
    """What a change that was consented to does, and how it is settled."""

    _inherit = "metrology.certificate.change"

    def _apply(self):
        """Do what was consented to."""
        self.ensure_one()
        certificate = self.certificate_id
        vals = {
            "approver_id": self.env.uid,
            "approved_on": fields.Datetime.now(),
            "old_pdf_id": certificate.sudo().pdf_id.id,
            "old_sha256": certificate.pdf_sha256,
        }
        if self.kind == "recall":
            certificate._reopen(self.reason)
            if self.record_wrong:
                certificate.record_id.sudo()._return(self.reason)
            self.sudo()._guard_open().write(vals | {"state": "modifying"})
        else:
            record = certificate.record_id.sudo()
            if self.record_wrong:
                record._file()
                record = record._make_correction(self.reason)
            successor = certificate.sudo()._make_successor(self.correction, record)
            self.sudo()._guard_open().write(
                vals | {"state": "modifying", "result_id": successor.id}
            )
            successor._notify_tester(self.reason)
            self._tell_customer()

    def _tell_customer(self):
        """Ask the clerk of the order to tell the customer (S3-5.8.13)."""
        order = self.certificate_id.order_id
        text = self.env._(
            "The certificate %(name)s is being changed: %(reason)s. Tell the customer.",
            name=self.certificate_id.name,
            reason=self.reason,
        )
        order.sudo().message_post(body=text)
        if order.user_id:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Tell the customer"),
                note=text,
                user_id=order.user_id.id,
            )

    @api.model
    def _after_return(self, certificates, reason):
        """A recall that nobody decided on is settled once its certificate is back."""
        pending = self.sudo().search(
            [
                ("state", "in", PENDING_STATES),
                ("certificate_id", "in", certificates.ids),
            ]
        )
        pending._guard_open().write({"state": "refused", "refused_reason": reason})

    @api.model
    def _after_void(self, certificates, reason):
        """What was to be changed, or was the change, is given up: a new one may come."""
        changes = self.sudo().search(
            [
                ("state", "in", (*PENDING_STATES, "modifying")),
                "|",
                ("result_id", "in", certificates.ids),
                ("certificate_id", "in", certificates.ids),
            ]
        )
        changes._guard_open().write({"state": "refused", "refused_reason": reason})

    @api.model
    def _after_issue(self, certificates):
        """The changed documents were issued: their changes are done with."""
        changes = self.sudo().search(
            [
                ("state", "=", "modifying"),
                "|",
                ("result_id", "in", certificates.ids),
                "&",
                ("certificate_id", "in", certificates.ids),
                ("kind", "=", "recall"),
            ]
        )
        recalls = changes.filtered(lambda change: change.kind == "recall")
        recalls._guard_open().write({"state": "closed"})
        (changes - recalls)._guard_open().write({"state": "reissued"})
