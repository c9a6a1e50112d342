# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyDisposalLine(models.Model):
    """One item of a disposal list: which, and until when it had to be kept."""

    _name = "metrology.disposal.line"
    _description = "Item of a Disposal List"
    _order = "disposal_id, id"
    _rec_name = "name"

    disposal_id = fields.Many2one(
        comodel_name="metrology.disposal",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="disposal_id.company_id", store=True, index=True
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="Item", required=True, readonly=True
    )
    name = fields.Char(string="Document", readonly=True)
    kept_until = fields.Date(readonly=True)

    _item_idx = models.Index("(res_model, res_id)")

    @api.model_create_multi
    def create(self, vals_list):
        """Note what the item is, and refuse what must still be kept."""
        lines = super().create(
            [
                {
                    name: value
                    for name, value in vals.items()
                    if name in ("disposal_id", "res_model", "res_id")
                }
                for vals in vals_list
            ]
        )
        lines._check_open()
        lines._check_may_go()
        for line in lines:
            record = line._get_record()
            super(MetrologyDisposalLine, line).write(
                {"name": record.display_name, "kept_until": record.retention_until}
            )
        return lines

    def write(self, vals):
        raise UserError(
            self.env._("An item of a disposal list is removed or added, not changed.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self._check_open()

    def _check_open(self):
        for disposal in self.disposal_id:
            disposal._require_state("draft")

    def _get_record(self):
        self.ensure_one()
        model = self.env.get(self.res_model)
        if model is None or not hasattr(model, "_check_retention"):
            raise UserError(self.env._("This is nothing that is kept for a time."))
        return model.sudo().browse(self.res_id).exists()

    def _get_records(self):
        """Return the items as recordsets, one for each model."""
        return [
            self.env[model].sudo().browse(lines.mapped("res_id")).exists()
            for model, lines in self.grouped("res_model").items()
        ]

    def _check_may_go(self):
        """Refuse what must be kept, was never finished or is gone already.

        :raises UserError: names the item, and the day until which it is kept
        """
        for line in self:
            line._get_record()
        for records in self._get_records():
            records._check_retention()
            for record in records:
                if not record.retention_until:
                    raise UserError(
                        self.env._(
                            "%(item)s is still in work: its retention has not begun.",
                            item=record.display_name,
                        )
                    )
                if record.disposed_on:
                    raise UserError(
                        self.env._(
                            "%(item)s was disposed of on %(day)s already.",
                            item=record.display_name,
                            day=record.disposed_on,
                        )
                    )
