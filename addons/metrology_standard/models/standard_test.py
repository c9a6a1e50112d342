# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

#: Typed numbers of a verification of results.
NUMBERS = ("y_lab", "u_lab", "k_lab", "y_ref", "u_ref", "k_ref")
_DECIDERS = "metrology.group_equipment,metrology.group_technical_head"


class MetrologyStandardTest(models.Model):
    """A record of repeatability, stability or verification of a measurement standard.

    Readings stay the text that was typed, in groups with their days.  An author
    submits, which computes the result once for all; another person approves.  What
    follows an approval: a repeatability larger than the evaluated one asks for a new
    evaluation of the uncertainty, a failed stability or verification suspends the
    standard (JJF 1033 annex C).
    """

    _name = "metrology.standard.test"
    _description = "Trial of a Measurement Standard"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["plan_id.name", "standard_id.name"]

    _guard_action_fields = (
        "state",
        "kept_result",
        "conclusion",
        "submitted_by_id",
        "submitted_on",
        "approved_by_id",
        "approved_on",
        "return_reason",
        "evaluation_state",
        "evaluation_u",
        "evaluation_note",
        "evaluated_by_id",
    )
    _guard_frozen_fields = (
        "plan_id",
        "groups",
        "few_reason",
        "conditions",
        "tester_id",
        "with_whom",
        "others",
        *NUMBERS,
        "note",
    )
    _guard_reason_actions = ("action_return",)

    # 1. What was tried
    plan_id = fields.Many2one(
        comodel_name="metrology.standard.plan",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    standard_id = fields.Many2one(
        related="plan_id.standard_id", store=True, index=True, string="Standard"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    kind = fields.Selection(related="plan_id.kind", store=True)
    method = fields.Selection(related="plan_id.method")
    unit_symbol = fields.Char(related="plan_id.unit_id.symbol")
    planned_readings = fields.Integer(
        related="plan_id.readings", string="Planned Readings"
    )
    tester_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Measured by",
        default=lambda self: self.env.user.employee_id,
        check_company=True,
    )
    conditions = fields.Char(help="Temperature, humidity and what else matters.")
    groups = fields.Json(
        string="Readings",
        help="Groups of readings with their day, each reading as it was typed.",
    )
    date = fields.Date(
        string="Measured on",
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
    )
    few_reason = fields.Char(
        string="Reason for Fewer Readings",
        help="Why a group has fewer than 10 readings (6 at least).",
    )
    note = fields.Text()

    # 2. Verification of results: by a transfer standard or with other laboratories
    with_whom = fields.Char(string="Compared with")
    y_lab = fields.Char(string="Own Result")
    u_lab = fields.Char(string="Own U")
    k_lab = fields.Char(string="Own k", default="2")
    y_ref = fields.Char(string="Reference Result")
    u_ref = fields.Char(string="Reference U")
    k_ref = fields.Char(string="Reference k", default="2")
    others = fields.Char(
        string="Results of Other Laboratories",
        help="Separated by blanks, for a comparison without a reference.",
    )

    # 3. What came out
    kept_result = fields.Json(readonly=True, copy=False)
    result = fields.Json(compute="_compute_result", string="Result")
    result_text = fields.Text(compute="_compute_result", string="Judgement")
    chart = fields.Text(compute="_compute_chart")
    conclusion = fields.Selection(
        selection=[("pass", "Conforms"), ("fail", "Does Not Conform")],
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    # 4. Who decided
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    return_reason = fields.Char(readonly=True, copy=False)
    evaluation_state = fields.Selection(
        selection=[
            ("pending", "Uncertainty to Evaluate Anew"),
            ("satisfied", "Evaluated Anew, Satisfied"),
            ("failed", "Evaluated Anew, Not Satisfied"),
        ],
        string="New Evaluation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    evaluation_u = fields.Char(string="New U", readonly=True, copy=False)
    evaluation_note = fields.Char(readonly=True, copy=False)
    evaluated_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )

    # Computes -----------------------------------------------------------------

    @api.depends("plan_id", "date")
    def _compute_display_name(self):
        for test in self:
            test.display_name = f"{test.plan_id.display_name or ''} {test.date or ''}"

    @api.depends("groups")
    def _compute_date(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for test in self:
            days = [group["date"] for group in test._clean_groups() if group["date"]]
            last = fields.Date.to_date(max(days)) if days else False
            test.date = last or test.date or today

    def _clean_groups(self):
        """Return the groups of this one record without what is empty."""
        self.ensure_one()
        groups = []
        # Anything may come over RPC; the constraint names what is wrong with it.
        given = self.groups if isinstance(self.groups, list) else []
        for group in given:
            if not isinstance(group, dict):
                continue
            readings = [
                str(text).strip()
                for text in self._as_list(group.get("readings"))
                if text not in (None, False) and str(text).strip()
            ]
            if readings or group.get("date"):
                groups.append({"date": group.get("date") or "", "readings": readings})
        return groups

    @api.model
    def _as_list(self, value):
        return value if isinstance(value, list) else []

    @api.constrains("groups")
    def _check_groups(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for test in self:
            groups = test.groups or []
            if not isinstance(groups, list) or not all(
                isinstance(group, dict)
                and set(group) <= {"date", "readings"}
                and isinstance(group.get("readings") or [], list)
                for group in groups
            ):
                raise ValidationError(
                    self.env._(
                        "%(test)s: readings are groups of a date and texts.",
                        test=test.display_name,
                    )
                )
            for number, group in enumerate(test._clean_groups(), 1):
                test._check_group(number, group, today)

    def _check_group(self, number, group, today):
        """Check the day and the readings of one group of this one record."""
        values = {"test": self.display_name, "group": number}
        if len(group["readings"]) > 100:
            raise ValidationError(
                self.env._(
                    "%(test)s, group %(group)s: more than 100 readings.", **values
                )
            )
        for place, text in enumerate(group["readings"], 1):
            try:
                rounding.exact(text)
            except (TypeError, ValueError) as error:
                raise ValidationError(
                    self.env._(
                        '%(test)s, group %(group)s, reading %(place)s: "%(text)s" is '
                        "not a number.",
                        place=place,
                        text=text,
                        **values,
                    )
                ) from error
        try:
            day = fields.Date.to_date(group["date"])
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    '%(test)s, group %(group)s: "%(date)s" is not a date.',
                    date=group["date"],
                    **values,
                )
            ) from error
        if day and day > today:
            raise ValidationError(
                self.env._(
                    "%(test)s, group %(group)s is dated in the future.", **values
                )
            )

    @api.constrains(*NUMBERS, "others")
    def _check_numbers(self):
        labels = self.fields_get([*NUMBERS, "others"], ["string"])
        for test in self:
            texts = [(name, test[name]) for name in NUMBERS if test[name]]
            texts += [("others", text) for text in (test.others or "").split()]
            for name, text in texts:
                try:
                    number = rounding.exact(text)
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(test)s, %(field)s: "%(text)s" is not a number.',
                            test=test.display_name,
                            field=labels[name]["string"],
                            text=text,
                        )
                    ) from error
                if name[0] in "uk" and number <= 0:
                    raise ValidationError(
                        self.env._(
                            "%(test)s: %(field)s is a positive number.",
                            test=test.display_name,
                            field=labels[name]["string"],
                        )
                    )

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for test in self:
            if test.state != "draft":
                raise UserError(
                    self.env._(
                        "%(test)s was submitted and stays on file.",
                        test=test.display_name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def action_submit(self):
        """Compute the result and hand records over for approval.

        :raises UserError: what is missing, by record; another state
        """
        self.check_access("write")
        self._lock()
        self._require_state("draft")
        now = fields.Datetime.now()
        for test in self:
            test._date_group()
            result = test._evaluate()
            missing = test._get_missing(result)
            if missing:
                raise UserError(
                    self.env._(
                        "%(test)s: %(missing)s",
                        test=test.display_name,
                        missing="\n".join(missing),
                    )
                )
            test._guard_open().write(
                {
                    "state": "submitted",
                    "kept_result": result,
                    # The first year of a stability has nothing to differ from.
                    "conclusion": "fail" if result["ok"] is False else "pass",
                    "submitted_by_id": self.env.uid,
                    "submitted_on": now,
                    "return_reason": False,
                }
            )
        return True

    def _date_group(self):
        """Give a single group without a day the day of this one record."""
        groups = self._clean_groups()
        if len(groups) == 1 and not groups[0]["date"]:
            day = fields.Date.to_string(self.date)
            self.groups = [{**groups[0], "date": day}]

    def action_return(self, reason=None):
        """Give submitted records back to their author, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_return")
        self._guard_check_group(_DECIDERS)
        reason = self._guard_check_reason(reason)
        self.check_access("write")
        self._lock()
        self._require_state("submitted")
        self._guard_open().write(
            {
                "state": "draft",
                "kept_result": False,
                "conclusion": False,
                "return_reason": reason,
            }
        )
        return True

    def action_approve(self):
        """Approve submitted records, as another person, and do what follows.

        :raises UserError: the caller submitted or entered a record; another state
        """
        self._guard_check_group(_DECIDERS)
        self.check_access("write")
        self._lock()
        self._require_state("submitted")
        for test in self:
            if not self.env.su and self.env.user in (
                test.create_uid | test.submitted_by_id
            ):
                raise UserError(
                    self.env._(
                        "%(test)s is your own: another person approves it.",
                        test=test.display_name,
                    )
                )
        self._guard_open().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )
        for test in self:
            test._follow_up()
        return True

    def _follow_up(self):
        """Do what the approval of this one record asks for."""
        self.ensure_one()
        if self.kind == "repeatability":
            if self.conclusion == "fail":
                self._guard_open().evaluation_state = "pending"
                self._ask_evaluation()
            elif not self.plan_id.s_initial:
                self.plan_id._adopt_repeatability(self)
            return
        if self.conclusion == "fail" and self.standard_id.state == "active":
            self.standard_id.action_suspend(
                self.env._(
                    "%(test)s does not conform: %(result)s",
                    test=self.display_name,
                    result=(self.result_text or "").replace("\n", " "),
                )
            )

    def _ask_evaluation(self):
        """Tell the person in charge that the uncertainty is to be evaluated anew."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "Repeatability has grown: evaluate the uncertainty anew"
            ),
            note=self.result_text,
            user_id=(
                self.standard_id.leader_id.user_id
                or self.submitted_by_id
                or self.env.user
            ).id,
        )

    def action_evaluate(self, uncertainty, satisfied, note):
        """Note the uncertainty evaluated anew with the repeatability of this record.

        :param str uncertainty: the new U, as written
        :param bool satisfied: it still meets what the standard is for; otherwise the
            standard is suspended
        :param str note: where the evaluation is, and what was concluded
        :raises UserError: nothing is to be evaluated, or something is not given
        """
        self.ensure_one()
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self._lock()
        if self.evaluation_state != "pending":
            raise UserError(
                self.env._(
                    "%(test)s has no evaluation to make.", test=self.display_name
                )
            )
        note = self._guard_check_reason(note)
        try:
            valid = rounding.exact(uncertainty or "") > 0
        except (TypeError, ValueError):
            valid = False
        if not valid:
            raise UserError(
                self.env._('"%(text)s" is not an uncertainty.', text=uncertainty)
            )
        self._guard_open().write(
            {
                "evaluation_state": "satisfied" if satisfied else "failed",
                "evaluation_u": uncertainty.strip(),
                "evaluation_note": note,
                "evaluated_by_id": self.env.uid,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        if satisfied:
            self.plan_id._adopt_repeatability(self)
        elif self.standard_id.state == "active":
            self.standard_id.action_suspend(
                self.env._(
                    "%(test)s: the uncertainty evaluated anew (%(u)s) does not meet "
                    "what the standard is for: %(note)s",
                    test=self.display_name,
                    u=uncertainty,
                    note=note,
                )
            )
        return True

    def action_open_evaluation(self):
        """Open the dialog of the new evaluation."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Evaluation of the Uncertainty"),
            "res_model": "metrology.standard.evaluation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_test_id": self.id},
        }
