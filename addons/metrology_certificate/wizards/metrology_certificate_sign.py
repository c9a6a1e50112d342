# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

# Above this many the approval of a batch goes through the queue: making and signing
# a PDF takes about half a second, and a web request must not take minutes.
QUEUE_ABOVE = 10


class MetrologyCertificateSign(models.TransientModel):
    """The dialog in which a person signs one step of some certificates."""

    _name = "metrology.certificate.sign"
    _inherit = "metrology.signing.dialog"
    _description = "Sign Certificates"

    certificate_ids = fields.Many2many(
        comodel_name="metrology.certificate", string="Certificates", required=True
    )
    step = fields.Selection(
        selection=[
            ("submit", "Submit"),
            ("confirm", "First Check"),
            ("check", "Check"),
            ("approve", "Approve and Issue"),
        ],
        required=True,
        readonly=True,
    )
    record_ids = fields.Many2many(
        comodel_name="metrology.record",
        string="Records Checked with Them",
        compute="_compute_record_ids",
        help="Their observations and results are checked and signed by this signature, "
        "too.",
    )
    duplicate_text = fields.Text(compute="_compute_record_ids")
    duplicate_answer = fields.Char(string="Explanation")
    result = fields.Text(readonly=True)

    @api.depends("certificate_ids", "step")
    def _compute_record_ids(self):
        for dialog in self:
            records = self.env["metrology.record"]
            if dialog.step == "check":
                records = dialog.certificate_ids.record_id.filtered(
                    lambda record: record.state == "submitted"
                )
            dialog.record_ids = records
            dialog.duplicate_text = records._get_duplicate_text()

    def action_sign(self):
        self.ensure_one()
        password, self = self._take_password()
        certificates = self.certificate_ids
        if not certificates:
            raise UserError(self.env._("Choose at least one certificate."))
        certificates._authenticate(password)
        if self.duplicate_text and (self.duplicate_answer or "").strip():
            self.record_ids.filtered("duplicate_ids").action_explain_duplicate(
                self.duplicate_answer
            )
        if len(certificates) == 1:
            {
                "submit": certificates._submit,
                "confirm": certificates._confirm,
                "check": certificates._check_step,
                "approve": certificates._approve,
            }[self.step]()
            return {"type": "ir.actions.act_window_close"}
        if self.step == "approve" and len(certificates) > QUEUE_ABOVE:
            certificates._require_group("metrology.group_signatory")
            for certificate in certificates:
                certificate._check_state("approving")
            return self._queue(certificates)
        return self._show(certificates, certificates._sign_batch(self.step))

    def _queue(self, certificates):
        for certificate in certificates:
            certificate.with_delay(
                description=self.env._("Approve %(name)s", name=certificate.name),
                identity_key=f"metrology_certificate_approve_{certificate.id}",
            )._job_approve(certificate.content_digest)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(count)s certificates are being issued. Those that are refused "
                    "come back to you as an activity.",
                    count=len(certificates),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _show(self, certificates, refused):
        done = len(certificates) - len(refused)
        if not refused:
            return {"type": "ir.actions.act_window_close"}
        self.result = self.env._(
            "%(done)s done, %(count)s refused:\n%(reasons)s",
            done=done,
            count=len(refused),
            reasons="\n".join(
                f"{certificate.display_name}: {reason}"
                for certificate, reason in refused
            ),
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Result"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            # The client would keep the button's context, and the password with it.
            "context": {"signing_password": False},
        }
