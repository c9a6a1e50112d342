# SPDX-License-Identifier: AGPL-3.0-only
import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.metrology_method.tools import text_keys

# Crockford's alphabet: no letter that is read as a digit on a small label.
_LABEL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class MetrologyInstrument(models.Model):
    """A measuring instrument of a customer, the same one at every visit.

    The serial number is kept as it was typed; ``serial_key`` and
    ``identity_key`` are the normal forms by which it is found again.
    """

    _name = "metrology.instrument"
    _description = "Customer Instrument"
    _inherit = ["mail.thread"]
    _order = "partner_id, name, serial_number, id"
    _rec_names_search = [
        "name",
        "serial_number",
        "serial_key",
        "model_text",
        "asset_number",
        "label_code",
    ]
    _check_company_auto = True

    # 1. Whose it is
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The customer as a company: the instruments of all its contacts are "
        "kept in one list.",
    )
    customer_department = fields.Char(
        help="Department or place at the customer's where the instrument is used.",
    )

    # 2. What it is
    name = fields.Char(
        string="Instrument Name",
        required=True,
        tracking=True,
        help="As the customer calls it; it is printed so.",
    )
    instrument_type_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    model_text = fields.Char(string="Model / Specification", tracking=True)
    range_text = fields.Char(string="Measuring Range", tracking=True)
    accuracy_text = fields.Char(string="Accuracy Class", tracking=True)
    serial_number = fields.Char(
        tracking=True,
        help="As on the nameplate. Write 无 where the instrument bears none.",
    )
    manufacturer = fields.Char(tracking=True)
    asset_number = fields.Char(
        string="Customer's Asset Number", index="btree_not_null", tracking=True
    )
    quantity_note = fields.Char(
        help="For a set: what belongs to it, e.g. 20 gauge blocks in one box.",
    )
    remark = fields.Text()
    mandatory = fields.Boolean(
        string="Mandatory Verification",
        compute="_compute_mandatory",
        store=True,
        readonly=False,
        precompute=True,
        help="Subject to mandatory verification by the state.",
    )

    # 3. How it is found again
    serial_key = fields.Char(
        compute="_compute_serial_key", store=True, precompute=True, copy=False
    )
    identity_key = fields.Char(
        compute="_compute_identity_key", store=True, precompute=True, copy=False
    )
    serial_shape = fields.Char(
        compute="_compute_serial_key", store=True, precompute=True, copy=False
    )
    maker_key = fields.Char(compute="_compute_maker_key", store=True, precompute=True)
    label_code = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._new_label_code(),
        help="Code of our own QR label on the instrument.",
    )

    # 4. When it is due
    interval_months = fields.Integer(
        string="Interval (months)",
        compute="_compute_interval_months",
        store=True,
        readonly=False,
        precompute=True,
    )
    last_date = fields.Date(string="Last Service", tracking=True)
    due_date = fields.Date(
        compute="_compute_due_date",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
    )
    due_state = fields.Selection(
        selection=[
            ("none", "No date"),
            ("valid", "Valid"),
            ("soon", "Due soon"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_due_state",
        search="_search_due_state",
    )

    _partner_serial_uniq = models.UniqueIndex(
        "(partner_id, serial_key, identity_key, COALESCE(maker_key, '')) "
        "WHERE serial_key IS NOT NULL AND active",
        "This customer already has an instrument of this name, model and maker with "
        "this serial number.",
    )
    _label_code_uniq = models.UniqueIndex(
        "(label_code)", "Two instruments cannot bear the same label."
    )
    _serial_key_idx = models.Index("(serial_key) WHERE serial_key IS NOT NULL")

    # ------------------------------------------------------------------ compute
    @api.depends("serial_number")
    def _compute_serial_key(self):
        for instrument in self:
            instrument.serial_key = text_keys.serial_key(instrument.serial_number)
            instrument.serial_shape = text_keys.serial_shape(instrument.serial_number)

    @api.depends("manufacturer")
    def _compute_maker_key(self):
        for instrument in self:
            instrument.maker_key = text_keys.maker_key(instrument.manufacturer) or False

    @api.depends("name", "model_text")
    def _compute_identity_key(self):
        for instrument in self:
            instrument.identity_key = text_keys.identity_key(
                instrument.name, instrument.model_text
            )

    @api.depends("instrument_type_id")
    def _compute_mandatory(self):
        for instrument in self:
            instrument.mandatory = instrument.instrument_type_id.mandatory

    @api.depends("instrument_type_id")
    def _compute_interval_months(self):
        for instrument in self:
            instrument.interval_months = (
                instrument.interval_months
                or instrument.instrument_type_id.interval_months
            )

    @api.depends("last_date", "interval_months")
    def _compute_due_date(self):
        """Valid until the day before the anniversary, as certificates print it."""
        for instrument in self:
            if instrument.last_date and instrument.interval_months > 0:
                instrument.due_date = (
                    instrument.last_date
                    + relativedelta(months=instrument.interval_months)
                    - relativedelta(days=1)
                )

    @api.depends("due_date")
    @api.depends_context("company", "tz")
    def _compute_due_state(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = today + relativedelta(days=30)
        for instrument in self:
            due = instrument.due_date
            if not due:
                instrument.due_state = "none"
            elif due < today:
                instrument.due_state = "overdue"
            else:
                instrument.due_state = "soon" if due <= soon else "valid"

    def _search_due_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = today + relativedelta(days=30)
        domains = {
            "none": Domain("due_date", "=", False),
            "overdue": Domain("due_date", "<", today),
            "soon": Domain("due_date", ">=", today) & Domain("due_date", "<=", soon),
            "valid": Domain("due_date", ">", soon),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("name", "model_text", "serial_number")
    def _compute_display_name(self):
        for instrument in self:
            serial = instrument.serial_number
            instrument.display_name = " ".join(
                part
                for part in (
                    instrument.name,
                    instrument.model_text,
                    f"№{serial}" if instrument.serial_key else False,
                )
                if part
            )

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        self._commercial_partner(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._commercial_partner([vals])
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for vals in vals_list:
            vals.setdefault("serial_number", False)
            # Two instruments cannot share a nameplate.
            vals["serial_number"] = (default or {}).get("serial_number", False)
        return vals_list

    @api.model
    def _new_label_code(self):
        return "I" + "".join(secrets.choice(_LABEL_ALPHABET) for _ in range(11))

    @api.model
    def _commercial_partner(self, vals_list):
        """Replace a contact by its company, for all values at once."""
        ids = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        if not ids:
            return
        commercial = {
            partner.id: partner.commercial_partner_id.id
            for partner in self.env["res.partner"].browse(ids)
        }
        for vals in vals_list:
            if vals.get("partner_id"):
                vals["partner_id"] = commercial[vals["partner_id"]]

    # ----------------------------------------------------------------- business
    @api.model
    def _match(self, partner, rows):
        """Find the instruments of a customer that ``rows`` speak of.

        :param partner: res.partner, any contact of the customer
        :param rows: list of dict with any of name, model_text, serial_number,
            asset_number, range_text, manufacturer
        :return: list, one ``(certain, candidates)`` a row: ``certain`` is the one
            instrument that it must be (or empty), ``candidates`` those that it
            may be, so that a person has to decide
        :rtype: list[tuple[recordset, recordset]]

        One query, however many rows.
        """
        partner = partner.commercial_partner_id
        serials = {text_keys.serial_key(row.get("serial_number")) for row in rows}
        shapes = {text_keys.serial_shape(row.get("serial_number")) for row in rows}
        assets = set()
        for row in rows:
            asset = text_keys.clean(row.get("asset_number"))
            if text_keys.is_nothing(asset):
                continue
            assets |= {asset, text_keys.half_width(asset), asset.upper()}
        identities = {
            text_keys.identity_key(row.get("name"), row.get("model_text"))
            for row in rows
            if not text_keys.serial_key(row.get("serial_number"))
        }
        serials.discard(False)
        shapes.discard(False)
        assets.discard("")
        domain = Domain("partner_id", "=", partner.id) & (
            Domain("serial_key", "in", list(serials))
            | Domain("serial_shape", "in", list(shapes))
            | Domain("asset_number", "in", list(assets))
            | (
                Domain("serial_key", "=", False)
                & Domain("identity_key", "in", list(identities))
            )
        )
        by_serial, by_asset, by_identity, by_shape = {}, {}, {}, {}
        for instrument in self.search(domain, order="id") if partner else self:
            key = instrument.serial_key
            if key:
                by_serial.setdefault(key, []).append(instrument)
                by_shape.setdefault(instrument.serial_shape, []).append(instrument)
            else:
                by_identity.setdefault(instrument.identity_key, []).append(instrument)
            if asset := text_keys.asset_key(instrument.asset_number):
                by_asset.setdefault(asset, []).append(instrument)
        return [
            self._match_row(row, by_serial, by_asset, by_identity, by_shape)
            for row in rows
        ]

    @api.model
    def _match_row(self, row, by_serial, by_asset, by_identity, by_shape):
        none = self.browse()
        key = text_keys.serial_key(row.get("serial_number"))
        identity = text_keys.identity_key(row.get("name"), row.get("model_text"))
        asset = text_keys.asset_key(row.get("asset_number"))
        same_asset = none.concat(*by_asset.get(asset, ())) if asset else none
        if key:
            same_serial = none.concat(*by_serial.get(key, ()))
            maker = row.get("manufacturer")
            certain = same_serial.filtered(
                lambda i: (
                    i.identity_key == identity
                    and text_keys.same_maker(i.manufacturer, maker)
                )
            )
            if len(certain) > 1:
                # Short numbers return with every maker.
                exact = text_keys.maker_key(maker)
                certain = certain.filtered(lambda i: (i.maker_key or "") == exact)
            if len(certain) == 1:
                return certain, none
            # Another name, model or maker with the same number, one that looks like it,
            # or the asset number on another serial number: a person decides.
            shape = text_keys.serial_shape(row.get("serial_number"))
            alike = none.concat(*by_shape.get(shape, ()))
            return none, same_serial | (alike | same_asset).filtered(
                lambda i: i.identity_key == identity
            )
        alike = none.concat(*by_identity.get(identity, ()))
        certain = same_asset.filtered(lambda i: i.identity_key == identity)
        if len(certain) == 1:
            return certain, none
        return none, certain | (alike - same_asset)

    def _resolve_label(self, code):
        """Return the instrument whose label bears ``code`` (or empty)."""
        return self.search([("label_code", "=", (code or "").strip())], limit=1)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_labelled(self):
        """A label is out in the world: archive, so that it still resolves."""
        for instrument in self:
            if instrument.last_date:
                raise UserError(
                    self.env._(
                        "%(instrument)s has been served on %(date)s: archive it, "
                        "its certificates refer to it.",
                        instrument=instrument.display_name,
                        date=instrument.last_date,
                    )
                )
