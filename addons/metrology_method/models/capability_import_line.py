# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from odoo.addons.metrology.const import SERVICE_KINDS

from ..tools import capability_list, cell_values, text_keys

_TEXTS = (
    *("code", "name", "type_name", "service_text", "method_text", "range_text"),
    *("uncertainty_text", "authority", "certificate_number", "date_from_text"),
    *("date_to_text", "department_text", "turnaround_text", "interval_text"),
    "price_text",
)
#: What a renewed certificate may change of a capability that is known.
_RENEWED = ("certificate_number", "authority", "date_from", "date_to", "grant_id")


class MetrologyCapabilityImportLine(models.Model):
    """One authorised project of a list: its texts, and what was understood."""

    _name = "metrology.capability.import.line"
    _description = "Line of a List of Capabilities"
    _inherit = ["metrology.table.import.line.mixin"]
    _order = "import_id, sequence, id"
    _unconfirming_fields = _TEXTS

    import_id = fields.Many2one(
        comodel_name="metrology.capability.import",
        string="List",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    import_state = fields.Selection(
        related="import_id.state", string="State of the List"
    )
    # 1. As the list says
    code = fields.Char()
    name = fields.Char(string="Project")
    type_name = fields.Char(string="Instrument")
    service_text = fields.Char(string="Service as Written")
    method_text = fields.Char(string="Basis")
    range_text = fields.Char(string="Measuring Range")
    uncertainty_text = fields.Char(string="CMC / Class")
    authority = fields.Char()
    certificate_number = fields.Char(string="Authorisation Certificate")
    date_from_text = fields.Char(string="Valid from")
    date_to_text = fields.Char(string="Valid until")
    department_text = fields.Char(string="Department as Written")
    turnaround_text = fields.Char(string="Working Days")
    interval_text = fields.Char(string="Interval")
    price_text = fields.Char(string="Fee")
    note = fields.Char()
    # 2. As it was understood
    service_kind = fields.Selection(selection=SERVICE_KINDS, string="Service")
    instrument_type_id = fields.Many2one(comodel_name="metrology.instrument.type")
    type_is_manual = fields.Boolean()
    method_id = fields.Many2one(comodel_name="metrology.method")
    method_is_manual = fields.Boolean()
    department_id = fields.Many2one(comodel_name="hr.department")
    department_is_manual = fields.Boolean()
    unit_id = fields.Many2one(comodel_name="metrology.unit")
    grant_id = fields.Many2one(
        comodel_name="metrology.grant",
        string="Is Certificate",
        readonly=True,
        help="The certificate of the number the line names, or the list's own.",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        string="Is",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _prepare_typed(self, vals):
        for name in ("type", "method", "department"):
            field = {"type": "instrument_type_id"}.get(name, f"{name}_id")
            if field in vals:
                vals[f"{name}_is_manual"] = bool(vals[field])
        return super()._prepare_typed(vals)

    # Understanding ------------------------------------------------------------

    def _resolve(self, facts):
        """Write what the texts of this one line mean, as far as it is known."""
        self.ensure_one()
        number, _year = capability_list.parse_method(self.method_text)
        said = cell_values.parse_service_kind(self.service_text or "")
        methods = facts["methods"].get(text_keys.compact(number or ""))
        kind = said or capability_list.service_of_method(number)
        method = self.method_id if self.method_is_manual else self.method_id.browse()
        if not self.method_is_manual and methods:
            fitting = methods.filtered(lambda one: one.service_kind == kind)
            method = fitting[:1] or (
                methods if len(methods) == 1 and not said else method
            )
        kind = method.service_kind or kind
        typed = self.instrument_type_id if self.type_is_manual else None
        found = facts["types"].get(self.type_name)
        if typed is None:
            typed = found or self.instrument_type_id.browse()
        department = self.department_id
        if not self.department_is_manual:
            department = facts["departments"].get(
                text_keys.compact(self.department_text or ""), department.browse()
            )
            if not self.department_text:
                department = self.import_id.department_id
        _low, _high, symbol = capability_list.parse_scope(self.range_text)
        unit = facts["units"].get(text_keys.compact(symbol), self.unit_id.browse())
        grant = self._find_grant(facts)
        values = {
            "grant_id": grant.id,
            "service_kind": kind,
            "method_id": method.id,
            "instrument_type_id": typed.id,
            "department_id": department.id,
            "unit_id": unit.id,
            "date_from": cell_values.parse_date(self.date_from_text or "")
            or (grant.date_from if not self.date_from_text else False),
            "date_to": cell_values.parse_date(self.date_to_text or "")
            or (grant.date_to if not self.date_to_text else False),
        }
        changed = {
            name: value
            for name, value in values.items()
            if (self[name].id if name.endswith("_id") else self[name]) != value
        }
        if changed:
            self.write(changed)

    def _find_grant(self, facts):
        """Return the certificate this one line stands on: number before list."""
        number = text_keys.compact(self.certificate_number or "")
        if not number:
            return self.import_id.grant_id
        return facts["grants"].get(number, self.grant_id.browse())

    @api.model
    def _key_of(self, service_kind, type_id, method_id, range_text):
        """Return the key by which a capability is found again."""
        return (service_kind, type_id, method_id, text_keys.range_key(range_text))

    # Judging ------------------------------------------------------------------

    def _judge(self, facts):
        """Set state and reason of this one line."""
        self.ensure_one()
        if self.excluded:
            self._set_judgement(
                "skip", [self.env._("left out by hand")], {"capability_id": False}
            )
            return
        errors, doubts, notes = [], [], []
        self._judge_identity(errors, notes)
        self._judge_dates(errors, doubts, facts["today"])
        self._judge_details(errors, doubts, notes)
        self._judge_grant(doubts)
        known = self._judge_known(errors, doubts, notes, facts)
        values = {"capability_id": known.id}
        if errors:
            self._set_judgement("error", errors + doubts + notes, values)
        elif doubts and not self.confirmed:
            self._set_judgement("doubtful", doubts + notes, values)
        else:
            self._set_judgement("known" if known else "new", notes, values)

    def _judge_identity(self, errors, notes):
        """What kind of instruments, which service, by which method."""
        make = self.import_id.make_missing
        if not self.name:
            errors.append(self.env._("the name of the project is missing"))
        if not self.instrument_type_id:
            if not self.type_name:
                errors.append(self.env._("the instrument is missing"))
            elif make:
                notes.append(
                    self.env._(
                        "instrument type “%(name)s” is entered", name=self.type_name
                    )
                )
            else:
                errors.append(
                    self.env._(
                        "instrument type “%(name)s” is not known: choose one",
                        name=self.type_name,
                    )
                )
        if not self.service_kind:
            errors.append(
                self.env._("the service is not clear: 检定, 校准, 检测 or 检验")
            )
        if self.method_id:
            return
        number, year = capability_list.parse_method(self.method_text)
        if not number:
            errors.append(
                self.env._(
                    "no method recognised in “%(text)s”: choose one",
                    text=self.method_text or "",
                )
            )
        elif not make:
            errors.append(
                self.env._(
                    "method %(number)s is not known for this service: choose one",
                    number=number,
                )
            )
        else:
            notes.append(
                self.env._("method %(number)s is entered", number=number)
                if year
                else self.env._(
                    "method %(number)s is entered without an edition", number=number
                )
            )

    def _judge_dates(self, errors, doubts, today):
        for name in ("date_from", "date_to"):
            text = self[f"{name}_text"]
            if text and not self[name]:
                label = self._fields[f"{name}_text"].get_description(
                    self.env, ["string"]
                )["string"]
                errors.append(
                    self.env._(
                        "%(label)s: “%(text)s” is no date (2030-12-31)",
                        label=label,
                        text=text,
                    )
                )
        if self.date_from and self.date_to and self.date_to < self.date_from:
            errors.append(
                self.env._(
                    "valid until %(to)s, before it starts on %(from)s",
                    **{"to": self.date_to, "from": self.date_from},
                )
            )
        elif self.date_to and self.date_to < today:
            doubts.append(self.env._("expired on %(date)s already", date=self.date_to))

    def _judge_details(self, errors, doubts, notes):
        low, high, symbol = capability_list.parse_scope(self.range_text)
        if not self.range_text:
            doubts.append(self.env._("no measuring range"))
        elif not low:
            notes.append(self.env._("the range is kept as text, it is not compared"))
        elif low == high:
            errors.append(self.env._("the range starts where it ends"))
        elif not self.unit_id:
            notes.append(
                self.env._(
                    "unit “%(unit)s” is not known: the range is not compared",
                    unit=symbol or "–",
                )
            )
        if not self.uncertainty_text:
            doubts.append(self.env._("neither uncertainty nor class"))
        if self.department_text and not self.department_id:
            errors.append(
                self.env._(
                    "department “%(name)s” is not known: choose one",
                    name=self.department_text,
                )
            )
        for name in ("turnaround_text", "price_text"):
            text = self[name]
            parse = (
                capability_list.parse_price
                if name == "price_text"
                else capability_list.parse_whole
            )
            if text and parse(text) is None:
                label = self._fields[name].get_description(self.env, ["string"])
                doubts.append(
                    self.env._(
                        "%(label)s: “%(text)s” is not a number",
                        label=label["string"],
                        text=text,
                    )
                )
        texts = self._oddity_texts()
        for name, oddity in (self.oddities or {}).items():
            if oddity in texts and name in self._fields:
                label = self._fields[name].get_description(self.env, ["string"])
                doubts.append(f"{label['string']}: {texts[oddity]}")

    def _judge_grant(self, doubts):
        """Number and authority of the list are those of the certificate."""
        chosen, grant = self.import_id.grant_id, self.grant_id
        if chosen and grant != chosen:
            doubts.append(
                self.env._(
                    "names the certificate %(number)s, the list was given to "
                    "%(chosen)s: taken as it is, the line's number counts",
                    number=self.certificate_number,
                    chosen=chosen.name,
                )
            )
        told = text_keys.compact(self.authority or "")
        if grant and told and told != text_keys.compact(grant.authority):
            doubts.append(
                self.env._(
                    "names %(told)s as the authority, the certificate %(number)s is of "
                    "%(authority)s, which counts",
                    told=self.authority,
                    number=grant.name,
                    authority=grant.authority,
                )
            )

    def _judge_known(self, errors, doubts, notes, facts):
        """Return the capability this line is already (empty where it is new)."""
        # Types and methods still to be entered are told apart by their texts.
        key = self._key_of(
            self.service_kind,
            self.instrument_type_id.id or text_keys.compact(self.type_name or ""),
            self.method_id.id
            or capability_list.parse_method(self.method_text)[0]
            or self.method_text,
            self.range_text,
        )
        known = facts["known"].get(key, self.capability_id.browse())
        twin = facts["keys"].setdefault(key, self)
        if twin != self:
            errors.append(
                self.env._(
                    "says the same as row %(row)s: leave one out", row=twin.row_number
                )
            )
        code = text_keys.compact(self.code or "")
        if code:
            first = facts["codes"].setdefault(code, self)
            owner = facts["used_codes"].get(code)
            if first != self:
                errors.append(
                    self.env._("row %(row)s has the same code", row=first.row_number)
                )
            elif owner and owner != known:
                doubts.append(
                    self.env._(
                        "the code belongs to %(name)s: another code, or take it as it "
                        "is and the line gets none",
                        name=owner.display_name,
                    )
                )
        if known and self.id and not errors:
            renewal = self._get_renewal(known)
            if renewal:
                notes.append(
                    self.env._(
                        "renewed: %(fields)s",
                        fields=", ".join(
                            known._fields[name].get_description(self.env, ["string"])[
                                "string"
                            ]
                            for name in renewal
                        ),
                    )
                )
        return known

    def _get_renewal(self, capability=None):
        """Return the values by which a known capability is renewed."""
        self.ensure_one()
        capability = capability or self.capability_id
        told = self._prepare_grant_values()
        values = {}
        for name in _RENEWED:
            value = told.get(name)
            have = capability[name].id if name == "grant_id" else capability[name]
            if value and value != have:
                values[name] = value
        if "certificate_number" in values and not told["grant_id"]:
            # Its own certificate is not the one the list names.
            values["grant_id"] = False
        return values

    def _prepare_grant_values(self):
        """Return by whose authority, and from when to when."""
        grant = self.grant_id
        return {
            "grant_id": grant.id,
            "authority": grant.authority or self.authority,
            "certificate_number": grant.name or self.certificate_number,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }

    # Taking over --------------------------------------------------------------

    def _make_types(self):
        """Enter the instrument types that are not known yet, each once."""
        missing = {}
        for line in self.filtered(lambda one: not one.instrument_type_id):
            missing.setdefault(text_keys.compact(line.type_name), []).append(line)
        types = self.env["metrology.instrument.type"].create(
            [{"name": lines[0].type_name} for lines in missing.values()]
        )
        for kind, lines in zip(types, missing.values(), strict=True):
            for line in lines:
                line.instrument_type_id = kind

    def _make_methods(self):
        """Enter the methods that are not known yet, with draft editions."""
        missing = {}
        for line in self.filtered(lambda one: not one.method_id):
            number, year = capability_list.parse_method(line.method_text)
            missing.setdefault((number, line.service_kind), []).append((line, year))
        vals_list = []
        for (number, kind), found in missing.items():
            years = sorted({year for _line, year in found if year})
            vals_list.append(
                {
                    "code": number,
                    "name": found[0][0]._method_title(),
                    "service_kind": kind,
                    "source_level": self._source_level(number, kind),
                    "instrument_type_ids": [
                        fields.Command.set(
                            [line.instrument_type_id.id for line, _y in found]
                        )
                    ],
                    "edition_ids": [
                        fields.Command.create(
                            {"name": f"{number}-{year}", "date_from": f"{year}-01-01"}
                        )
                        for year in years[-1:]
                    ],
                }
            )
        methods = self.env["metrology.method"].create(vals_list)
        for method, found in zip(methods, missing.values(), strict=True):
            for line, _year in found:
                line.method_id = method

    def _method_title(self):
        """Return the title between 《》, or else the name of the project."""
        text = self.method_text or ""
        if "《" in text and "》" in text:
            return text.partition("《")[2].partition("》")[0] or self.name
        return self.name

    @api.model
    def _source_level(self, number, kind):
        """Return the source that the number of a document speaks of."""
        local = "(" in number
        prefix = number.partition(" ")[0].partition("(")[0]
        if prefix in ("JJG", "JJF"):
            if prefix == "JJG" and kind != "verification":
                return "4"
            return "2" if local else "1"
        return "1" if kind == "verification" else "3"

    def _prepare_capability_values(self, codes):
        """Return the values of the capability that this new line becomes.

        :param codes: compact codes that belong to other capabilities already
        """
        self.ensure_one()
        low, high, _symbol = capability_list.parse_scope(self.range_text)
        values = {
            **self._prepare_grant_values(),
            "name": self.name,
            "code": False if text_keys.compact(self.code or "") in codes else self.code,
            "company_id": self.company_id.id,
            "service_kind": self.service_kind,
            "instrument_type_id": self.instrument_type_id.id,
            "method_id": self.method_id.id,
            "range_text": self.range_text,
            "uncertainty_text": self.uncertainty_text,
            "department_id": self.department_id.id,
            "note": self.note,
        }
        if self.unit_id and low:
            values |= {
                "quantity_id": self.unit_id.quantity_id.id,
                "unit_id": self.unit_id.id,
                "range_min": low,
                "range_max": high,
            }
        days = capability_list.parse_whole(self.turnaround_text or "")
        if days is not None:
            values["turnaround_days"] = days
        return values
