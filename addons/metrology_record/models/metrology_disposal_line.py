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
        lines = super().create([self._prepare_line(vals) for vals in vals_list])
        lines._check_open()
        lines._check_may_go()
        return lines

    @api.model
    def _prepare_line(self, vals):
        """Return what a line keeps: which item, its name and until when it was kept."""
        record = self._find_item(vals.get("res_model"), vals.get("res_id"))
        return {
            "disposal_id": vals.get("disposal_id"),
            "res_model": record._name,
            "res_id": record.id,
            "name": record.display_name,
            "kept_until": record.retention_until,
        }

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

    @api.model
    def _find_item(self, model, res_id):
        """Return the item of a line.

        :raises UserError: it is nothing that is kept for a time
        """
        items = self.env.get(model or "")
        if items is None or not hasattr(items, "_check_retention"):
            raise UserError(self.env._("This is nothing that is kept for a time."))
        return items.sudo().browse(res_id).exists()

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
