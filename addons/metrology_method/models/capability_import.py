# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

import xlsxwriter

from odoo import api, fields, models

from odoo.addons.metrology.const import SERVICE_KINDS

from ..tools import capability_list, text_keys
from .table_import_mixin import READING

#: Column of the empty list -> field of a line, in the order in which they are filled.
TEMPLATE_COLUMNS = (
    ("项目编号", "code"),
    ("项目名称", "name"),
    ("器具名称", "type_name"),
    ("服务类型", "service_text"),
    ("技术依据", "method_text"),
    ("测量范围", "range_text"),
    ("不确定度/准确度等级/最大允许误差", "uncertainty_text"),
    ("授权机关", "authority"),
    ("授权证书编号", "certificate_number"),
    ("生效日期", "date_from_text"),
    ("有效期至", "date_to_text"),
    ("部门", "department_text"),
    ("工作日", "turnaround_text"),
    ("检定周期", "interval_text"),
    ("收费标准", "price_text"),
    ("备注", "note"),
)


class MetrologyCapabilityImport(models.Model):
    """A list of authorised projects, read from Excel, mended and then taken over.

    Known capabilities are found again by service, instrument type, method and range, so
    that a list may be imported twice; what a renewed certificate changes for them is
    shown and carried over.  Everything is created or nothing.
    """

    _name = "metrology.capability.import"
    _description = "List of Capabilities"
    _inherit = ["metrology.table.import.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _table_headings = ("技术依据", "项目名称", "测量范围", "不确定度")

    name = fields.Char(
        string="List", compute="_compute_name", store=True, readonly=False
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    grant_id = fields.Many2one(
        comodel_name="metrology.grant",
        string="Authorisation Certificate",
        check_company=True,
        help="The certificate of which this is the annex: gives number, authority and "
        "dates where the list does not.",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        check_company=True,
        help="For lines that name no department.",
    )
    make_missing = fields.Boolean(
        string="Enter Missing Types and Methods",
        default=True,
        help="Instrument types and methods that are not known yet are entered too, the "
        "editions as drafts that somebody approves.",
    )
    line_count = fields.Integer(string="Projects")
    line_ids = fields.One2many(
        comodel_name="metrology.capability.import.line",
        inverse_name="import_id",
        string="Lines",
        copy=False,
    )

    @api.depends("filename")
    def _compute_name(self):
        for record in self:
            record.name = (
                record.filename or record.name or self.env._("List of capabilities")
            )

    def write(self, vals):
        result = super().write(vals)
        if {"make_missing", "department_id", "grant_id"} & set(vals):
            self.filtered(lambda record: record.state == "read")._evaluate()
        return result

    # Reading ------------------------------------------------------------------

    @api.model
    def _get_table_tool(self):
        return capability_list

    def _prepare_lines(self, found):
        several = len({line.sheet for line in found.lines}) > 1
        return [
            {
                "import_id": self.id,
                "sequence": sequence,
                "row_number": line.row,
                "sheet": line.sheet if several else False,
                "oddities": line.oddities,
                **line.values,
            }
            for sequence, line in enumerate(found.lines, start=1)
        ]

    def action_download_template(self):
        """Return the empty list with its headings as an Excel file."""
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.env._("Capabilities.xlsx"),
                "datas": base64.b64encode(self._draw_template()),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    @api.model
    def _draw_template(self):
        """Return the bytes of the empty list, with the services to choose from."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet(self.env._("Capabilities"))
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for column, (heading, name) in enumerate(TEMPLATE_COLUMNS):
            sheet.write(0, column, heading, head)
            sheet.set_column(column, column, max(12, 2 * len(heading)))
            if name == "service_text":
                labels = {"verification": "检定", "calibration": "校准"}
                labels |= {"testing": "检测", "inspection": "检验"}
                words = [labels[kind] for kind, _label in SERVICE_KINDS]
                sheet.data_validation(
                    1, column, 2000, column, {"validate": "list", "source": words}
                )
            if name.startswith("date_"):
                text = book.add_format({"num_format": "yyyy-mm-dd"})
                sheet.set_column(column, column, 14, text)
        sheet.freeze_panes(1, 0)
        book.close()
        return stream.getvalue()

    # Judging ------------------------------------------------------------------

    def _evaluate_one(self):
        """Judge all lines together: types, methods, departments, known capabilities."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.excluded)
        facts = {
            "types": self.env["metrology.instrument.type"]._recognise(
                line.type_name for line in lines if line.type_name
            ),
            "methods": self._get_methods(),
            "departments": self._get_departments(),
            "units": self._get_units(),
            "grants": self._get_grants(),
            "codes": {},
            "keys": {},
            "today": self.env["metrology.calendar"]._today(self.company_id),
        }
        # First what each line means, then what the lines are to one another.
        for line in self.line_ids.with_context(metrology_import_reading=READING):
            line._resolve(facts)
        facts["known"], facts["used_codes"] = self._get_known()
        for line in self.line_ids.with_context(metrology_import_reading=READING):
            line._judge(facts)

    def _get_methods(self):
        """Return ``{compact number: methods}`` of all methods seen here."""
        methods = {}
        for method in self.env["metrology.method"].search(
            [("company_id", "in", [self.company_id.id, False])]
        ):
            key = text_keys.compact(method.code)
            methods[key] = methods.get(key, method.browse()) | method
        return methods

    def _get_departments(self):
        departments = self.env["hr.department"].search(
            [("company_id", "in", [self.company_id.id, False])]
        )
        return {text_keys.compact(one.name): one for one in departments}

    def _get_grants(self):
        """Return ``{compact number: certificate}`` of those that are not ended."""
        return {
            text_keys.compact(grant.name): grant
            for grant in self.env["metrology.grant"].search(
                [("company_id", "=", self.company_id.id), ("state", "!=", "withdrawn")]
            )
        }

    def _get_units(self):
        units = {}
        for unit in self.env["metrology.unit"].search([]):
            units.setdefault(text_keys.compact(unit.symbol), []).append(unit)
        # A symbol of several quantities says nothing for sure.
        return {key: found[0] for key, found in units.items() if len(found) == 1}

    def _get_known(self):
        """Return the company's capabilities by key, and by code."""
        known, codes = {}, {}
        for capability in self.env["metrology.capability"].search(
            [("company_id", "=", self.company_id.id), ("state", "!=", "withdrawn")]
        ):
            key = self.line_ids._key_of(
                capability.service_kind,
                capability.instrument_type_id.id,
                capability.method_id.id,
                capability.range_text,
            )
            known.setdefault(key, capability)
            if capability.code:
                codes[text_keys.compact(capability.code)] = capability
        return known, codes

    # Taking over --------------------------------------------------------------

    def _take_over(self, lines):
        """Enter missing types and methods, create the capabilities with fee items."""
        new = lines.filtered(lambda line: line.state == "new")
        known = lines.filtered(lambda line: line.state == "known")
        _known, codes = self._get_known()
        new._make_types()
        new._make_methods()
        capabilities = self.env["metrology.capability"].create(
            [line._prepare_capability_values(codes) for line in new]
        )
        for line, capability in zip(new, capabilities, strict=True):
            line.capability_id = capability
        for line in known:
            values = line._get_renewal()
            if values:
                line.capability_id.write(values)
        (capabilities | known.capability_id).action_make_fee_item()
        for line in new | known:
            price = capability_list.parse_price(line.price_text or "")
            if price is not None:
                product = line.capability_id.product_id.sudo()
                if product.list_price != price:
                    product.list_price = price

    def _after_apply(self):
        return self.action_view_capabilities()

    def action_view_capabilities(self):
        """Show the capabilities of the list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_capability"
        )
        action["domain"] = [("id", "in", self.line_ids.capability_id.ids)]
        action["context"] = {}
        return action

    def action_view_mend(self):
        """Show the lines that have to be looked at."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_capability_import_line"
        )
        action["name"] = self.display_name
        action["domain"] = [("import_id", "=", self.id)]
        action["context"] = {
            "default_import_id": self.id,
            "search_default_mend": bool(self.mend_count),
        }
        return action
