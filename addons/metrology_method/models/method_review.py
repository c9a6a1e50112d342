# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyMethodReview(models.Model):
    """A novelty review (查新): are the documents we work by still in force?

    planned → checking → closed.  Every edition in use is one line; a review with a line
    unchecked does not close.  Closing carries the results over to the editions, notes
    what they touch and plans the next review (JJF 1069, 5.2.3).
    """

    _name = "metrology.method.review"
    _description = "Novelty Review of Methods"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.guard.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    _guard_action_fields = ("state", "closed_by_id", "closed_on", "next_review_id")
    #: Which editions it is about is settled once its documents are listed.
    _scope_fields = ("department_id", "company_id")
    _guard_frozen_fields = (
        *("name", "date_to", "interval_months", "reviewer_id"),
        *("line_ids", "summary", *_scope_fields),
    )
    _expiry_days = 14
    _expiry_ignored_states = ("closed",)

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_to = fields.Date(
        string="To Be Done by",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    interval_months = fields.Integer(
        string="Repeat after (months)",
        default=3,
        help="Closing plans the next review so many months later; 0 plans none.",
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        check_company=True,
        help="Only methods by which this department works; empty: all.",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("checking", "Being Checked"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="metrology.method.review.line",
        inverse_name="review_id",
        string="Documents",
        copy=False,
    )
    line_count = fields.Integer(string="Editions", compute="_compute_counts")
    unchecked_count = fields.Integer(string="Unchecked", compute="_compute_counts")
    changed_count = fields.Integer(string="Changes Found", compute="_compute_counts")
    summary = fields.Text(string="Conclusion")
    closed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    closed_on = fields.Date(readonly=True, copy=False)
    next_review_id = fields.Many2one(
        comodel_name="metrology.method.review",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    _interval_not_negative = models.Constraint(
        "CHECK(interval_months >= 0)", "The interval cannot be negative."
    )

    @api.depends("date_to")
    def _compute_name(self):
        for review in self:
            review.name = review.name or self.env._(
                "Novelty review %(date)s", date=review.date_to
            )

    @api.depends("line_ids.result")
    def _compute_counts(self):
        counts = {}
        for review, result, count in self.env[
            "metrology.method.review.line"
        ]._read_group(
            [("review_id", "in", self.ids)], ["review_id", "result"], ["__count"]
        ):
            row = counts.setdefault(review.id, [0, 0, 0])
            row[0] += count
            row[1] += count if result == "unchecked" else 0
            row[2] += count if result not in ("unchecked", "current") else 0
        for review in self:
            row = counts.get(review._origin.id, (0, 0, 0))
            review.line_count, review.unchecked_count, review.changed_count = row

    def _guard_is_frozen(self):
        return self.state == "closed"

    def _guard_get_frozen(self):
        if self.state == "checking":
            return self._scope_fields
        return super()._guard_get_frozen()

    def _get_expiry_user(self):
        return self.reviewer_id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _check_open(self):
        for review in self:
            if review.state == "closed":
                raise UserError(
                    self.env._(
                        "%(review)s is closed and kept as it is.",
                        review=review.display_name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def action_start(self):
        """List every edition in use, so that each is checked. planned → checking."""
        self.check_access("write")
        self._lock()
        today = self.env["metrology.calendar"]._today(self.env.company)
        for review in self:
            review._check_open()
            editions = self.env["metrology.method.edition"].search(
                review._domain_editions(today)
            )
            missing = editions - review.line_ids.edition_id
            if not (missing or review.line_ids):
                raise UserError(
                    self.env._(
                        "%(review)s: no edition is in use, there is nothing to check.",
                        review=review.display_name,
                    )
                )
            self.env["metrology.method.review.line"].create(
                [
                    {"review_id": review.id, "edition_id": edition.id}
                    for edition in missing
                ]
            )
            review._guard_open().write({"state": "checking"})
        return True

    def _domain_editions(self, day):
        """Return the domain of the editions in use that are to be checked."""
        self.ensure_one()
        domain = [
            ("approved_on", "!=", False),
            ("withdrawn_on", "=", False),
            ("company_id", "in", [self.company_id.id, False]),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", day),
        ]
        if self.department_id:
            domain.append(
                (
                    "method_id.capability_ids.department_id",
                    "child_of",
                    self.department_id.id,
                )
            )
        return domain

    def action_close(self):
        """Carry the results over to the editions and plan the next. checking → closed.

        :raises UserError: the lines that are unchecked or lack what they need
        :raises AccessError: neither technical head nor quality
        """
        self._guard_check_group(
            "metrology.group_technical_head,metrology.group_quality"
        )
        self.check_access("write")
        self._lock()
        messages = [m for _code, m in self._get_close_blockers()]
        if messages:
            shown = messages[:20]
            if len(messages) > len(shown):
                shown.append(
                    self.env._(
                        "… and %(count)s more.", count=len(messages) - len(shown)
                    )
                )
            raise UserError("\n".join(shown))
        self.line_ids._apply()
        for review in self:
            review._guard_open().write(
                {
                    "state": "closed",
                    "closed_by_id": self.env.uid,
                    "closed_on": self.env["metrology.calendar"]._today(
                        review.company_id
                    ),
                    "next_review_id": review._plan_next().id,
                }
            )
        return True

    def _get_close_blockers(self):
        """Return what stands against closing: ``[(code, message)]``."""
        blockers = []
        for review in self:
            if review.state != "checking":
                blockers.append(
                    (
                        "state",
                        self.env._(
                            "%(review)s is not being checked: list its documents first.",
                            review=review.display_name,
                        ),
                    )
                )
            blockers += review.line_ids._get_blockers()
            blockers += review._get_unlisted_blockers()
        return blockers

    def _get_unlisted_blockers(self):
        """Return the editions in use without a line: taken out, or approved since."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.env.company)
        in_use = self.env["metrology.method.edition"].search(
            self._domain_editions(today)
        )
        return [
            (
                "unlisted",
                self.env._("%(edition)s has not been checked.", edition=edition.name),
            )
            for edition in in_use - self.line_ids.edition_id
        ]

    def _plan_next(self):
        """Plan and return the review after this one (empty where none follows)."""
        self.ensure_one()
        if not self.interval_months:
            return self.browse()
        return self.create(
            {
                "date_to": self.date_to + relativedelta(months=self.interval_months),
                "interval_months": self.interval_months,
                "reviewer_id": self.reviewer_id.id,
                "department_id": self.department_id.id,
                "company_id": self.company_id.id,
            }
        )

    def action_view_lines(self):
        """Show the documents in a list of their own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_method_review_line"
        )
        action["domain"] = [("review_id", "=", self.id)]
        action["context"] = {"search_default_unchecked": bool(self.unchecked_count)}
        return action
