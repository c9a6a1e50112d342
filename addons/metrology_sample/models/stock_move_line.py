# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class StockMoveLine(models.Model):
    """A done line of a sample is one step of its custody: who gave it to whom."""

    _name = "stock.move.line"
    _inherit = ["stock.move.line", "metrology.custody.guard"]

    metrology_sample_id = fields.Many2one(
        comodel_name="metrology.sample",
        string="Sample",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    custody_step = fields.Selection(
        selection=[
            ("receive", "Received"),
            ("hand_over", "Handed Over"),
            ("return", "Returned to Store"),
            ("release", "Released"),
            ("undo", "Undone"),
        ],
        string="Custody",
        readonly=True,
        copy=False,
    )
    giver_name = fields.Char(string="Given By", readonly=True, copy=False)
    giver_id = fields.Many2one(
        comodel_name="hr.employee",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    receiver_name = fields.Char(string="Taken By", readonly=True, copy=False)
    receiver_id = fields.Many2one(
        comodel_name="hr.employee",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    custody_note = fields.Char(string="Note", readonly=True, copy=False)
    custody_state_before = fields.Char(readonly=True, copy=False)

    _metrology_lot_date_idx = models.Index("(lot_id, date)")

    def _custody_lines(self):
        return self.filtered(
            lambda line: line.product_id.is_metrology_sample or line.metrology_sample_id
        )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not lines._custody_is_open():
            samples = lines._custody_lines()
            if samples:
                lines._custody_refuse(
                    samples.mapped(
                        lambda line: line.lot_id.name or line.lot_name or "–"
                    )
                )
        return lines

    def write(self, vals):
        if not self._custody_is_open():
            # Core itself marks and dates lines; a person's edit is refused, done or not.
            lines = self._custody_lines()
            if lines:
                self._custody_refuse(
                    lines.mapped(lambda line: line.lot_id.name or line.lot_name or "–")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_metrology_sample(self):
        lines = self._custody_lines()
        if lines and not self._custody_is_open():
            self._custody_refuse(lines.lot_id.mapped("name"))

    def _action_done(self):
        """Move the quantities of a custody step for all its samples together.

        What core does line by line comes down to this for serial numbers whose place
        was compared and whose quants are locked: one piece less there, one more here.
        The rest of the move (states, checks of quantity, later moves) stays core's.
        """
        mine = self._custody_is_open() and self == self._custody_lines()
        if not self or not mine:
            return super()._action_done()
        quants = self.env["stock.quant"].sudo()
        present = {
            (quant.lot_id.id, quant.location_id.id): quant
            for quant in quants.search([("lot_id", "in", self.lot_id.ids)])
        }
        targets = {}
        for line in self:
            for location, change in (
                (line.location_id, -1),
                (line.location_dest_id, 1),
            ):
                quant = present[line.lot_id.id, location.id]
                targets.setdefault(quant.quantity + change, []).append(quant.id)
        for quantity, ids in targets.items():
            quants.browse(ids).write({"quantity": quantity})
        now = fields.Datetime.now()
        quants.browse(
            present[line.lot_id.id, line.location_dest_id.id].id for line in self
        ).write({"in_date": now})
        self.write({"date": now})
        return None
