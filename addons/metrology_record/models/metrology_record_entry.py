# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

_KEY = object()


class MetrologyRecordEntry(models.Model):
    """One typed cell: what, who and when by the server's clock (S0-6.3.3, S0-6.3.4).

    Rows are only added. A cell typed again has another row, the value before stays.
    """

    _name = "metrology.record.entry"
    _description = "Entry of a Record"
    _order = "id desc"
    _log_access = False

    record_id = fields.Many2one(
        comodel_name="metrology.record",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="record_id.company_id")
    section = fields.Char(required=True, readonly=True)
    block = fields.Char(readonly=True)
    row = fields.Integer(readonly=True, aggregator=None)
    cell = fields.Char(required=True, readonly=True)
    place = fields.Char(string="Where", readonly=True)
    old = fields.Char(string="Before", readonly=True)
    value = fields.Char(readonly=True)
    source = fields.Selection(
        selection=[
            ("keyboard", "Keyboard"),
            ("paste", "Pasted"),
            ("prefill", "From the Order"),
            ("api", "Interface"),
        ],
        required=True,
        readonly=True,
        default="keyboard",
    )
    phase = fields.Selection(
        selection=[("entry", "First Entry"), ("correction", "After a Return")],
        required=True,
        readonly=True,
        default="entry",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict", required=True
    )
    time = fields.Datetime(required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("metrology_record_entry") is not _KEY:
            raise UserError(
                self.env._("Entries are made by typing into the record only.")
            )
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("An entry of a record is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An entry of a record is never deleted."))

    @api.model
    def _with_key(self):
        return self.sudo().with_context(metrology_record_entry=_KEY)
