# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.tools import rounding

from .metrology_record import OPEN_STATES
from .metrology_record_environment import READINGS_KEY


class MetrologyRecordEnvironment(models.Model):
    """One element of a record's environment: from readings, or typed."""

    _name = "metrology.record.environment"
    _description = "Environment of a Record"
    _inherit = ["metrology.line.mixin"]
    _order = "record_id, element_id"

    record_id = fields.Many2one(
        comodel_name="metrology.record", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="record_id.company_id", store=True, index=True)
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    source = fields.Selection(
        selection=[("readings", "Readings"), ("typed", "Typed")],
        required=True,
        readonly=True,
        default="typed",
    )
    minimum = fields.Char(required=True)
    mean = fields.Char()
    maximum = fields.Char(required=True)
    count = fields.Integer(string="Readings", readonly=True)
    sensor_ids = fields.Many2many(
        comodel_name="metrology.environment.sensor",
        relation="metrology_record_environment_sensor_rel",
        string="Read on",
        readonly=True,
    )
    limit_text = fields.Char(string="Limits", compute="_compute_limit_text")
    is_out = fields.Boolean(string="Out of Limits", compute="_compute_limit_text")

    _element_uniq = models.Constraint(
        "unique(record_id, element_id)", "The record has this element already."
    )

    @api.depends("minimum", "maximum", "element_id")
    def _compute_limit_text(self):
        limits = self.record_id._get_environment_limits()
        for line in self:
            mine = limits.get(line.record_id.id, (None, ()))[0]
            mine = (mine or self.env["metrology.environment.limit"]).filtered(
                lambda one, line=line: one.element_id == line.element_id
            )
            line.limit_text = "; ".join(one._get_range_text() for one in mine)
            line.is_out = any(
                one._exceeded_by(value)
                for one in mine
                for value in (line.minimum, line.maximum)
                if value and not line.element_id._get_value_problem(value)
            )

    @api.constrains("minimum", "mean", "maximum")
    def _check_values(self):
        for line in self:
            for value in (line.minimum, line.mean, line.maximum):
                problem = value and line.element_id._get_value_problem(value)
                if problem:
                    raise UserError(problem)
            if rounding.exact(line.minimum) > rounding.exact(line.maximum):
                raise UserError(
                    self.env._(
                        "%(element)s: the least value is above the greatest.",
                        element=line.element_id.name,
                    )
                )

    @api.model
    def _with_key(self):
        return self.sudo().with_context(metrology_record_environment=READINGS_KEY)

    def _check_open(self):
        """Only executors of open records type, in rooms where typing is allowed."""
        if self.env.context.get("metrology_record_environment") is READINGS_KEY:
            return
        for record in self.record_id:
            record._require_state(*OPEN_STATES)
            record._check_executor()
            room = record._get_room(record.job_id.sudo())
            if room.is_strict:
                raise UserError(
                    self.env._(
                        "%(room)s takes automatic readings only: a typed one is refused.",
                        room=room.display_name,
                    )
                )
        if self.filtered(
            lambda line: line.source == "readings" or line.sensor_ids or line.count
        ):
            raise UserError(self.env._("What comes from readings is not typed over."))

    def _prepare_sealed(self):
        self.ensure_one()
        return {
            "element": self.element_id.code,
            "unit": self.unit_id.symbol,
            "minimum": self.minimum,
            "mean": self.mean or "",
            "maximum": self.maximum,
            "count": self.count,
            "source": self.source,
            "sensors": self.sensor_ids.mapped("display_name"),
        }
