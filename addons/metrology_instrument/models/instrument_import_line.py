# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.const import SERVICE_KINDS
from odoo.addons.metrology_method.models.table_import_mixin import READING
from odoo.addons.metrology_method.tools import text_keys

from ..tools import instrument_values

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
    "mandatory",
)

#: More pieces of one line are a slip of the quantity.
_MAX_PIECES = 500


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
    mandatory = fields.Boolean(string="Mandatory Verification")

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
    def _judge(self, types, certain, candidates, facts):
        """Set state and reason of one line from what was read for all of them.

        :param dict facts: as ``_get_line_facts`` of the list gives them
        """
        self.ensure_one()
        values = {}
        if self.skip_code or self.excluded:
            state, reasons = "skip", [self._skip_text()]
        else:
            if not self.type_is_manual:
                kind = types.get(self.name) or self.instrument_type_id.browse()
                values["instrument_type_id"] = kind.id
            state, reasons = self._judge_instrument(values, certain, candidates, facts)
        self._set_judgement(state, reasons, values)

    def _judge_instrument(self, values, certain, candidates, facts):
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
        # What the ledger knows as two is no doubt any more.
        asked = [] if certain or self.instrument_is_manual else doubts
        self._judge_duplicates(clashes, doubts, asked, notes, facts)
        if not self.instrument_type_id and not values.get("instrument_type_id"):
            notes.append(
                self.env._("instrument type not recognised: choose it for the order")
            )
        if not self.service_kind:
            errors.append(self.env._("no service is chosen"))
        if instrument_values.is_wish(self.remark):
            notes.append(
                self.env._("the customer asks: %(remark)s", remark=self.remark)
            )
        known = self._judge_known(
            values, certain, candidates, clashes, doubts, facts["taken"]
        )
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
        listed = instrument_values.listed_serials(self.serial_number)
        if self.quantity > 1:
            if instrument_values.split_serials(self.serial_number, self.quantity):
                doubts.append(
                    self.env._(
                        "%(count)s pieces with their numbers in one line: split it, "
                        "one line an instrument",
                        count=self.quantity,
                    )
                )
            elif listed:
                doubts.append(
                    self.env._(
                        "%(count)s pieces, but %(listed)s serial numbers: correct the "
                        "quantity or the numbers",
                        count=self.quantity,
                        listed=len(listed),
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
        elif listed:
            doubts.append(
                self.env._(
                    "names %(listed)s serial numbers: split it, one line an instrument",
                    listed=len(listed),
                )
            )

    def _judge_oddities(self, doubts, labels):
        texts = self._oddity_texts()
        for name, oddity in (self.oddities or {}).items():
            if name in ("sequence", "unit") or oddity not in texts:
                continue
            if name in ("row", "above"):
                doubts.append(texts[oddity])
            elif oddity == "date" and name in ("last_date", "due_date", "remark"):
                continue
            elif name in labels:
                label = labels[name].get_description(self.env, ["string"])["string"]
                doubts.append(
                    self.env._(
                        "%(column)s: %(problem)s", column=label, problem=texts[oddity]
                    )
                )

    def _oddity_texts(self):
        return super()._oddity_texts() | {
            "continued": self.env._(
                "The name is empty and was taken from the row above: is it right?"
            ),
            "together": self.env._(
                "one number stands over several rows: say how many pieces this one is"
            ),
            "zeros": self.env._(
                "is shorter than its neighbours: Excel may have cut off leading zeros"
            ),
            "month": self.env._(
                "says only a month: enter the day, or take the line without the date"
            ),
            "before": self.env._("is before the last service"),
            "several": self.env._(
                "asks for several services: choose one, and add a line for the other"
            ),
        }

    def _judge_duplicates(self, clashes, doubts, asked, notes, facts):
        key = text_keys.serial_key(self.serial_number)
        identity = text_keys.identity_key(self.name, self.model_text)
        # A few are enough to say it; a column of nothing but 1 must not take hours.
        same = facts["serial"].get(key, ())[:4] if key else ()
        others = [line for line in same if line != self][:3]
        for line in others:
            if text_keys.identity_key(line.name, line.model_text) != identity:
                notes.append(
                    self.env._(
                        "row %(row)s has the same serial number (%(name)s)",
                        row=line.row_number,
                        name=line.name,
                    )
                )
            elif text_keys.same_maker(line.manufacturer, self.manufacturer):
                clashes.append(
                    self.env._(
                        "stands twice in the list: row %(row)s has the same name, "
                        "model and serial number; leave one out or correct it",
                        row=line.row_number,
                    )
                )
            else:
                asked.append(
                    self.env._(
                        "row %(row)s has the same name, model and serial number, but "
                        "another maker (%(maker)s): are they two?",
                        row=line.row_number,
                        maker=line.manufacturer,
                    )
                )
        alike = facts["alike"].get(
            (text_keys.lookalike(self.serial_number), identity), {}
        )
        near = next((line for other, line in alike.items() if other != key), None)
        if key and near:
            asked.append(
                self.env._(
                    "row %(row)s has nearly the same number %(serial)s (O or 0, I or "
                    "1): look at the nameplates",
                    row=near.row_number,
                    serial=near.serial_number,
                )
            )
        asset = text_keys.asset_key(self.asset_number)
        for line in facts["asset"].get(asset, ())[:3] if asset else ():
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
            "title": self.env._("title"),
            "example": self.env._("example"),
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
    def _get_pieces(self):
        """Return the serial numbers of the pieces in this line, as far as told."""
        self.ensure_one()
        if self.quantity > 1:
            return instrument_values.split_serials(
                self.serial_number, self.quantity
            ) or [self.serial_number, *[False] * (self.quantity - 1)]
        return instrument_values.listed_serials(self.serial_number)

    def action_split(self):
        """Make one line an instrument of a line of several pieces.

        :raises UserError: more pieces than a line can be split into
        """
        lines = self.filtered(lambda line: not line.skip_code and line._get_pieces())
        lines.import_id._check_open()
        new_values = []
        for line in lines.with_context(metrology_import_reading=READING):
            pieces = line._get_pieces()
            if len(pieces) > _MAX_PIECES:
                raise UserError(
                    self.env._(
                        "Row %(row)s, %(name)s: %(count)s pieces are too many to be "
                        "split, %(limit)s are allowed. Is the quantity right?",
                        row=line.row_number,
                        name=line.name,
                        count=len(pieces),
                        limit=_MAX_PIECES,
                    )
                )
            assets = instrument_values.split_serials(line.asset_number, len(pieces))
            assets = assets or [line.asset_number, *[False] * (len(pieces) - 1)]
            vals = line.copy_data()[0]
            for serial, asset in zip(pieces[1:], assets[1:], strict=True):
                new_values.append(
                    {
                        **vals,
                        "serial_number": serial,
                        "asset_number": asset,
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
                    "serial_number": pieces[0],
                    "asset_number": assets[0],
                }
            )
        self.with_context(metrology_import_reading=READING).create(new_values)
        lines.import_id._evaluate()
        return True
