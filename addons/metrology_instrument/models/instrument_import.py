# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from odoo.addons.metrology.const import SERVICE_KINDS
from odoo.addons.metrology_method.models.table_import_mixin import READING
from odoo.addons.metrology_method.tools import text_keys

from ..tools import instrument_list, instrument_values

#: Row kinds that are no instruments; they stay visible with their reason.
_TEXT_FIELDS = (
    "name",
    "model_text",
    "range_text",
    "accuracy_text",
    "serial_number",
    "manufacturer",
    "asset_number",
    "customer_department",
    "remark",
)


class MetrologyInstrumentImport(models.Model):
    """A customer's list of instruments, read, mended and then taken over.

    How to use: upload the file (``action_read``); mend the lines in place; apply
    (``action_apply``), which creates all missing instruments or none.  The list
    and its file stay as what the customer gave.

    How it works: ``tools`` recognises rows without Odoo; ``_evaluate`` judges all
    lines together (duplicates in the file, instruments known already, types) in
    a fixed number of queries, again after every correction.
    """

    _name = "metrology.instrument.import"
    _description = "Instrument List of a Customer"
    _inherit = ["metrology.table.import.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _table_closed_fields = ("file", "filename", "partner_id", "company_id")
    _table_read_fields = ("state", "layout", "column_text", "notice", "party")

    name = fields.Char(
        string="List", compute="_compute_name", store=True, readonly=False
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
    )
    default_service_kind = fields.Selection(
        selection=SERVICE_KINDS,
        string="Service",
        default="verification",
        help="For lines whose remark asks for nothing else.",
    )
    line_ids = fields.One2many(
        comodel_name="metrology.instrument.import.line",
        inverse_name="import_id",
        string="Lines",
        copy=False,
    )
    line_count = fields.Integer(string="Instruments")
    party = fields.Json(
        readonly=True,
        copy=False,
        help="What stands above the list: whose it is, and whom to ask.",
    )

    @api.depends("filename", "partner_id")
    def _compute_name(self):
        for record in self:
            record.name = record.filename or record.name or record.partner_id.name

    # --------------------------------------------------------------------- CRUD
    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self._evaluate()
        return result

    # ------------------------------------------------------------------ reading
    @api.model
    def _get_table_tool(self):
        return instrument_list

    def _get_heading_partner(self):
        return self.partner_id.commercial_partner_id

    @api.model
    def _get_column_labels(self):
        kinds = dict(SERVICE_KINDS)
        kinds.update(
            self.line_ids._fields["service_kind"]._description_selection(self.env)
        )
        ticks = {
            f"tick_{kind}": self.env._("Tick: %(service)s", service=label)
            for kind, label in kinds.items()
        }
        return super()._get_column_labels() | {
            **ticks,
            "tick_urgent": self.env._("Tick: Urgent"),
            "specification": self.env._("Specification (beside the model)"),
            "certificate_number": self.env._("Number of the Last Certificate"),
        }

    def _prepare_lines(self, found):
        several = len({line.sheet for line in found.lines}) > 1
        return [
            self._prepare_line_values(sequence, line, several)
            for sequence, line in enumerate(found.lines, start=1)
        ]

    def _prepare_read_values(self, found):
        return {**super()._prepare_read_values(found), "party": found.party}

    def _get_notices(self, found):
        """Add: the list names another customer than the one chosen."""
        notices = super()._get_notices(found)
        told = text_keys.compact(found.party.get("name"))
        own = {
            text_keys.compact(partner.name)
            for partner in self.partner_id | self.partner_id.commercial_partner_id
        }
        if told and not any(name in told or told in name for name in own if name):
            notices.append(
                self.env._(
                    "The list is of “%(told)s”, the customer chosen is “%(chosen)s”. "
                    "Is it the right one?",
                    told=found.party["name"],
                    chosen=self.partner_id.display_name,
                )
            )
        return notices

    def _after_read(self, found):
        self._propose_service_kinds(found.lines)
        return super()._after_read(found)

    def _propose_service_kinds(self, parsed):
        """Take the one service an instrument type has, where the list says none.

        A list rarely says what is to be done, and the usual service of the house does
        not fit a type that it only calibrates.
        """
        said = {
            sequence
            for sequence, line in enumerate(parsed, start=1)
            if line.values.get("service_kind")
            or instrument_values.parse_remark(line.values.get("remark") or "").get(
                "service_kind"
            )
        }
        lines = self.line_ids.filtered(
            lambda line: line.instrument_type_id and line.sequence not in said
        )
        kinds = [kind for kind, _label in SERVICE_KINDS]
        found = (
            self.env["metrology.capability"]
            .sudo()
            ._get_for(
                lines.instrument_type_id,
                kinds,
                self.env["metrology.calendar"]._today(self.company_id),
            )
        )
        proposed = {}
        for line in lines:
            possible = [
                kind for kind in kinds if found[line.instrument_type_id.id, kind]
            ]
            if len(possible) == 1 and possible[0] != line.service_kind:
                proposed.setdefault(possible[0], self.line_ids.browse())
                proposed[possible[0]] |= line
        for kind, lines_of_kind in proposed.items():
            lines_of_kind.with_context(metrology_import_reading=READING).write(
                {"service_kind": kind}
            )

    def _prepare_line_values(self, sequence, line, several_sheets):
        """Return the values of one line as the file says them."""
        values = {
            name: value
            for name, value in line.values.items()
            if value not in (None, "")
        }
        values.pop("certificate_number", None)
        wishes = instrument_values.parse_remark(values.get("remark", ""))
        # A column of its own speaks before a remark does.
        for name, value in wishes.items():
            values.setdefault(name, value)
        if not values.get("service_kind"):
            values["service_kind"] = self.default_service_kind
        for name in _TEXT_FIELDS:
            if name in values:
                values[name] = str(values[name])
        quantity = values.pop("quantity", 1)
        return {
            **values,
            "import_id": self.id,
            "sequence": sequence,
            "row_number": line.row,
            "sheet": line.sheet if several_sheets else False,
            "section": line.section or False,
            "skip_code": line.skip or False,
            "quantity": quantity if quantity is not None else 1,
            "oddities": {
                **line.oddities,
                **({"row": "hidden"} if line.hidden else {}),
            },
        }

    # ---------------------------------------------------------------- judgement
    def _evaluate_one(self):
        lines = self.line_ids
        types = self.env["metrology.instrument.type"]._recognise(
            line.name for line in lines if not line.skip_code and line.name
        )
        working = lines.filtered(lambda line: not line.skip_code and not line.excluded)
        rows = [
            {
                "name": line.name,
                "model_text": line.model_text,
                "serial_number": line.serial_number,
                "asset_number": line.asset_number,
                "range_text": line.range_text,
                "manufacturer": line.manufacturer,
            }
            for line in working
        ]
        matches = dict(
            zip(
                working,
                self.env["metrology.instrument"]._match(self.partner_id, rows),
                strict=True,
            )
        )
        facts = self._get_line_facts(working)
        for line in lines.with_context(metrology_import_reading=READING):
            certain, candidates = matches.get(line, (None, None))
            line._judge(types, certain, candidates, facts)

    @api.model
    def _get_line_facts(self, working):
        """Return what lines have in common with others of the list, by key."""
        facts = {"serial": {}, "asset": {}, "alike": {}, "taken": {}}
        for line in working:
            if key := text_keys.serial_key(line.serial_number):
                facts["serial"].setdefault(key, []).append(line)
                what = (
                    text_keys.lookalike(line.serial_number),
                    text_keys.identity_key(line.name, line.model_text),
                )
                facts["alike"].setdefault(what, {}).setdefault(key, line)
            if asset := text_keys.asset_key(line.asset_number):
                facts["asset"].setdefault(asset, []).append(line)
        return facts

    # ----------------------------------------------------------------- applying
    def _take_over(self, lines):
        """Create the new instruments and link the known ones."""
        new = lines.filtered(lambda line: line.state == "new")
        instruments = self.env["metrology.instrument"].create(
            [line._prepare_instrument_values() for line in new]
        )
        for line, instrument in zip(new, instruments, strict=True):
            line.instrument_id = instrument
        lines.filtered(lambda line: line.state == "known")._complete_known()

    def _after_apply(self):
        """Return what the user sees next; metrology_order makes an order."""
        return self.action_view_instruments()

    # ------------------------------------------------------------------ actions
    def _action_lines(self, name, filters=None):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_instrument.action_instrument_import_line"
        )
        action["name"] = name
        action["domain"] = [("import_id", "=", self.id)]
        action["context"] = {"default_import_id": self.id, **(filters or {})}
        return action

    def action_view_lines(self):
        self.ensure_one()
        return self._action_lines(self.display_name)

    def action_view_mend(self):
        self.ensure_one()
        return self._action_lines(self.display_name, {"search_default_mend": 1})

    def action_view_instruments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_instrument.action_instrument"
        )
        action["domain"] = [("id", "in", self.line_ids.instrument_id.ids)]
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action
