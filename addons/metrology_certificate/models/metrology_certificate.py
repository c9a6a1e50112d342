# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_certificate_layout import (
    CONCLUSION_KINDS,
    KINDS,
    VALID_UNTIL_KINDS,
)

STATES = [
    ("editing", "Editing"),
    ("initial_review", "First Check"),
    ("checking", "Checking"),
    ("approving", "Approving"),
    ("to_print", "To Print"),
    ("printed", "Printed"),
    ("released", "Released"),
    ("superseded", "Replaced"),
    ("void", "Void"),
]

# States in which the document exists and is what the public page vouches for.
ISSUED_STATES = ("to_print", "printed", "released", "superseded", "void")

# States in which signatures are being collected.
SIGNING_STATES = ("initial_review", "checking", "approving")

# Who hands out documents.
PRINT_GROUPS = (
    "metrology.group_business",
    "metrology.group_sample_keeper",
    "metrology.group_office",
)

SERIES = "certificate.%s"


class MetrologyCertificate(models.Model):
    """A certificate: what was found, who signed it, the bytes that were issued.

    The way of a certificate (S3-5.8.3 to S3-5.8.6)::

        editing -> (first check by the tester) -> checking -> approving -> to print

    Each step is a signature under the digest of the content. A return from checking
    or approving leads to the tester, needs a reason and turns the signatures into
    history. At approval the PDF is made, sealed and signed in the same transaction;
    from then on the bytes are stored and never rendered again.
    """

    _name = "metrology.certificate"
    _description = "Certificate"
    _inherit = [
        "metrology.guard.mixin",
        "metrology.sealed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "serial_number", "instrument_name", "partner_name"]
    _check_company_auto = True

    _sealed_fields = (
        "name",
        "kind",
        "state",
        "record_id",
        "partner_name",
        "instrument_name",
        "model_text",
        "serial_number",
        "manufacturer",
        "tester_id",
        "checker_id",
        "approver_id",
        "test_date",
        "issue_date",
        "valid_until",
        "content_digest",
        "pdf_sha256",
        "relation",
        "original_id",
    )
    _guard_action_fields = (
        "name",
        "state",
        "kind",
        "record_id",
        "company_id",
        "editor_id",
        "checker_id",
        "approver_id",
        "content",
        "content_digest",
        "token",
        "seal_id",
        "pdf_id",
        "pdf_sha256",
        "print_count",
        "printed_on",
        "released_on",
        "issue_date",
        "received_date",
        "test_date",
        "interval_months",
        "return_reason",
        "relation",
        "original_id",
        "revision",
        # Stored, so a client could write them past their computation.
        "job_id",
        "order_id",
        "sample_id",
        "instrument_id",
        "partner_id",
        "department_id",
        "service_kind",
        "valid_until",
    )
    _guard_reason_actions = ("action_void",)
    _sealed_lock_field = "state"
    _sealed_locked_values = ISSUED_STATES

    # 1. What it is about
    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        help="Given at the first submission and kept through every return.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    record_id = fields.Many2one(
        comodel_name="metrology.record",
        string="Technical Record",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    record_state = fields.Selection(
        related="record_id.state", string="State of the Record"
    )
    job_id = fields.Many2one(related="record_id.job_id", store=True, index=True)
    order_id = fields.Many2one(related="job_id.order_id", store=True, index=True)
    sample_id = fields.Many2one(related="job_id.sample_id", store=True, index=True)
    instrument_id = fields.Many2one(
        related="sample_id.instrument_id", store=True, index=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, index=True)
    department_id = fields.Many2one(
        related="job_id.department_id", store=True, index=True
    )
    service_kind = fields.Selection(related="job_id.service_kind", store=True)
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    layout_id = fields.Many2one(
        comodel_name="metrology.certificate.layout",
        string="Layout",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('kind', '=', kind), ('company_id', 'in', (company_id, False))]",
    )

    relation = fields.Selection(
        selection=[
            ("original", "Original"),
            ("supplement", "Supplement"),
            ("replacement", "Replacement"),
        ],
        default="original",
        required=True,
        readonly=True,
        copy=False,
    )
    original_id = fields.Many2one(
        comodel_name="metrology.certificate",
        string="Supplements / Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    successor_ids = fields.One2many(
        comodel_name="metrology.certificate",
        inverse_name="original_id",
        string="Supplements and Replacements",
        readonly=True,
    )
    change_ids = fields.One2many(
        comodel_name="metrology.certificate.change",
        inverse_name="certificate_id",
        string="Changes",
        readonly=True,
    )
    change_count = fields.Integer(compute="_compute_change_count")
    revision = fields.Integer(
        readonly=True,
        copy=False,
        help="How often it was recalled before release; the number stays.",
    )

    # 2. The cover (S3-7.1.1): proposed from the order, the ledger and the record
    partner_name = fields.Char(string="Customer on the Cover")
    partner_address = fields.Char(string="Customer Address")
    instrument_name = fields.Char()
    model_text = fields.Char(string="Model / Specification")
    serial_number = fields.Char(string="Serial Number")
    manufacturer = fields.Char()
    range_text = fields.Char(string="Measuring Range")
    accuracy_text = fields.Char(string="Accuracy")
    received_date = fields.Date(string="Received On", readonly=True)
    test_date = fields.Date(string="Date of Test", readonly=True)
    place_text = fields.Char(string="Place")
    conclusion = fields.Selection(
        selection=[("pass", "Conforming"), ("fail", "Not Conforming")],
        string="Verdict",
        compute="_compute_conclusion",
    )
    conclusion_text = fields.Char(
        string="Conclusion",
        help="As printed, e.g. 符合1.6级. Proposed from the verdict of the record.",
    )
    interval_months = fields.Integer(
        string="Interval (months)",
        readonly=True,
        help="By the method: verification certificates are valid that long.",
    )
    valid_until = fields.Date(
        compute="_compute_valid_until", store=True, string="Valid Until"
    )
    issue_date = fields.Date(readonly=True, copy=False)
    note = fields.Text(help="Printed below the results.")

    # 3. The chain of signatures
    state = fields.Selection(
        selection=STATES,
        default="editing",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    editor_id = fields.Many2one(
        comodel_name="hr.employee", readonly=True, string="Editor", copy=False
    )
    tester_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Tester",
        domain="[('id', 'in', executor_ids)]",
        help="The person whose work it certifies; he confirms what an editor wrote.",
        copy=False,
    )
    executor_ids = fields.Many2many(related="job_id.employee_ids", string="Executors")
    checker_id = fields.Many2one(
        comodel_name="hr.employee", readonly=True, string="Checker", copy=False
    )
    approver_id = fields.Many2one(
        comodel_name="hr.employee",
        readonly=True,
        string="Authorised Signatory",
        copy=False,
    )
    signature_ids = fields.One2many(
        comodel_name="metrology.certificate.signature",
        inverse_name="certificate_id",
        string="Signatures",
        readonly=True,
    )
    return_reason = fields.Char(readonly=True, copy=False, string="Returned Because")
    waits_for = fields.Char(compute="_compute_waits_for", string="Waits For")

    # 4. What was signed, and the bytes
    content = fields.Json(
        readonly=True,
        copy=False,
        help="Everything that is printed, frozen at submission.",
    )
    content_digest = fields.Char(readonly=True, copy=False)
    token = fields.Char(readonly=True, copy=False, groups="metrology.group_user")
    seal_id = fields.Many2one(
        comodel_name="metrology.seal", readonly=True, copy=False, ondelete="restrict"
    )
    pdf_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="Issued PDF",
        readonly=True,
        copy=False,
        ondelete="restrict",
        # Handed out by action_print only: /web/content would give it without a trace.
        groups=fields.NO_ACCESS,
    )
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    print_count = fields.Integer(readonly=True, copy=False)
    printed_on = fields.Datetime(readonly=True, copy=False)
    released_on = fields.Datetime(readonly=True, copy=False)

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This certificate number is already in use.",
    )
    _token_uniq = models.UniqueIndex("(token) WHERE token IS NOT NULL")
    _record_uniq = models.UniqueIndex(
        "(record_id) WHERE relation = 'original' AND state != 'void'",
        "This technical record already has a certificate.",
    )
    _replacement_uniq = models.UniqueIndex(
        "(original_id) WHERE relation = 'replacement' AND state != 'void'",
        "This certificate is being replaced already.",
    )
    _state_department_idx = models.Index("(company_id, state, department_id)")

    # --- COMPUTE ---

    @api.depends("name", "instrument_name", "serial_number")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = certificate.name or self.env._(
                "Draft for %(instrument)s %(serial)s",
                instrument=certificate.instrument_name or "",
                serial=certificate.serial_number or "",
            )

    @api.depends("record_id.verdict", "kind")
    def _compute_conclusion(self):
        for certificate in self:
            verdict = certificate.record_id.verdict
            certificate.conclusion = (
                verdict
                if certificate.kind in CONCLUSION_KINDS and verdict in ("pass", "fail")
                else False
            )

    @api.depends("kind", "test_date", "interval_months")
    def _compute_valid_until(self):
        """The day before the same day ``interval_months`` later (annex A of S3).

        2026-03-01 with 12 months is valid until 2027-02-28. Only a verification
        certificate carries it; calibration and notices of rejection do not.
        """
        for certificate in self:
            certificate.valid_until = (
                certificate.test_date
                + relativedelta(months=certificate.interval_months, days=-1)
                if certificate.kind in VALID_UNTIL_KINDS
                and certificate.test_date
                and certificate.interval_months
                else False
            )

    @api.depends("state", "tester_id")
    def _compute_waits_for(self):
        roles = {
            "checking": self.env.ref("metrology.group_checker"),
            "approving": self.env.ref("metrology.group_signatory"),
            "to_print": self.env.ref("metrology.group_business"),
        }
        for certificate in self:
            if certificate.state in ("editing", "initial_review"):
                certificate.waits_for = certificate.tester_id.name
            elif certificate.state in roles:
                certificate.waits_for = roles[certificate.state].name
            else:
                certificate.waits_for = False

    def _compute_change_count(self):
        counts = dict(
            self.env["metrology.certificate.change"]._read_group(
                [("certificate_id", "in", self.ids)], ["certificate_id"], ["__count"]
            )
        )
        for certificate in self:
            certificate.change_count = counts.get(certificate, 0)

    # --- CRUD ---

    _COVER_FIELDS = frozenset(
        {
            "partner_name",
            "partner_address",
            "instrument_name",
            "model_text",
            "serial_number",
            "manufacturer",
            "range_text",
            "accuracy_text",
            "place_text",
            "conclusion_text",
            "note",
            "tester_id",
            "layout_id",
        }
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self._guard_is_closed():
            raise UserError(
                self.env._(
                    "A certificate is made from its technical record: open the record "
                    "and choose Make Certificate."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if self._guard_is_closed() and self._COVER_FIELDS & set(vals):
            late = self.filtered(lambda certificate: certificate.state != "editing")
            if late:
                raise UserError(
                    self.env._(
                        "The certificate %(name)s has been submitted. To change it, "
                        "have it returned to the tester.",
                        name=late[0].display_name,
                    )
                )
        return super().write(vals)

    def _sealed_check_batch(self):
        """Find content that is not what was signed, too: only its digest is sealed."""
        problems = super()._sealed_check_batch()
        known = {problem["res_id"] for problem in problems}
        for certificate in self.sudo().exists():
            if certificate.id in known or not certificate.content_digest:
                continue
            if self._get_digest(certificate.content) != certificate.content_digest:
                problems.append(
                    {
                        "model": self._name,
                        "res_id": certificate.id,
                        "name": certificate.display_name,
                        "revision": 0,
                        "kind": "content",
                        "message": self.env._(
                            "The content is not what was signed: its digest differs."
                        ),
                    }
                )
        return problems

    def _sealed_may_unlink(self):
        return not self.name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for certificate in self:
            if certificate.name:
                raise UserError(
                    self.env._(
                        "The certificate %(name)s has a number and cannot be deleted.",
                        name=certificate.name,
                    )
                )

    # --- HELPERS ---

    @api.model
    def _get_kinds(self, service_kind):
        """The kinds of document a job of that service kind may end in."""
        if service_kind == "verification":
            return ("verification", "rejection")
        return (service_kind,)

    def _step(self, reason):
        """Return ``self`` allowed to write what only steps write; keeps the reason."""
        return self._sealed_unlock(reason)._guard_open()

    def _get_action(self):
        """Return the action that shows the certificates; one alone opens its form."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificates"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return action | {"view_mode": "form", "res_id": self.id}
        return action | {"view_mode": "list,form", "domain": [("id", "in", self.ids)]}

    def _label(self, field, value):
        return dict(self._fields[field]._description_selection(self.env)).get(
            value, value
        )

    def _label_fields(self, names):
        labels = self.fields_get(list(names), attributes=["string"])
        return [labels[name]["string"] for name in names if name in labels]
