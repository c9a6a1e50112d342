# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

_KEY = object()


class MetrologyRecordSignature(models.Model):
    """Who signed what of a record and when; the hash says what was signed."""

    _name = "metrology.record.signature"
    _description = "Signature on a Record"
    _order = "id"

    record_id = fields.Many2one(
        comodel_name="metrology.record",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="record_id.company_id", store=True, index=True)
    role = fields.Selection(
        selection=[
            ("mentor", "Mentor"),
            ("execute", "Executor"),
            ("check", "Checker"),
        ],
        required=True,
        readonly=True,
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee", required=True, readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(readonly=True, help="The person's name on that day.")
    signed_on = fields.Datetime(required=True, readonly=True)
    digest = fields.Char(
        readonly=True, help="SHA-256 of the data and results that were signed."
    )
    valid = fields.Boolean(
        readonly=True, default=True, help="Not any more, once the record was returned."
    )

    # Two clicks of one person lock the record one after another, and the second does
    # not see what the first one signed.
    _once_uniq = models.UniqueIndex(
        "(record_id, role, user_id) WHERE valid",
        "You have signed this technical record already.",
    )
    _check_uniq = models.UniqueIndex(
        "(record_id) WHERE valid AND role = 'check'",
        "This technical record has been checked already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_key()
        return super().create(vals_list)

    def write(self, vals):
        self._check_key()
        return super().write(vals)

    def _check_key(self):
        if self.env.context.get("metrology_record_signature") is not _KEY:
            raise UserError(
                self.env._("Signatures are given by the steps of the record only.")
            )

    def _with_key(self):
        return self.sudo().with_context(metrology_record_signature=_KEY)
