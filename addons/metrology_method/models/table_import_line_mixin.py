# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .table_import_mixin import READING


class MetrologyTableImportLineMixin(models.AbstractModel):
    """One row of a list, with what was made of it and why.

    States: new (will be created), known (is there already), doubtful (a person
    decides), error (something is missing), skip (left out).
    """

    _name = "metrology.table.import.line.mixin"
    _description = "Line of a List"

    #: Written by the judgement, not by a person.
    _judged_fields = ("state", "reason", "row_number", "sheet", "oddities")
    #: What was confirmed was another text: writing these takes a confirmation back.
    _unconfirming_fields = ()

    sequence = fields.Integer()
    sheet = fields.Char(readonly=True)
    row_number = fields.Integer(string="Row", readonly=True, aggregator=None)
    confirmed = fields.Boolean(
        string="Take As It Is",
        help="You have looked at the doubt and the line is right.",
    )
    excluded = fields.Boolean(string="Leave Out")
    oddities = fields.Json(readonly=True)
    state = fields.Selection(
        selection="_get_line_states",
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Text(readonly=True)

    @api.model
    def _get_line_states(self):
        return [
            ("new", self.env._("New")),
            ("known", self.env._("Known")),
            ("doubtful", self.env._("Doubtful")),
            ("error", self.env._("Incomplete")),
            ("skip", self.env._("Left Out")),
        ]

    @api.depends("row_number", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "Row %(row)s: %(name)s", row=line.row_number, name=line.name or "–"
            )

    def _is_reading(self):
        return self.env.context.get("metrology_import_reading") is READING

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_reading():
            lines.import_id._check_open()
            lines.import_id._evaluate()
        return lines

    def write(self, vals):
        if self._is_reading():
            return super().write(vals)
        self.import_id._check_open()
        if set(self._judged_fields) & set(vals) and not self.env.su:
            raise UserError(self.env._("State and reason of a line are not typed."))
        vals = self._prepare_typed(dict(vals))
        if set(self._unconfirming_fields) & set(vals) and "confirmed" not in vals:
            vals["confirmed"] = False
        result = super().write(vals)
        # A cell that a person typed has no oddity of the file any more.
        for line in self.with_context(metrology_import_reading=READING):
            left = {
                name: oddity
                for name, oddity in (line.oddities or {}).items()
                if name not in vals
            }
            if left != (line.oddities or {}):
                line.oddities = left
        self.import_id._evaluate()
        return result

    def _prepare_typed(self, vals):
        """Return what follows from the values a person typed. Hook."""
        return vals

    def unlink(self):
        imports = self.import_id
        imports._check_open()
        result = super().unlink()
        imports.exists()._evaluate()
        return result

    def _set_judgement(self, state, reasons, values=None):
        """Write what the judgement of this one line changes."""
        self.ensure_one()
        if len(reasons) > 1:
            reasons = [f"• {reason}" for reason in reasons]
        values = {**(values or {}), "state": state}
        values["reason"] = "\n".join(reasons) or False
        changed = {
            name: value
            for name, value in values.items()
            if (self[name].id if name.endswith("_id") else self[name]) != value
        }
        if changed:
            self.write(changed)

    def _oddity_texts(self):
        """Return the sentence for each oddity of a cell (tools.table_reader)."""
        return {
            "formula": self.env._("is a formula that Excel has not calculated"),
            "rounded": self.env._(
                "has more than 15 digits: Excel has cut the last ones off"
            ),
            "power": self.env._(
                "was shortened to a power of ten by Excel: the last digits are lost"
            ),
            "cut": self.env._("is longer than 2000 characters; the rest was left out"),
            "date": self.env._("was turned into a date by Excel"),
            "error": self.env._("is an error value of Excel"),
            "unreadable": self.env._("is not readable"),
            "ditto": self.env._("says “as above”, but every instrument has its own"),
            "hidden": self.env._("The row is hidden in the file: is it meant?"),
        }

    def action_confirm(self):
        """Take doubtful lines as they are."""
        self.write({"confirmed": True})
        clashing = self.filtered(lambda line: line.state == "doubtful")
        if not clashing:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "%(line)s cannot be taken as it is: %(reason)s",
                    line=clashing[0].display_name,
                    reason=clashing[0].reason,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_exclude(self):
        """Leave lines out of the list (or take them in again)."""
        self.write({"excluded": not all(line.excluded for line in self)})
        return True
