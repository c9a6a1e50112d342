# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from .metrology_certificate import SIGNING_STATES


class MetrologyCertificate(models.Model):
    """What the buttons of a certificate do."""

    _inherit = "metrology.certificate"

    # --- ACTIONS ---

    def action_preview(self):
        """Open the PDF as it will be printed, with a mark across each page.

        A draft is marked as such; of an issued one it is a copy for reading, without
        QR code, seal and signature: only the print list hands out the document.
        """
        self.ensure_one()
        return self.layout_id.report_id.report_action(self)

    def action_open_sign(self):
        """Open the dialog in which the person confirms the step with a password."""
        step = self._get_step()
        # Made beforehand: of a dialog that its own button creates, the password would
        # not reach the button.
        dialog = self.env["metrology.certificate.sign"].create(
            {"step": step, "certificate_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self._get_step_label(step),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_return(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return to the Tester"),
            "res_model": "metrology.certificate.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_certificate_ids": self.ids},
        }

    def action_submit(self, password):
        """Sign as editor and tester, or send to the tester's first check.

        :param str password: of the person who submits
        :raise UserError: what is missing on the certificate
        """
        self._authenticate(password)
        self._submit()
        return True

    def action_confirm(self, password):
        """First check: the tester confirms what somebody else edited (S3-5.8.4)."""
        self._authenticate(password)
        self._confirm()
        return True

    def action_check(self, password):
        """Sign as checker."""
        self._authenticate(password)
        self._check_step()
        return True

    def action_approve(self, password):
        """Sign as authorised signatory; makes, seals and stores the PDF."""
        self._authenticate(password)
        self._approve()
        return True

    def action_return(self, reason):
        """Give the certificate back to the tester (S3-5.8.5); the reason is a must."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the certificate goes back."))
        self._return(reason)
        return True

    def action_void(self, reason=None):
        """Give up certificates that were never issued; their numbers stay on file.

        :param str reason: without it the dialog that asks for it opens
        """
        if reason is None:
            return self._guard_ask_reason("action_void")
        self._guard_check_group(
            "metrology.group_signatory,metrology.group_technical_head"
        )
        reason = self._guard_check_reason(reason)
        self._lock()
        for certificate in self:
            certificate._check_state("editing", *SIGNING_STATES)
        self.sudo().signature_ids._withdraw(reason)
        self._step(reason).write({"state": "void", "return_reason": reason})
        # A corrected record is made for its replacement and goes with it.
        self.record_id.filtered("origin_id")._give_up(reason)
        self.env["metrology.certificate.change"]._after_void(self, reason)
        return True

    def action_open_change(self):
        """Open a request to change the certificate."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of a Certificate"),
            "res_model": "metrology.certificate.change",
            "view_mode": "form",
            "context": {"default_certificate_id": self.id},
        }

    def action_view_changes(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Changes"),
            "res_model": "metrology.certificate.change",
            "view_mode": "list,form",
            "domain": [("certificate_id", "=", self.id)],
        }

    def action_change_directly(self, correction, reason):
        """Make the successor of a released certificate at once (S3-5.8.13).

        :param str correction: supplement or replacement
        :param str reason: must not be empty
        """
        self.ensure_one()
        return (
            self.env["metrology.certificate.change"]
            ._change_directly(self, correction, reason)
            ._get_action()
        )

    def action_open_reprint(self):
        """Open the dialog that asks why it is printed again."""
        return self.action_open_return() | {
            "name": self.env._("Print Again"),
            "context": {
                "default_certificate_ids": self.ids,
                "default_purpose": "reprint",
            },
        }

    def _get_step(self):
        """The step the certificates wait for; all must wait for the same one."""
        steps = {
            "editing": "submit",
            "initial_review": "confirm",
            "checking": "check",
            "approving": "approve",
        }
        states = set(self.mapped("state"))
        if len(states) != 1 or not states <= set(steps):
            raise UserError(
                self.env._("Choose certificates that all wait for the same step.")
            )
        return steps[states.pop()]

    def _get_step_label(self, step):
        return {
            "submit": self.env._("Submit"),
            "confirm": self.env._("First Check"),
            "check": self.env._("Check"),
            "approve": self.env._("Approve and Issue"),
        }[step]
