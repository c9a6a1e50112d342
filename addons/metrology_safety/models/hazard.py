# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyHazardKind(models.Model):
    """A kind of hazard: electrical, pressure, chemicals, …"""

    _name = "metrology.hazard.kind"
    _description = "Kind of Hazard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class MetrologyHazard(models.Model):
    """A source of harm that can be foreseen, in a stage of the work, with measures.

    It belongs to rooms, to work (capabilities), or to both, and is inspected regularly.
    """

    _name = "metrology.hazard"
    _description = "Hazard"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "level desc, name, id"
    _check_company_auto = True

    _guard_action_fields = ("last_inspection", "last_inspector_id", "overdue_told_for")

    name = fields.Char(required=True, translate=True, tracking=True)
    kind_id = fields.Many2one(
        comodel_name="metrology.hazard.kind", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True, tracking=True)
    stage = fields.Selection(
        selection=[
            ("reception", "Reception"),
            ("test", "Test"),
            ("transport", "Transport"),
            ("onsite", "On Site"),
        ],
        required=True,
        default="test",
        tracking=True,
    )
    level = fields.Selection(
        selection=[("1", "Low"), ("2", "Medium"), ("3", "High")],
        required=True,
        default="2",
        tracking=True,
    )
    measure = fields.Text(
        string="Protective Measures", required=True, translate=True, tracking=True
    )
    room_ids = fields.Many2many(
        comodel_name="metrology.room",
        relation="metrology_hazard_room_rel",
        column1="hazard_id",
        column2="room_id",
        string="Rooms",
        check_company=True,
    )
    capability_ids = fields.Many2many(
        comodel_name="metrology.capability",
        relation="metrology_hazard_capability_rel",
        string="Work",
        check_company=True,
    )
    responsible_id = fields.Many2one(comodel_name="res.users", tracking=True)
    interval_days = fields.Integer(
        string="Inspection Interval (days)",
        default=30,
        tracking=True,
        help="0: not inspected.",
    )
    last_inspection = fields.Date(readonly=True, copy=False, tracking=True)
    last_inspector_id = fields.Many2one(
        comodel_name="res.users", string="Inspected by", readonly=True, copy=False
    )
    next_inspection = fields.Date(
        compute="_compute_next_inspection", store=True, index=True
    )
    overdue_told_for = fields.Date(readonly=True, copy=False)

    @api.depends("interval_days", "last_inspection")
    def _compute_next_inspection(self):
        for hazard in self:
            begun = hazard.last_inspection or fields.Date.to_date(hazard.create_date)
            hazard.next_inspection = (
                (begun or fields.Date.today())
                + relativedelta(days=hazard.interval_days)
                if hazard.interval_days
                else False
            )

    def action_inspected(self):
        """Note that the hazard points were inspected today and found in order.

        :raises AccessError: neither the responsible person nor who keeps hazards
        """
        self.check_access("read")
        others = self.filtered(lambda one: one.responsible_id != self.env.user)
        if others:
            others.check_access("write")
        self._lock()
        hazards = self.sudo()
        hazards._guard_open().write(
            {
                "last_inspection": self.env["metrology.calendar"]._today(
                    self.env.company
                ),
                "last_inspector_id": self.env.uid,
            }
        )
        hazards.activity_ids.action_feedback()
        return True

    @api.model
    def _cron_overdue(self):
        """Raise an activity for each inspection that is overdue; once for its date."""
        today = self.env["metrology.calendar"]._today()
        late = (
            self.sudo()
            .search([("next_inspection", "<", today)])
            .filtered(lambda hazard: hazard.overdue_told_for != hazard.next_inspection)
        )
        for hazard in late:
            user = (
                hazard.responsible_id
                or hazard.room_ids[:1].responsible_id
                or hazard.create_uid
            )
            hazard.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=today,
                user_id=user.id,
                summary=self.env._(
                    "Inspection of the hazard “%(hazard)s” was due on %(day)s",
                    hazard=hazard.name,
                    day=hazard.next_inspection,
                ),
            )
            hazard._guard_open().overdue_told_for = hazard.next_inspection
        return late

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acknowledged(self):
        known = self.env["metrology.hazard.acknowledgement"].sudo()
        if known.search_count([("hazard_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("A hazard that was acknowledged stays: archive it instead.")
            )
        for hazard in self:
            if hazard.last_inspection:
                raise UserError(
                    self.env._(
                        "%(hazard)s was inspected and stays: archive it instead.",
                        hazard=hazard.name,
                    )
                )
