# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.metrology_record.models.metrology_record import SEALED_STATES

from .metrology_certificate_change import PENDING_STATES
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
        help="The person whose work it certifies; he confirms what an editor wrote.",
        copy=False,
    )
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

    # --- CONSTRAINTS ---

    @api.constrains("kind", "record_id")
    def _check_kind_of_service(self):
        """A line of one service kind yields only documents of that kind (S0-3.3)."""
        for certificate in self:
            job = certificate.record_id.job_id
            allowed = certificate._get_kinds(job.service_kind)
            if certificate.kind not in allowed:
                raise ValidationError(
                    self.env._(
                        "The job %(job)s is a %(service)s: no document of the kind "
                        "%(kind)s can be made from it.",
                        job=job.display_name,
                        service=self._label("service_kind", job.service_kind),
                        kind=self._label("kind", certificate.kind),
                    )
                )

    @api.constrains("valid_until", "test_date")
    def _check_valid_until(self):
        for certificate in self:
            if (
                certificate.valid_until
                and certificate.valid_until <= certificate.test_date
            ):
                raise ValidationError(
                    self.env._(
                        "The certificate %(name)s would be valid until %(until)s, which "
                        "is not after its date of test.",
                        name=certificate.display_name,
                        until=certificate.valid_until,
                    )
                )

    @api.constrains("layout_id", "kind")
    def _check_layout(self):
        for certificate in self:
            layout = certificate.layout_id
            if layout.kind != certificate.kind or layout.company_id not in (
                certificate.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._(
                        "The layout %(layout)s is not for this kind of document "
                        "(%(kind)s) of this institution.",
                        layout=layout.display_name,
                        kind=certificate._label("kind", certificate.kind),
                    )
                )

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

    # --- ACTIONS ---

    def action_preview(self):
        """Open the PDF as it will be printed, with a mark across each page.

        A draft is marked as such; of an issued one it is a copy for reading, without
        QR code, seal and signature: only the print list hands out the document.
        """
        self.ensure_one()
        return self.layout_id.report_id.report_action(self)

    def action_open_sign(self):
        """Open the dialog in which the person confirms the step with a password."""
        step = self._get_step()
        # Made beforehand: of a dialog that its own button creates, the password would
        # not reach the button.
        dialog = self.env["metrology.certificate.sign"].create(
            {"step": step, "certificate_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self._get_step_label(step),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_return(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return to the Tester"),
            "res_model": "metrology.certificate.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_certificate_ids": self.ids},
        }

    def action_submit(self, password):
        """Sign as editor and tester, or send to the tester's first check.

        :param str password: of the person who submits
        :raise UserError: what is missing on the certificate
        """
        self._authenticate(password)
        self._submit()
        return True

    def action_confirm(self, password):
        """First check: the tester confirms what somebody else edited (S3-5.8.4)."""
        self._authenticate(password)
        self._confirm()
        return True

    def action_check(self, password):
        """Sign as checker."""
        self._authenticate(password)
        self._check_step()
        return True

    def action_approve(self, password):
        """Sign as authorised signatory; makes, seals and stores the PDF."""
        self._authenticate(password)
        self._approve()
        return True

    def action_return(self, reason):
        """Give the certificate back to the tester (S3-5.8.5); the reason is a must."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the certificate goes back."))
        self._return(reason)
        return True

    def action_void(self, reason=None):
        """Give up certificates that were never issued; their numbers stay on file.

        :param str reason: without it the dialog that asks for it opens
        """
        if reason is None:
            return self._guard_ask_reason("action_void")
        self._guard_check_group(
            "metrology.group_signatory,metrology.group_technical_head"
        )
        reason = self._guard_check_reason(reason)
        self._lock()
        for certificate in self:
            certificate._check_state("editing", *SIGNING_STATES)
        self.sudo().signature_ids._withdraw(reason)
        self._step(reason).write({"state": "void", "return_reason": reason})
        self.env["metrology.certificate.change"]._after_void(self, reason)
        return True

    def action_print(self, reason=None):
        """Hand out the issued PDF; the first time it becomes printed (S3-5.8.11).

        Several are handed out as a ZIP of single files: joined, no signature holds.

        :param str reason: needed where one was printed before
        :raises UserError: one of them is not approved, or printed before and no reason
        """
        self._check_may_print()
        self._lock()
        reason = (reason or "").strip()
        for certificate in self:
            certificate._check_printable(reason)
        first = self.filtered(lambda certificate: certificate.state == "to_print")
        for certificate in self - first:
            certificate.message_post(
                body=self.env._("Printed again: %(reason)s", reason=reason)
            )
        first._step(self.env._("Printed")).write(
            {
                "state": "printed",
                "printed_on": fields.Datetime.now(),
                "print_count": 1,
            }
        )
        for certificate in self - first:
            certificate._step(
                self.env._("Printed again: %(reason)s", reason=reason)
            ).write({"print_count": certificate.print_count + 1})
        return self._action_download()

    def _check_printable(self, reason):
        self.ensure_one()
        if self.state not in ("to_print", "printed", "released"):
            raise UserError(
                self.env._(
                    "The certificate %(name)s is not approved and cannot be printed.",
                    name=self.display_name,
                )
            )
        self._raise_blockers(self._get_change_blockers())
        if self.print_count and not reason:
            raise UserError(
                self.env._(
                    "The certificate %(name)s was printed on %(when)s. Say why it is "
                    "printed again.",
                    name=self.display_name,
                    when=fields.Datetime.context_timestamp(
                        self, self.printed_on
                    ).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def action_open_change(self):
        """Open a request to change the certificate."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of a Certificate"),
            "res_model": "metrology.certificate.change",
            "view_mode": "form",
            "context": {"default_certificate_id": self.id},
        }

    def action_view_changes(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Changes"),
            "res_model": "metrology.certificate.change",
            "view_mode": "list,form",
            "domain": [("certificate_id", "=", self.id)],
        }

    def action_change_directly(self, correction, reason):
        """Make the successor of a released certificate at once (S3-5.8.13).

        :param str correction: supplement or replacement
        :param str reason: must not be empty
        """
        self.ensure_one()
        return (
            self.env["metrology.certificate.change"]
            ._change_directly(self, correction, reason)
            ._get_action()
        )

    def action_open_reprint(self):
        """Open the dialog that asks why it is printed again."""
        return self.action_open_return() | {
            "name": self.env._("Print Again"),
            "context": {
                "default_certificate_ids": self.ids,
                "default_purpose": "reprint",
            },
        }

    # --- STEPS ---

    def _submit(self):
        employee = self._get_employee()
        self._require_group("metrology.group_tester", "metrology.group_office")
        self._lock()
        for certificate in self:
            certificate._check_state("editing")
            certificate._refresh_from_record()
            certificate._raise_blockers(certificate._get_submit_blockers())
        self._assign_numbers()
        for certificate in self:
            content = certificate._prepare_content()
            certificate._step(self.env._("Submitted")).write(
                {
                    "editor_id": employee.id,
                    "content": content,
                    "content_digest": self._get_digest(content),
                    "return_reason": False,
                }
            )
            if certificate.tester_id == employee:
                evidence = certificate._check_eligible("author", employee)
                certificate._sign("tester", employee, evidence)
                certificate._move_to("checking")
            else:
                certificate._sign("editor", employee, {})
                certificate._move_to("initial_review")
                certificate._notify_tester(
                    self.env._(
                        "Confirm the certificate that %(name)s edited.",
                        name=employee.name,
                    )
                )
        self._done_activities()

    def _refresh_from_record(self):
        """Take over what the record says by now: it may have gone back meanwhile."""
        if self.record_id.state not in SEALED_STATES:
            return
        vals = self.record_id._prepare_certificate_result()
        if vals["kind"] == self.kind:
            # Chosen or worded by the editor: his words stay.
            for name in ("layout_id", "conclusion_text"):
                vals.pop(name)
        elif self.name:
            # A number belongs to the series of its kind (see the submit blockers).
            for name in ("kind", "layout_id"):
                vals.pop(name)
        self._step(self.env._("Taken over from the record")).write(vals)

    def _confirm(self):
        employee = self._get_employee()
        self._lock()
        for certificate in self:
            certificate._check_state("initial_review")
            certificate._check_is_tester(employee)
            certificate._check_content_unchanged()
            evidence = certificate._check_eligible("author", employee)
            certificate._sign("tester", employee, evidence)
            certificate._move_to("checking")
        self._done_activities()

    def _check_step(self):
        employee = self._get_employee()
        self._require_group("metrology.group_checker")
        self._lock()
        for certificate in self:
            certificate._check_state("checking")
            certificate._check_other_person(
                employee, certificate.tester_id | certificate.editor_id
            )
            certificate._check_content_unchanged()
            evidence = certificate._check_eligible("check", employee)
            certificate._step(self.env._("Checked")).write({"checker_id": employee.id})
            certificate._sign("checker", employee, evidence)
            certificate._move_to("approving")

    def _approve(self):
        employee = self._get_employee()
        self._require_group("metrology.group_signatory")
        self._lock()
        for certificate in self:
            certificate._check_state("approving")
            certificate._check_other_person(
                employee,
                certificate.tester_id | certificate.editor_id | certificate.checker_id,
            )
            certificate._check_content_unchanged()
            certificate._raise_blockers(certificate._get_approve_blockers())
            evidence = certificate._check_eligible("approve", employee)
            certificate._sign("approver", employee, evidence)
            certificate._issue(employee)

    def _return(self, reason):
        employee = self._get_employee()
        self._lock()
        for certificate in self:
            certificate._check_state(*SIGNING_STATES)
            certificate._check_may_return(employee)
            certificate.sudo().signature_ids._withdraw(reason)
            certificate._step(reason).write(
                {
                    "state": "editing",
                    "return_reason": reason,
                    "checker_id": False,
                    "content": False,
                    "content_digest": False,
                }
            )
            certificate.message_post(
                body=self.env._("Returned: %(reason)s", reason=reason)
            )
            certificate._notify_tester(reason)
        self.env["metrology.certificate.change"]._after_return(self, reason)
        self._done_activities()

    def _check_may_return(self, employee):
        """Whose turn it is may give it back: tester, checker or signatory (S3-5.8.5)."""
        self.ensure_one()
        if self.state == "initial_review":
            self._check_is_tester(employee)
            return
        self._require_group(
            "metrology.group_checker"
            if self.state == "checking"
            else "metrology.group_signatory"
        )
        self._check_other_person(employee, self.tester_id | self.editor_id)

    # --- BLOCKERS ---

    def _get_submit_blockers(self):
        """What keeps the certificate from being submitted: list of (code, text)."""
        self.ensure_one()
        blockers = []
        if self.record_id.state not in SEALED_STATES:
            return [
                (
                    "record_open",
                    self.env._(
                        "The technical record %(name)s has not been submitted.",
                        name=self.record_id.display_name,
                    ),
                )
            ]
        if self.kind != self.record_id._prepare_certificate_result()["kind"]:
            blockers.append(
                (
                    "kind_changed",
                    self.env._(
                        "The verdict of the record has changed, and the number "
                        "%(number)s belongs to another kind of document. Have the "
                        "certificate voided and make a new one.",
                        number=self.name,
                    ),
                )
            )
        required = self._get_required_fields()
        for name in sorted(required, key=list(self._fields).index):
            if not self[name]:
                blockers.append(
                    (
                        f"missing_{name}",
                        self.env._(
                            "%(field)s is empty.", field=self._label_fields([name])[0]
                        ),
                    )
                )
        if self.tester_id and self.tester_id not in self.job_id.employee_ids:
            blockers.append(
                (
                    "tester_foreign",
                    self.env._(
                        "%(tester)s has not done the work: choose one of %(executors)s.",
                        tester=self.tester_id.name,
                        executors=", ".join(self.job_id.employee_ids.mapped("name")),
                    ),
                )
            )
        blockers += self._get_cover_differences()
        blockers += self._get_standard_blockers()
        blockers += self._get_environment_blockers()
        blockers += self._get_result_blockers()
        blockers += self._get_conclusion_blockers()
        return blockers

    def _get_required_fields(self):
        names = {"partner_name", "instrument_name", "tester_id", "test_date"}
        if self.relation == "supplement":
            names.add("note")
        if self.kind in CONCLUSION_KINDS:
            names |= {"conclusion", "conclusion_text"}
        if self.kind in VALID_UNTIL_KINDS:
            names.add("valid_until")
        return names

    def _get_cover_differences(self):
        """The cover must say what the ledger says of the instrument (S3-7.1.1-1)."""
        blockers = []
        instrument = self.instrument_id
        for name, source in (
            ("serial_number", instrument.serial_number),
            ("model_text", instrument.model_text),
            ("manufacturer", instrument.manufacturer),
        ):
            if (self[name] or "").strip() != (source or "").strip():
                blockers.append(
                    (
                        f"differs_{name}",
                        self.env._(
                            "%(field)s on the cover is '%(cover)s', on the order "
                            "'%(order)s'. Correct the one that is wrong.",
                            field=self._label_fields([name])[0],
                            cover=self[name] or "",
                            order=source or "",
                        ),
                    )
                )
        return blockers

    def _get_approve_blockers(self):
        """What keeps the certificate from being issued: list of (code, text)."""
        self.ensure_one()
        blockers = []
        if self.record_id.state not in ("checked", "locked"):
            blockers.append(
                (
                    "record_unchecked",
                    self.env._(
                        "The technical record %(name)s has not been checked.",
                        name=self.record_id.display_name,
                    ),
                )
            )
        roles = set(
            self.signature_ids.filtered(lambda s: s.state == "valid").mapped("role")
        )
        labels = dict(
            self.signature_ids._fields["role"]._description_selection(self.env)
        )
        for role in ("tester", "checker"):
            if role not in roles:
                blockers.append(
                    (
                        f"unsigned_{role}",
                        self.env._(
                            "The signature '%(role)s' is missing.", role=labels[role]
                        ),
                    )
                )
        if self.layout_id.electronic:
            if not self.env["metrology.seal"]._find(self.kind, self.company_id):
                blockers.append(
                    (
                        "no_seal",
                        self.env._(
                            "The institution has no seal in use of the kind "
                            "'%(kind)s'. Ask the administrator to set one up under "
                            "Configuration > Seals.",
                            kind=self.env["metrology.seal"]._get_kind_label(self.kind),
                        ),
                    )
                )
        blockers += self._get_authorization_blockers()
        blockers += self._get_change_blockers()
        if self.relation == "replacement" and self.original_id.state != "released":
            blockers.append(
                (
                    "original_gone",
                    self.env._(
                        "%(name)s is not in force any more and cannot be replaced.",
                        name=self.original_id.display_name,
                    ),
                )
            )
        today = self.env["metrology.calendar"]._today(self.company_id)
        if self.test_date and self.test_date > today:
            blockers.append(
                (
                    "test_in_future",
                    self.env._("The date of test lies in the future."),
                )
            )
        return blockers

    def _get_change_blockers(self):
        """A pending request holds up approval, print and release (S3-7.2.2-2)."""
        self.ensure_one()
        pending = self.sudo().change_ids.filtered(
            lambda change: change.state in PENDING_STATES
        )
        return [
            (
                "change_pending",
                self.env._(
                    "A change of the certificate %(name)s was requested by %(user)s "
                    "and is not decided yet.",
                    name=self.display_name,
                    user=change.applicant_id.name,
                ),
            )
            for change in pending
        ]

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

    def _get_employee(self):
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "The user %(user)s has no employee, so there is nobody whose "
                    "authorization could be looked up. Ask the staff manager.",
                    user=self.env.user.name,
                )
            )
        return employee

    def _authenticate(self, password):
        self.env["metrology.signing"]._authenticate(password)

    def _require_group(self, *groups):
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "This step is for: %(roles)s.",
                    roles=", ".join(
                        self.env.ref(group).sudo().name for group in groups
                    ),
                )
            )

    def _check_may_print(self):
        self._require_group(*PRINT_GROUPS)

    def _may_print(self):
        return any(self.env.user.has_group(group) for group in PRINT_GROUPS)

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "The certificate %(name)s is in the state '%(state)s'. Reload the "
                    "page: somebody may have been faster.",
                    name=self.display_name,
                    state=self._label("state", self.state),
                )
            )

    def _check_is_tester(self, employee):
        self.ensure_one()
        if self.tester_id != employee:
            raise UserError(
                self.env._(
                    "Only the tester %(tester)s can confirm the certificate %(name)s.",
                    tester=self.tester_id.name,
                    name=self.display_name,
                )
            )

    def _check_other_person(self, employee, others):
        self.ensure_one()
        if employee in others:
            raise UserError(
                self.env._(
                    "%(person)s has already signed the certificate %(name)s in another "
                    "role. Tester, checker and signatory are three persons.",
                    person=employee.name,
                    name=self.display_name,
                )
            )

    def _check_content_unchanged(self):
        """The content must still be what was signed, and the record what it was."""
        self.ensure_one()
        if (self.content or {}).get("record_digest") != self.record_id._get_digest():
            raise UserError(
                self.env._(
                    "The technical record %(record)s has changed since the certificate "
                    "%(name)s was submitted. Return the certificate to the tester.",
                    record=self.record_id.display_name,
                    name=self.display_name,
                )
            )
        if self.content_digest != self._get_digest(self.content):
            raise UserError(
                self.env._(
                    "The content of the certificate %(name)s is not what was signed. "
                    "Return it to the tester.",
                    name=self.display_name,
                )
            )

    def _check_eligible(self, activity, employee):
        """Method and standards count on the day of test, the person on that of signing."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.company_id)
        return (
            self.env["metrology.eligibility"]
            .with_context(metrology_signing_day=today)
            ._check(self.job_id, activity, employee=employee, day=self.test_date)[
                self.job_id.id
            ]
        )

    def _raise_blockers(self, blockers):
        self.ensure_one()
        if blockers:
            raise UserError(
                self.env._(
                    "The certificate %(name)s cannot go on:\n%(reasons)s",
                    name=self.display_name,
                    reasons="\n".join(f"• {text}" for _code, text in blockers),
                )
            )

    def _assign_numbers(self):
        """Number those that have none; each kind has its own series."""
        Number = self.env["metrology.number"]
        unnumbered = self.filtered(lambda certificate: not certificate.name)
        for kind, certificates in unnumbered.grouped("kind").items():
            numbers = Number._assign(SERIES % kind, certificates)
            for certificate in certificates:
                certificate._step(self.env._("Numbered")).write(
                    {"name": numbers[certificate.id]}
                )

    def _sign(self, role, employee, evidence):
        self.ensure_one()
        self.env["metrology.certificate.signature"].sudo().create(
            self._prepare_signature(role, employee, evidence)
        )

    def _prepare_signature(self, role, employee, evidence):
        """Return the values of the caller's signature in a role. Hook."""
        return {
            "certificate_id": self.id,
            "role": role,
            "employee_id": employee.id,
            "user_id": self.env.uid,
            "person_name": employee.name,
            "signed_on": fields.Datetime.now(),
            "content_digest": self.content_digest,
            "evidence": evidence,
        }

    def _move_to(self, state):
        self._step(self._label("state", state)).write({"state": state})

    def _get_step(self):
        """The step the certificates wait for; all must wait for the same one."""
        steps = {
            "editing": "submit",
            "initial_review": "confirm",
            "checking": "check",
            "approving": "approve",
        }
        states = set(self.mapped("state"))
        if len(states) != 1 or not states <= set(steps):
            raise UserError(
                self.env._("Choose certificates that all wait for the same step.")
            )
        return steps[states.pop()]

    def _get_step_label(self, step):
        return {
            "submit": self.env._("Submit"),
            "confirm": self.env._("First Check"),
            "check": self.env._("Check"),
            "approve": self.env._("Approve and Issue"),
        }[step]

    def _notify_tester(self, note):
        self.ensure_one()
        user = self.tester_id.user_id
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.display_name,
                note=note,
                user_id=user.id,
            )

    def _done_activities(self):
        self.activity_ids.filtered(lambda a: a.user_id == self.env.user).action_done()

    def _reopen(self, reason):
        """Open a recalled certificate for editing; its number stays (S3-5.8.8)."""
        self.ensure_one()
        self.sudo().signature_ids._withdraw(reason)
        self._step(reason).sudo().write(
            {
                "state": "editing",
                "return_reason": reason,
                "revision": self.revision + 1,
                "checker_id": False,
                "approver_id": False,
                "content": False,
                "content_digest": False,
                "issue_date": False,
                "token": False,
                "seal_id": False,
                "pdf_id": False,
                "pdf_sha256": False,
                "print_count": 0,
                "printed_on": False,
            }
        )
        self._notify_tester(reason)

    def _make_successor(self, relation):
        """Make the draft of a supplement or a replacement (S0-6.4.4)."""
        self.ensure_one()
        names = (self._COVER_FIELDS - {"layout_id", "note"}) | {
            "received_date",
            "test_date",
            "interval_months",
            "kind",
        }
        vals = self._convert_to_write({name: self[name] for name in names})
        layout = self.env["metrology.certificate.layout"]._find(
            self.kind, self.company_id
        )
        return (
            self._step(self.env._("Made to change %(name)s", name=self.name))
            .create(
                vals
                | {
                    "relation": relation,
                    "original_id": self.id,
                    "record_id": self.record_id.id,
                    "company_id": self.company_id.id,
                    "layout_id": (layout or self.layout_id).id,
                }
            )
            .with_env(self.env)
        )

    def _mark_released(self):
        """The certificates were handed over (called by the hand-over)."""
        self._lock()
        for certificate in self:
            certificate._check_state("to_print", "printed")
            certificate._raise_blockers(certificate._get_change_blockers())
        self._step(self.env._("Released")).write(
            {"state": "released", "released_on": fields.Datetime.now()}
        )
