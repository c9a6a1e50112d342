# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class MetrologyMethodDeviation(models.Model):
    """A deviation from the method in one piece of work.

    Never in verification.  In calibration it is documented, technically judged,
    authorised and accepted by the customer, in this order and all before the work
    begins (ISO/IEC 17025:2017, 7.2.1.7; rules of the institution, 6.7 c).
    """

    _name = "metrology.method.deviation"
    _description = "Deviation from a Method"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _guard_action_fields = (
        *("state", "judged_by_id", "judged_on", "authorised_by_id", "authorised_on"),
        *("accepted_on", "accepted_entered_by_id", "refused_reason"),
    )
    _guard_frozen_fields = (
        *("name", "order_line_id", "description", "reason", "judgement", "conclusion"),
    )
    #: What the customer said; closed with the acceptance.
    _acceptance_fields = (
        *("accepted_by", "accepted_date", "acceptance_file", "contract_reference"),
    )
    _guard_reason_actions = ("action_refuse",)

    name = fields.Char(string="Subject", required=True, tracking=True)
    order_line_id = fields.Many2one(
        comodel_name="metrology.order.line",
        string="Work",
        required=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    # Not stored: every line that gets its job would look for deviations.
    job_id = fields.Many2one(related="order_line_id.job_id")
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    instrument_id = fields.Many2one(related="order_line_id.instrument_id")
    service_kind = fields.Selection(related="order_line_id.service_kind")
    method_id = fields.Many2one(related="order_line_id.capability_id.method_id")

    # 1. Documented
    description = fields.Text(
        string="What Is Done Otherwise",
        required=True,
        help="The clause of the method, and what is done instead.",
    )
    reason = fields.Text(string="Why", required=True)
    # 2. Technically judged
    judgement = fields.Text(
        string="Technical Judgement",
        help="What it does to the result and its uncertainty.",
    )
    conclusion = fields.Selection(
        selection=[("acceptable", "Acceptable"), ("unacceptable", "Not acceptable")]
    )
    judged_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    judged_on = fields.Datetime(readonly=True, copy=False)
    # 3. Authorised
    authorised_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    authorised_on = fields.Datetime(readonly=True, copy=False)
    # 4. Accepted by the customer
    accepted_by = fields.Char(
        string="Accepted by", copy=False, help="Who accepted it for the customer."
    )
    accepted_date = fields.Date(string="Accepted as of", copy=False)
    acceptance_file = fields.Binary(
        string="Acceptance", attachment=True, copy=False, help="Letter or message."
    )
    acceptance_file_name = fields.Char()
    contract_reference = fields.Char(
        string="Agreed in the Contract",
        copy=False,
        help="The clause by which the customer has agreed beforehand.",
    )
    accepted_on = fields.Datetime(
        string="Acceptance Entered", readonly=True, copy=False
    )
    accepted_entered_by_id = fields.Many2one(
        comodel_name="res.users", string="Entered by", readonly=True, copy=False
    )
    state = fields.Selection(
        selection=[
            ("draft", "Documented"),
            ("judged", "Judged"),
            ("authorised", "Authorised"),
            ("accepted", "Accepted by the Customer"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    refused_reason = fields.Char(readonly=True, copy=False)

    @api.constrains("order_line_id")
    def _check_work(self):
        for deviation in self:
            line = deviation.order_line_id
            if line.service_kind == "verification":
                raise ValidationError(
                    self.env._(
                        "%(work)s is a verification: nothing may deviate from its "
                        "regulation.",
                        work=line.display_name,
                    )
                )
            job = line.job_id
            if job and job.started_on:
                raise ValidationError(
                    self.env._(
                        "%(job)s was begun on %(day)s: a deviation is agreed before the "
                        "work.",
                        job=job.display_name,
                        day=fields.Date.to_string(job.started_on),
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    def write(self, vals):
        if not self._guard_has_key() and set(self._acceptance_fields) & set(vals):
            for deviation in self:
                if deviation.state in ("accepted", "refused"):
                    raise UserError(
                        self.env._(
                            "%(name)s has been decided already.",
                            name=deviation.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for deviation in self:
            if deviation.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s has been judged and stays on file.",
                        name=deviation.display_name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def _step(self, roles, state):
        """Check the role and the state a step needs, after locking."""
        self._guard_check_group(roles)
        self.check_access("write")
        self.lock_for_update()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for deviation in self:
            if deviation.state != state:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”: this step needs “%(wanted)s”.",
                        name=deviation.display_name,
                        state=labels[deviation.state],
                        wanted=labels[state],
                    )
                )
            deviation._check_work()

    def _refuse_own(self):
        for deviation in self:
            if deviation.create_uid == self.env.user:
                raise AccessError(
                    self.env._(
                        "%(name)s was documented by you: another person decides on it.",
                        name=deviation.display_name,
                    )
                )

    def action_judge(self):
        """Judge technically, another person than who documented it. draft → judged."""
        self._step(
            "metrology.group_technical_head,metrology.group_department_head", "draft"
        )
        self._refuse_own()
        for deviation in self:
            if not (deviation.judgement or "").strip() or not deviation.conclusion:
                raise UserError(
                    self.env._(
                        "%(name)s: write the technical judgement and its conclusion.",
                        name=deviation.display_name,
                    )
                )
        self._guard_open().write(
            {"judged_by_id": self.env.uid, "judged_on": fields.Datetime.now()}
        )
        for deviation in self:
            deviation._guard_open().write(
                {
                    "state": "judged"
                    if deviation.conclusion == "acceptable"
                    else "refused"
                }
            )
        return True

    def action_authorise(self):
        """Authorise what was found acceptable. judged → authorised."""
        self._step("metrology.group_technical_head", "judged")
        self._refuse_own()
        self._guard_open().write(
            {
                "state": "authorised",
                "authorised_by_id": self.env.uid,
                "authorised_on": fields.Datetime.now(),
            }
        )
        return True

    def action_accept(self):
        """Enter the customer's acceptance with its proof. authorised → accepted."""
        self._step(
            "metrology.group_business,metrology.group_department_head,"
            "metrology.group_technical_head",
            "authorised",
        )
        today = self.env["metrology.calendar"]._today(self.env.company)
        for deviation in self:
            name = deviation.display_name
            proof = deviation.acceptance_file or deviation.contract_reference
            if not (deviation.accepted_by and deviation.accepted_date and proof):
                raise UserError(
                    self.env._(
                        "%(name)s: enter who accepted it for the customer and when, and "
                        "attach the acceptance or name the clause of the contract.",
                        name=name,
                    )
                )
            if deviation.accepted_date > today:
                raise UserError(
                    self.env._("%(name)s: the acceptance is to come.", name=name)
                )
        self._guard_open().write(
            {
                "state": "accepted",
                "accepted_on": fields.Datetime.now(),
                "accepted_entered_by_id": self.env.uid,
            }
        )
        return True

    def action_refuse(self, reason=None):
        """Refuse a deviation: the work follows the method."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        self._guard_check_group(
            "metrology.group_technical_head,metrology.group_department_head"
        )
        reason = self._guard_check_reason(reason)
        self.check_access("write")
        self.lock_for_update()
        for deviation in self:
            if deviation.state in ("accepted", "refused"):
                raise UserError(
                    self.env._(
                        "%(name)s has been decided already.",
                        name=deviation.display_name,
                    )
                )
        self._guard_open().write({"state": "refused", "refused_reason": reason})
        return True
