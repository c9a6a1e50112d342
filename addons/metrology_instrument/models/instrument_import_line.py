# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from odoo.addons.metrology.const import SERVICE_KINDS
from odoo.addons.metrology_method.models.table_import_mixin import READING
from odoo.addons.metrology_method.tools import text_keys

from ..tools import instrument_list

#: Fields of a line that become fields of the instrument.
_INSTRUMENT_FIELDS = (
    "name",
    "model_text",
    "range_text",
    "accuracy_text",
    "serial_number",
    "manufacturer",
    "asset_number",
    "customer_department",
    "last_date",
    "due_date",
    "interval_months",
)


class MetrologyInstrumentImportLine(models.Model):
    """One row of a customer's list, with what was made of it and why.

    States: new (will be created), known (found in the customer's ledger),
    doubtful (a person decides), error (something is missing), skip (no
    instrument, or left out).
    """

    _name = "metrology.instrument.import.line"
    _description = "Line of an Instrument List"
    _inherit = ["metrology.table.import.line.mixin"]
    _order = "import_id, sequence, id"
    _judged_fields = ("state", "reason", "row_number", "sheet", "skip_code", "oddities")
    _unconfirming_fields = (
        *("serial_number", "name", "model_text", "asset_number", "quantity"),
    )

    import_id = fields.Many2one(
        comodel_name="metrology.instrument.import",
        string="List",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="import_id.partner_id")
    import_state = fields.Selection(
        related="import_id.state", string="State of the List"
    )
    section = fields.Char()

    name = fields.Char(string="Instrument Name")
    model_text = fields.Char(string="Model / Specification")
    range_text = fields.Char(string="Measuring Range")
    accuracy_text = fields.Char(string="Accuracy Class")
    serial_number = fields.Char()
    manufacturer = fields.Char()
    asset_number = fields.Char(string="Customer's Asset Number")
    customer_department = fields.Char()
    quantity = fields.Integer(default=1, aggregator="sum")
    remark = fields.Char()
    last_date = fields.Date(string="Last Service")
    due_date = fields.Date()
    interval_months = fields.Integer(string="Interval (months)", aggregator=None)

    # What the remark asks for
    urgent = fields.Boolean()
    service_kind = fields.Selection(selection=SERVICE_KINDS, string="Service")
    condition = fields.Char(string="Condition as Told")
    accessories = fields.Char()

    # What was made of it
    instrument_type_id = fields.Many2one(comodel_name="metrology.instrument.type")
    type_is_manual = fields.Boolean()
    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument",
        string="Is",
        domain="[('partner_id', 'parent_of', partner_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The instrument of the customer's ledger. Choose one to say that it is "
        "this one.",
    )
    instrument_is_manual = fields.Boolean()
    skip_code = fields.Char(readonly=True)
    state = fields.Selection(
        selection=[
            ("new", "New Instrument"),
            ("known", "Known Instrument"),
            ("doubtful", "Doubtful"),
            ("error", "Incomplete"),
            ("skip", "Left Out"),
        ]
    )

    # --------------------------------------------------------------------- CRUD
    def _prepare_typed(self, vals):
        if "instrument_id" in vals:
            vals["instrument_is_manual"] = bool(vals["instrument_id"])
        if "instrument_type_id" in vals:
            vals["type_is_manual"] = bool(vals["instrument_type_id"])
        return super()._prepare_typed(vals)

    # ---------------------------------------------------------------- judgement
    def _judge(self, types, certain, candidates, same_serial, same_asset, taken):
        """Set state and reason of one line from what was read for all of them."""
        self.ensure_one()
        values = {}
        if self.skip_code or self.excluded:
            state, reasons = "skip", [self._skip_text()]
        else:
            if not self.type_is_manual:
                kind = types.get(self.name) or self.instrument_type_id.browse()
                values["instrument_type_id"] = kind.id
            state, reasons = self._judge_instrument(
                values, certain, candidates, same_serial, same_asset, taken
            )
        self._set_judgement(state, reasons, values)

    def _judge_instrument(
        self, values, certain, candidates, same_serial, same_asset, taken
    ):
        # A doubt can be confirmed; a clash cannot, one of the lines has to give way.
        errors, clashes, doubts, notes = [], [], [], []
        labels = self._fields
        if not (self.name or "").strip():
            errors.append(self.env._("the instrument's name is missing"))
        if not (self.model_text or "").strip():
            doubts.append(self.env._("no model: enter it, or 无 where there is none"))
        if self.quantity < 1:
            errors.append(self.env._("the quantity is not a number of pieces"))
        self._judge_serial(doubts, notes)
        self._judge_quantity(doubts)
        self._judge_oddities(doubts, labels)
        self._judge_duplicates(clashes, doubts, notes, same_serial, same_asset)
        if not self.instrument_type_id and not values.get("instrument_type_id"):
            notes.append(
                self.env._("instrument type not recognised: choose it for the order")
            )
        if not self.service_kind:
            errors.append(self.env._("no service is chosen"))
        known = self._judge_known(values, certain, candidates, clashes, doubts, taken)
        if errors:
            return "error", errors + clashes + doubts + notes
        if clashes or (doubts and not self.confirmed):
            return "doubtful", clashes + doubts + notes
        if known:
            return "known", notes
        return "new", notes

    def _judge_serial(self, doubts, notes):
        serial = self.serial_number or ""
        if not serial.strip():
            doubts.append(
                self.env._("no serial number: enter it, or 无 where there is none")
            )
        elif text_keys.is_unread_serial(serial):
            doubts.append(
                self.env._(
                    "“%(serial)s” is no number: read it from the nameplate, or take "
                    "it as it is and read it at reception",
                    serial=serial,
                )
            )
        elif text_keys.is_no_serial(serial):
            notes.append(self.env._("bears no serial number: told apart by our label"))

    def _judge_quantity(self, doubts):
        if self.quantity > 1:
            if instrument_list.split_serials(self.serial_number, self.quantity):
                doubts.append(
                    self.env._(
                        "%(count)s pieces with their numbers in one line: split it, "
                        "one line an instrument",
                        count=self.quantity,
                    )
                )
            else:
                doubts.append(
                    self.env._(
                        "%(count)s pieces, but one serial number: split the line and "
                        "enter the other numbers, or set the quantity to 1",
                        count=self.quantity,
                    )
                )

    def _judge_oddities(self, doubts, labels):
        texts = self._oddity_texts()
        for name, oddity in (self.oddities or {}).items():
            if name in ("sequence", "unit") or oddity not in texts:
                continue
            if name == "row":
                doubts.append(texts[oddity])
            elif oddity == "date" and name in ("last_date", "due_date", "remark"):
                continue
            elif name in labels:
                label = labels[name].get_description(self.env, ["string"])["string"]
                doubts.append(f"{label}: {texts[oddity]}")

    def _judge_duplicates(self, clashes, doubts, notes, same_serial, same_asset):
        key = text_keys.serial_key(self.serial_number)
        identity = text_keys.identity_key(self.name, self.model_text)
        others = [line for line in same_serial.get(key, ()) if line != self]
        for line in others:
            if text_keys.identity_key(line.name, line.model_text) == identity:
                clashes.append(
                    self.env._(
                        "stands twice in the list: row %(row)s has the same name, "
                        "model and serial number; leave one out or correct it",
                        row=line.row_number,
                    )
                )
            else:
                notes.append(
                    self.env._(
                        "row %(row)s has the same serial number (%(name)s)",
                        row=line.row_number,
                        name=line.name,
                    )
                )
        asset = text_keys.compact(self.asset_number)
        for line in same_asset.get(asset, ()) if asset else ():
            if line != self and line not in others:
                doubts.append(
                    self.env._(
                        "row %(row)s has the same asset number %(asset)s",
                        row=line.row_number,
                        asset=self.asset_number,
                    )
                )

    def _judge_known(self, values, certain, candidates, clashes, doubts, taken):
        """Return whether the line is an instrument of the ledger."""
        chosen = self.instrument_id if self.instrument_is_manual else certain
        if chosen:
            if chosen.id in taken:
                clashes.append(
                    self.env._(
                        "is the same instrument as row %(row)s: leave one out",
                        row=taken[chosen.id].row_number,
                    )
                )
            taken.setdefault(chosen.id, self)
            values["instrument_id"] = chosen.id
            return True
        values["instrument_id"] = False
        if candidates:
            names = ", ".join(c.display_name for c in candidates[:3])
            doubts.append(
                self.env._(
                    "may be an instrument of the customer's ledger: %(names)s. Choose "
                    "it under “Is”, or take the line as it is for a new one",
                    names=names,
                )
            )
        return False

    def _skip_text(self):
        texts = {
            "section": self.env._("section title, kept with the lines below it"),
            "header": self.env._("column headings repeated"),
            "total": self.env._("total"),
            "signature": self.env._("signatures"),
            "party": self.env._("name and address"),
            "note": self.env._("note"),
            "number_only": self.env._("empty row with a number only"),
        }
        return texts.get(self.skip_code) or self.env._("left out by hand")

    # ------------------------------------------------------------------ applying
    def _prepare_instrument_values(self):
        """Values of the instrument that a new line becomes."""
        self.ensure_one()
        values = {name: self[name] for name in _INSTRUMENT_FIELDS if self[name]}
        values.update(
            {
                "partner_id": self.import_id.partner_id.id,
                "company_id": self.import_id.company_id.id,
                "instrument_type_id": self.instrument_type_id.id,
                "quantity_note": (
                    self.env._("%(count)s pieces", count=self.quantity)
                    if self.quantity > 1
                    else False
                ),
            }
        )
        return values

    def _complete_known(self):
        """Fill what the ledger did not know yet; what it knows stays."""
        for line in self:
            instrument = line.instrument_id
            values = {
                name: line[name]
                for name in (*_INSTRUMENT_FIELDS, "instrument_type_id")
                if line[name] and not instrument[name]
            }
            if "instrument_type_id" in values:
                values["instrument_type_id"] = line.instrument_type_id.id
            if values:
                instrument.write(values)

    # ------------------------------------------------------------------ actions
    def action_split(self):
        """Make one line an instrument of a line of several pieces."""
        lines = self.filtered(lambda line: line.quantity > 1 and not line.skip_code)
        lines.import_id._check_open()
        new_values = []
        for line in lines.with_context(metrology_import_reading=READING):
            serials = instrument_list.split_serials(line.serial_number, line.quantity)
            rest = serials[1:] if serials else [False] * (line.quantity - 1)
            vals = line.copy_data()[0]
            for serial in rest:
                new_values.append(
                    {
                        **vals,
                        "serial_number": serial,
                        "asset_number": False,
                        "quantity": 1,
                        "row_number": line.row_number,
                        "confirmed": False,
                        "instrument_id": False,
                        "oddities": {},
                    }
                )
            line.write(
                {
                    "quantity": 1,
                    "confirmed": False,
                    **({"serial_number": serials[0]} if serials else {}),
                }
            )
        self.with_context(metrology_import_reading=READING).create(new_values)
        lines.import_id._evaluate()
        return True
