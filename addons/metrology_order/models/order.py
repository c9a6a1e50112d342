# SPDX-License-Identifier: AGPL-3.0-only

from odoo import api, fields, models
from odoo.exceptions import UserError

#: States in which the work of an order goes on.
WORKING_STATES = ("accepted", "in_progress", "ready")
#: States in which the signed content has been agreed and does not change.
AGREED_STATES = (*WORKING_STATES, "released", "closed")
FINAL_STATES = ("closed", "rejected", "cancelled")


class MetrologyOrder(models.Model):
    """A customer's commission (委托单): what is to be done on which instruments.

    draft → submitted → reviewing → to_sign → accepted → in_progress → ready →
    released → closed; besides rejected and cancelled.  Every action locks its
    orders first, then checks, then writes.
    """

    _name = "metrology.order"
    _description = "Calibration Order"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_order desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "client_reference"]
    _check_company_auto = True
    _guard_action_fields = (
        "name",
        "state",
        "version",
        "signature",
        "signed_by",
        "signed_on",
        "accepted_on",
        "accepted_by_id",
        "cancel_reason",
        "review_id",
    )
    #: What the customer signs; a change needs a new version, review, signature.
    _signed_fields = (
        "partner_id",
        "report_partner_name",
        "report_partner_address",
        "place",
        "site_address",
        "acquire_mode",
        "return_mode",
        "special_instructions",
        "due_date",
        "line_ids",
    )

    # 1. Who asks
    name = fields.Char(
        string="Order Number",
        default="New",
        readonly=True,
        copy=False,
        index="trigram",
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
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    contact_name = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    contact_phone = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    report_partner_name = fields.Char(
        string="Name on the Certificate",
        compute="_compute_report_partner",
        store=True,
        readonly=False,
        precompute=True,
        help="The client (委托单位) as the certificates print it.",
    )
    report_partner_address = fields.Char(
        string="Address on the Certificate",
        compute="_compute_report_partner",
        store=True,
        readonly=False,
        precompute=True,
    )
    client_reference = fields.Char(string="Customer's Reference", copy=False)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Clerk",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
    )
    channel = fields.Selection(
        selection=[
            ("counter", "Counter"),
            ("phone", "Phone"),
            ("web", "Web / Portal"),
            ("mail", "Mail"),
        ],
        default="counter",
        required=True,
    )

    # 2. What is asked
    date_order = fields.Date(
        string="Order Date",
        required=True,
        index=True,
        copy=False,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    due_date = fields.Date(
        string="Promised Date",
        compute="_compute_due_date",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="The latest promised date of the lines, unless agreed otherwise.",
    )
    place = fields.Selection(
        selection=[("lab", "In the laboratory"), ("onsite", "On site")],
        default="lab",
        required=True,
        tracking=True,
    )
    site_address = fields.Char(string="Place of the Work")
    acquire_mode = fields.Selection(
        selection=[
            ("walk_in", "Brought by the customer"),
            ("courier", "Sent by courier"),
            ("pickup", "Picked up by us"),
        ],
        string="Samples Arrive",
        default="walk_in",
        required=True,
    )
    waybill = fields.Char(string="Waybill Number", copy=False)
    return_mode = fields.Selection(
        selection=[
            ("walk_in", "Collected by the customer"),
            ("courier", "Returned by courier"),
            ("pickup", "Delivered by us"),
        ],
        string="Samples Return",
        default="walk_in",
        required=True,
    )
    urgent = fields.Boolean(tracking=True)
    special_instructions = fields.Text(
        help="Shown in large letters when the samples are received.",
    )
    remark = fields.Text(string="Internal Notes")
    line_ids = fields.One2many(
        comodel_name="metrology.order.line",
        inverse_name="order_id",
        string="Order Lines",
        copy=True,
    )

    refused_line_ids = fields.One2many(
        comodel_name="metrology.order.line",
        inverse_name="order_id",
        string="Lines Not Accepted",
        domain=[("capability_state", "=", "not_accepted")],
        readonly=True,
    )

    # 3. Where it stands
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("reviewing", "In Review"),
            ("to_sign", "To Sign"),
            ("accepted", "Accepted"),
            ("in_progress", "In Progress"),
            ("ready", "Ready"),
            ("released", "Released"),
            ("closed", "Closed"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        index=True,
        copy=False,
        tracking=True,
    )
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    change_reason = fields.Char(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    # 4. What was agreed
    review_ids = fields.One2many(
        comodel_name="metrology.order.review",
        inverse_name="order_id",
        string="Contract Reviews",
        copy=False,
    )
    review_id = fields.Many2one(
        comodel_name="metrology.order.review",
        string="Current Review",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The review of the present version.",
    )
    review_state = fields.Selection(
        related="review_id.state", string="State of the Review"
    )
    requirements_clear = fields.Boolean(
        related="review_id.requirements_clear", readonly=False
    )
    requirements_note = fields.Text(
        related="review_id.requirements_note", readonly=False
    )
    spoken_by = fields.Char(related="review_id.spoken_by", readonly=False)
    ability_confirmed = fields.Boolean(
        related="review_id.ability_confirmed", readonly=False
    )
    ability_note = fields.Text(related="review_id.ability_note", readonly=False)
    subcontract = fields.Boolean(related="review_id.subcontract", readonly=False)
    subcontract_consent = fields.Char(
        related="review_id.subcontract_consent", readonly=False
    )
    changes_agreed = fields.Boolean(related="review_id.changes_agreed", readonly=False)
    changes_note = fields.Text(related="review_id.changes_note", readonly=False)
    record_complete = fields.Boolean(
        related="review_id.record_complete", readonly=False
    )
    signature = fields.Binary(copy=False, attachment=True, readonly=True)
    signed_by = fields.Char(copy=False, readonly=True, tracking=True)
    signed_on = fields.Datetime(copy=False, readonly=True)
    accepted_on = fields.Datetime(copy=False, readonly=True, index=True)
    accepted_by_id = fields.Many2one(
        comodel_name="res.users", copy=False, readonly=True
    )

    # 5. What came of it
    sample_ids = fields.One2many(
        comodel_name="metrology.sample", inverse_name="order_id", string="Samples"
    )
    job_ids = fields.One2many(
        comodel_name="metrology.job", inverse_name="order_id", string="Jobs"
    )
    line_count = fields.Integer(string="Lines", compute="_compute_counts")
    refused_count = fields.Integer(string="Not Accepted", compute="_compute_counts")
    mandatory_count = fields.Integer(
        string="Mandatory Instruments", compute="_compute_counts"
    )
    other_count = fields.Integer(string="Other Instruments", compute="_compute_counts")
    sample_count = fields.Integer(
        string="Number of Samples", compute="_compute_progress"
    )
    job_count = fields.Integer(string="Number of Jobs", compute="_compute_progress")
    done_count = fields.Integer(string="Jobs Done", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two orders cannot have the same number.",
    )
    _worklist_idx = models.Index("(company_id, state, due_date)")

    # ------------------------------------------------------------------ compute
    @api.depends("partner_id")
    def _compute_contact(self):
        for order in self:
            partner = order.partner_id
            contact = partner if not partner.is_company else partner.child_ids[:1]
            if not order.contact_name:
                order.contact_name = contact.name
            if not order.contact_phone:
                order.contact_phone = contact.phone or partner.phone

    @api.depends("partner_id")
    def _compute_report_partner(self):
        for order in self:
            company = order.partner_id.commercial_partner_id
            order.report_partner_name = company.name
            order.report_partner_address = self._prepare_address_line(company)

    @api.model
    def _prepare_address_line(self, partner):
        """Return the address in one line, as documents print it; False without.

        A Chinese one goes from the large to the small without gaps, and names the
        country only to readers abroad.
        """
        if partner.country_id.code != "CN":
            lines = partner._display_address(without_company=True).split("\n")
            return " ".join(filter(None, map(str.strip, lines))) or False
        parts = [partner.state_id.name, partner.city, partner.street, partner.street2]
        if self.env.company.country_id != partner.country_id:
            parts.insert(0, partner.country_id.name)
        return "".join(part.strip() for part in parts if part) or False

    @api.depends("line_ids.due_date")
    def _compute_due_date(self):
        for order in self:
            dates = [date for date in order.line_ids.mapped("due_date") if date]
            if dates:
                order.due_date = max(dates)

    @api.depends("line_ids.capability_state", "line_ids.mandatory")
    def _compute_counts(self):
        groups = self.env["metrology.order.line"]._read_group(
            [("order_id", "in", self.ids)],
            ["order_id", "capability_state", "mandatory"],
            ["__count", "instrument_id:count_distinct"],
        )
        totals = {}
        for order, capability, mandatory, lines, instruments in groups:
            row = totals.setdefault(order.id, [0, 0, 0, 0])
            row[0] += lines
            row[1] += lines if capability == "not_accepted" else 0
            row[2 if mandatory else 3] += instruments
        for order in self:
            row = totals.get(order.id, (0, 0, 0, 0))
            order.line_count, order.refused_count = row[0], row[1]
            order.mandatory_count, order.other_count = row[2], row[3]

    @api.depends("job_ids.state", "sample_ids")
    def _compute_progress(self):
        samples = dict(
            self.env["metrology.sample"]._read_group(
                [("order_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["order_id"],
                ["__count"],
            )
        )
        jobs = {}
        for order, state, count in self.env["metrology.job"]._read_group(
            [("order_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["order_id", "state"],
            ["__count"],
        ):
            row = jobs.setdefault(order, [0, 0])
            row[0] += count
            row[1] += count if state == "done" else 0
        for order in self:
            total, done = jobs.get(order, (0, 0))
            order.sample_count = samples.get(order, 0)
            order.job_count, order.done_count = total, done
            order.progress = 100.0 * done / total if total else 0.0

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for order in self:
            order.is_overdue = bool(
                order.state in ("accepted", "in_progress")
                and order.due_date
                and order.due_date < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        return [("state", "in", ("accepted", "in_progress")), ("due_date", "<", today)]

    @api.depends("name", "partner_id", "state")
    def _compute_display_name(self):
        for order in self:
            if order.name and order.name != "New":
                order.display_name = order.name
            elif order.partner_id:
                order.display_name = self.env._(
                    "New order of %(partner)s", partner=order.partner_id.name
                )
            else:
                order.display_name = self.env._("New Order")

    # -------------------------------------------------------------- constraints
    @api.constrains("due_date", "date_order")
    def _check_due_date(self):
        for order in self:
            if order.due_date and order.due_date < order.date_order:
                raise UserError(
                    self.env._(
                        "Order %(order)s: the promised date %(due)s is before the "
                        "order's date %(date)s.",
                        order=order.display_name,
                        due=order.due_date,
                        date=order.date_order,
                    )
                )

    # --------------------------------------------------------------------- CRUD
    def write(self, vals):
        if self._guard_is_closed() and set(vals) & set(self._signed_fields):
            self._check_content_open()
        return super().write(vals)

    def _check_content_open(self, reviewed=True):
        """Refuse to change what was signed; asking for a change is its own act.

        :param bool reviewed: what changes was also subject of the review, and so stays
            from its end on
        """
        for order in self:
            if reviewed and order.state == "to_sign" and not order.signature:
                raise UserError(
                    self.env._(
                        "Order %(order)s has passed its review. Use “Change Order”: "
                        "what differs is reviewed again.",
                        order=order.display_name,
                    )
                )
            if order.state in (*AGREED_STATES, *FINAL_STATES) or order.signature:
                raise UserError(
                    self.env._(
                        "Order %(order)s has been signed by the customer. Use "
                        "“Change Order”: it starts a new version that is "
                        "reviewed and signed again.",
                        order=order.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for order in self:
            if order.name and order.name != "New":
                raise UserError(
                    self.env._(
                        "Order %(order)s has a number and is not deleted. Cancel it "
                        "with the reason.",
                        order=order.name,
                    )
                )
