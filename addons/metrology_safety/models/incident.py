# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyIncident(models.Model):
    """Something dangerous that happened, or nearly did, and what was done about it.

    reported → handling (cause and measures) → closed by quality or the technical head.
    """

    _name = "metrology.incident"
    _description = "Safety Incident"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "time desc, id desc"
    _check_company_auto = True

    _guard_action_fields = ("state", "closed_by_id", "closed_on")
    _guard_frozen_fields = (
        "name",
        "time",
        "room_id",
        "company_id",
        "severity",
        "description",
    )
    #: what is found out and done, until the incident is closed
    _handled_fields = (
        *("cause", "measure", "person_ids"),
        *("hazard_id", "responsible_id"),
    )

    name = fields.Char(string="What Happened", required=True, tracking=True)
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    room_id = fields.Many2one(
        comodel_name="metrology.room",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    hazard_id = fields.Many2one(
        comodel_name="metrology.hazard", ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    severity = fields.Selection(
        selection=[
            ("near", "Near Miss"),
            ("damage", "Damage"),
            ("injury", "Injury"),
            ("serious", "Serious Accident"),
        ],
        required=True,
        default="near",
        tracking=True,
    )
    description = fields.Text()
    person_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation="metrology_incident_employee_rel",
        string="Persons Concerned",
    )
    cause = fields.Text(tracking=True)
    measure = fields.Text(string="Measures", tracking=True)
    responsible_id = fields.Many2one(comodel_name="res.users", tracking=True)
    state = fields.Selection(
        selection=[
            ("reported", "Reported"),
            ("handling", "Being Handled"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="reported",
        index=True,
        copy=False,
        tracking=True,
    )
    closed_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)

    def _guard_is_frozen(self):
        return self.state != "reported"

    def write(self, vals):
        if set(self._handled_fields) & set(vals) and not self._guard_has_key():
            self.filtered(lambda one: one.state == "closed")._refuse_closed()
        return super().write(vals)

    def _refuse_closed(self):
        for incident in self:
            raise UserError(
                self.env._("%(incident)s is closed.", incident=incident.name)
            )

    def action_handle(self):
        """Take incidents up: cause and measures are looked for."""
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_quality,"
            "metrology.group_technical_head"
        )
        self._lock()
        self._require_state("reported")
        self.sudo()._guard_open().write({"state": "handling"})
        return True

    def action_close(self):
        """Close incidents whose cause and measures are written down.

        :raises AccessError: neither quality nor technical head
        :raises UserError: without cause or measure, naming the incident
        """
        self._guard_check_group(
            "metrology.group_quality,metrology.group_technical_head"
        )
        self._lock()
        self._require_state("handling")
        for incident in self:
            if (
                not (incident.measure or "").strip()
                or not (incident.cause or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "%(incident)s cannot be closed without its cause and a measure.",
                        incident=incident.name,
                    )
                )
        self.sudo()._guard_open().write(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "closed_on": fields.Datetime.now(),
            }
        )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Incidents stay on file."))
