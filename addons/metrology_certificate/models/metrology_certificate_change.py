# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("recall", "Recall before Release"),
    ("issued", "Change after Release"),
    ("direct", "Direct Change"),
]
STATES = [
    ("draft", "Draft"),
    ("requested", "Requested"),
    ("reviewed", "Reviewed"),
    ("modifying", "Being Changed"),
    ("reissued", "Reissued"),
    ("closed", "Closed"),
    ("refused", "Refused"),
]
OPEN_STATES = ("requested", "reviewed", "modifying", "reissued")
# A request in one of these states holds up approval, print and release.
PENDING_STATES = ("requested", "reviewed")
APPROVER_GROUPS = "metrology.group_signatory,metrology.group_technical_head"
REVIEWER_GROUPS = "metrology.group_checker,metrology.group_department_head"
# Who may read the file of before a change.
FILE_GROUPS = f"{APPROVER_GROUPS},metrology.group_quality"

_RECOVERY = frozenset(
    {
        "recovered",
        "recovered_on",
        "recovered_by_id",
        "recovered_place",
        "not_recovered_reason",
    }
)


class MetrologyCertificateChange(models.Model):
    """Changing a certificate that is signed or out of the house (S3-5.8.8, 9, 13).

    * ``recall``: not handed over yet. A signatory consents, the certificate goes back
      to editing with its number, the old PDF is kept here.
    * ``issued``: handed over. Reviewed, then approved by another person; the change is
      always a supplement (correct but incomplete) or a replacement (new number).
    * ``direct``: as ``issued`` without the steps of recall, for the technical head.

    The applicant never decides on his own request.
    """

    _name = "metrology.certificate.change"
    _description = "Change of a Certificate"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["certificate_id.name", "reason"]

    _guard_action_fields = (
        "state",
        "kind",
        "applicant_id",
        "requested_on",
        "reviewer_id",
        "reviewed_on",
        "approver_id",
        "approved_on",
        "old_pdf_id",
        "old_sha256",
        "result_id",
        "refused_reason",
    )
    _guard_frozen_fields = (
        "certificate_id",
        "reason",
        "correction",
        "content_wrong",
        "record_wrong",
    )
    _guard_reason_actions = ("action_refuse",)

    certificate_id = fields.Many2one(
        comodel_name="metrology.certificate",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="certificate_id.company_id", store=True, index=True
    )
    department_id = fields.Many2one(
        related="certificate_id.department_id", store=True, index=True
    )
    kind = fields.Selection(
        selection=KINDS, compute="_compute_kind", store=True, precompute=True
    )
    correction = fields.Selection(
        selection=[("supplement", "Supplement"), ("replacement", "Replacement")],
        help="Supplement: what was issued is right but incomplete. Replacement: "
        "something in it is wrong; the original becomes void.",
    )
    content_wrong = fields.Boolean(
        string="Original Content Is Wrong",
        help="Then only a replacement is possible.",
    )
    record_wrong = fields.Boolean(
        string="The Technical Record Is Wrong",
        help="Its executors put it right, and it is checked again. Before release it is "
        "taken up again; after release it stays sealed, and a corrected record of the "
        "same work is made. What must be measured again needs a new job.",
    )
    reason = fields.Text(required=True)
    state = fields.Selection(
        selection=STATES,
        default="draft",
        required=True,
        copy=False,
        index=True,
        tracking=True,
    )
    applicant_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Applicant"
    )
    requested_on = fields.Datetime(readonly=True, copy=False)
    reviewer_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Reviewed by"
    )
    reviewed_on = fields.Datetime(readonly=True, copy=False)
    approver_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Approved by"
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    refused_reason = fields.Char(readonly=True, copy=False)
    old_pdf_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="PDF before the Change",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
    )
    old_sha256 = fields.Char(string="SHA-256 before", readonly=True, copy=False)
    result_id = fields.Many2one(
        comodel_name="metrology.certificate",
        string="New Document",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    recovered = fields.Boolean(
        string="Original Taken Back",
        help="The void original is back and kept.",
    )
    recovered_on = fields.Date(string="Taken Back On")
    recovered_by_id = fields.Many2one(
        comodel_name="res.users", string="Taken Back by", ondelete="restrict"
    )
    recovered_place = fields.Char(
        string="Kept At", help="Where the void original is kept (S0-6.4.4.3)."
    )
    not_recovered_reason = fields.Char(string="Why It Was Not Taken Back")

    _open_uniq = models.UniqueIndex(
        "(certificate_id) WHERE state IN ('requested', 'reviewed', 'modifying')",
        "This certificate is being changed already.",
    )

    @api.depends("certificate_id")
    def _compute_kind(self):
        for change in self:
            if not change.kind:
                change.kind = (
                    "issued"
                    if change.certificate_id.state in ("released", "superseded")
                    else "recall"
                )

    @api.depends("certificate_id", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = (
                f"{labels.get(change.kind, '')} {change.certificate_id.display_name}"
            )

    @api.constrains("correction", "content_wrong", "record_wrong")
    def _check_correction(self):
        for change in self:
            wrong = change.content_wrong or change.record_wrong
            if change.correction == "supplement" and wrong:
                raise ValidationError(
                    self.env._(
                        "What is wrong in %(certificate)s cannot be mended by a "
                        "supplement: choose a replacement.",
                        certificate=change.certificate_id.display_name,
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    def write(self, vals):
        closed = self.filtered(lambda change: change.state == "closed")
        if closed and _RECOVERY & set(vals) and not self._guard_has_key():
            raise UserError(
                self.env._(
                    "%(change)s is closed and stays as it is.",
                    change=closed[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for change in self:
            if change.state != "draft":
                raise UserError(
                    self.env._(
                        "%(change)s was requested and stays on file.",
                        change=change.display_name,
                    )
                )

    # --- ACTIONS ---

    def action_request(self):
        """Ask for the change; from now on the certificate waits for the decision."""
        self.check_access("write")
        self._lock()
        for change in self:
            change._check_state("draft")
            change._guard_check_reason(change.reason)
            change._check_kind_fits()
        self._guard_open().write(
            {
                "state": "requested",
                "applicant_id": self.env.uid,
                "requested_on": fields.Datetime.now(),
            }
        )
        return True

    def action_review(self):
        """Review the request of a change after release, as another person."""
        self._guard_check_group(REVIEWER_GROUPS)
        self._lock()
        for change in self:
            change._check_state("requested")
            if change.kind != "issued":
                raise UserError(
                    self.env._("A recall before release is decided in one step.")
                )
            change._check_not_applicant()
        self._guard_open().write(
            {
                "state": "reviewed",
                "reviewer_id": self.env.uid,
                "reviewed_on": fields.Datetime.now(),
            }
        )
        return True

    def action_approve(self):
        """Consent: the certificate is opened, or its successor is made."""
        self._guard_check_group(APPROVER_GROUPS)
        self._lock()
        for change in self:
            change._check_state("requested" if change.kind == "recall" else "reviewed")
            change._check_not_applicant()
            change._check_kind_fits()
            if change.reviewer_id == self.env.user:
                raise UserError(
                    self.env._("Review and approval are done by two persons.")
                )
            change._apply()
        return True

    def action_refuse(self, reason=None):
        """Refuse the request; the certificate goes on as it was."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        self._guard_check_group(f"{APPROVER_GROUPS},{REVIEWER_GROUPS}")
        reason = self._guard_check_reason(reason)
        self._lock()
        for change in self:
            change._check_state(*PENDING_STATES)
            if change.state == "reviewed":
                self._guard_check_group(APPROVER_GROUPS)
        self._guard_open().write({"state": "refused", "refused_reason": reason})
        return True

    def action_close(self):
        """Close a change after its document is issued; a void original is dealt with."""
        self.check_access("write")
        self._lock()
        for change in self:
            change._check_state("reissued")
            if change.correction == "replacement" and not (
                (change.recovered_on and (change.recovered_place or "").strip())
                if change.recovered
                else (change.not_recovered_reason or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "The original of %(certificate)s is void: take it back and "
                        "say when and where it is kept, or why that is not possible.",
                        certificate=change.certificate_id.display_name,
                    )
                )
        self._guard_open().write({"state": "closed"})
        return True

    def action_change_directly(self):
        """Change what is out without the steps of recall (S3-5.8.13).

        :raises AccessError: the caller is not the technical head
        """
        self.ensure_one()
        self._guard_check_group("metrology.group_technical_head")
        self._lock()
        self._check_state("draft")
        self._guard_check_reason(self.reason)
        self._guard_open().write(
            {
                "kind": "direct",
                "state": "requested",
                "applicant_id": self.env.uid,
                "requested_on": fields.Datetime.now(),
            }
        )
        self._check_kind_fits()
        self._apply()
        return self.result_id._get_action()

    @api.model
    def _change_directly(self, certificate, correction, reason):
        """Change a released certificate without the steps of recall (S3-5.8.13).

        :return: the new draft certificate
        :raises AccessError: the caller is not the technical head
        """
        self._guard_check_group("metrology.group_technical_head")
        reason = self._guard_check_reason(reason)
        change = self.create(
            {
                "certificate_id": certificate.id,
                "correction": correction,
                "reason": reason,
            }
        )
        change.action_change_directly()
        return change.result_id

    def action_open_old_pdf(self):
        """Show the file as it was before the change."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/metrology/certificate/change/{self.id}/pdf",
            "target": "new",
        }

    def _get_old_pdf(self):
        """Return the bytes issued before the change.

        :raises AccessError: the caller does not decide on changes
        :raises UserError: there was none, or the stored file is not what was issued
        """
        self.ensure_one()
        self._guard_check_group(FILE_GROUPS)
        return self.certificate_id._check_bytes(self.sudo().old_pdf_id, self.old_sha256)

    # --- HELPERS ---

    def _lock(self):
        self.certificate_id._lock()
        return super()._lock()

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(change)s is in the state '%(state)s'; this step does not fit.",
                    change=self.display_name,
                    state=labels[self.state],
                )
            )

    def _check_not_applicant(self):
        if self.applicant_id == self.env.user:
            raise UserError(
                self.env._(
                    "You asked for this change yourself; another person decides on it."
                )
            )

    def _check_kind_fits(self):
        """A recall needs a certificate still here, a change one that is out."""
        self.ensure_one()
        certificate = self.certificate_id
        if self.kind == "recall":
            if certificate.state == "released":
                raise UserError(
                    self.env._(
                        "%(name)s has been handed over and cannot be recalled: use a "
                        "change after release.",
                        name=certificate.display_name,
                    )
                )
            if certificate.state not in (
                "checking",
                "approving",
                "to_print",
                "printed",
            ):
                raise UserError(
                    self.env._(
                        "%(name)s need not be recalled: it is still being edited, or "
                        "it is no longer valid.",
                        name=certificate.display_name,
                    )
                )
            return
        if certificate.state != "released":
            raise UserError(
                self.env._(
                    "%(name)s has not been handed over: use a recall before release.",
                    name=certificate.display_name,
                )
            )
        if not self.correction:
            raise UserError(
                self.env._("Say whether it needs a supplement or a replacement.")
            )
