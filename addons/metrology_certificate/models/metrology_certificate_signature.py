# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

ROLES = [
    ("editor", "Editor"),
    ("tester", "Tester"),
    ("checker", "Checker"),
    ("approver", "Authorised Signatory"),
]


class MetrologyCertificateSignature(models.Model):
    """What a person signed: the digest of the content, the moment, the evidence.

    A signature is never changed. When a certificate goes back, its signatures are
    withdrawn (who, when, why) and stay as history; a new round collects new ones.
    """

    _name = "metrology.certificate.signature"
    _description = "Signature on a Certificate"
    _order = "id"

    certificate_id = fields.Many2one(
        comodel_name="metrology.certificate",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="certificate_id.company_id", store=True, index=True
    )
    role = fields.Selection(selection=ROLES, required=True, readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee", required=True, readonly=True
    )
    user_id = fields.Many2one(comodel_name="res.users", required=True, readonly=True)
    person_name = fields.Char(
        required=True,
        readonly=True,
        help="The name as it stood when the person signed.",
    )
    signed_on = fields.Datetime(required=True, readonly=True)
    content_digest = fields.Char(string="Digest", required=True, readonly=True)
    evidence = fields.Json(
        readonly=True,
        help="Why the person was allowed to sign that day.",
    )
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    withdrawn_reason = fields.Char(readonly=True)
    state = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("withdrawn", "Withdrawn"),
            ("invalid", "Content Changed"),
        ],
        compute="_compute_state",
    )

    _one_per_role = models.UniqueIndex(
        "(certificate_id, role) WHERE withdrawn_on IS NULL",
        "This step of the certificate is already signed.",
    )

    @api.depends("withdrawn_on", "content_digest", "certificate_id.content_digest")
    def _compute_state(self):
        for signature in self:
            if signature.withdrawn_on:
                signature.state = "withdrawn"
            elif signature.content_digest != signature.certificate_id.content_digest:
                signature.state = "invalid"
            else:
                signature.state = "valid"

    def write(self, vals):
        if set(vals) - {"withdrawn_on", "withdrawn_by_id", "withdrawn_reason"} or any(
            self.mapped("withdrawn_on")
        ):
            raise UserError(self.env._("A signature cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signature cannot be deleted."))

    def _withdraw(self, reason):
        """Turn the valid signatures among ``self`` into history."""
        self.filtered(lambda signature: not signature.withdrawn_on).write(
            {
                "withdrawn_on": fields.Datetime.now(),
                "withdrawn_by_id": self.env.uid,
                "withdrawn_reason": reason,
            }
        )
        # A new one of the same role may be inserted before this update is sent.
        self.flush_recordset(["withdrawn_on"])
