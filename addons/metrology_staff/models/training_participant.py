# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyTrainingParticipant(models.Model):
    """One person in one training: expected, attended, with what result."""

    _name = "metrology.training.participant"
    _description = "Participant of a Training"
    _inherit = ["metrology.line.mixin", "metrology.guard.mixin"]
    _order = "training_id, employee_id"
    _rec_name = "employee_id"
    _check_company_auto = True

    training_id = fields.Many2one(
        comodel_name="metrology.training",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="training_id.company_id", store=True, index=True
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(related="employee_id.user_id", string="Login")
    department_id = fields.Many2one(related="employee_id.department_id")
    attended = fields.Boolean()
    result = fields.Char(help="Mark or remark.")
    training_state = fields.Selection(related="training_id.state", string="Training is")
    date_to = fields.Date(related="training_id.date_to", string="Ended on")

    _once = models.UniqueIndex(
        "(training_id, employee_id)", "A person takes part in a training once."
    )

    def _check_open(self):
        for training in self.training_id:
            if training._guard_is_frozen() and not training._guard_has_key():
                raise UserError(
                    self.env._(
                        "%(training)s is closed: who attended does not change any "
                        "more.",
                        training=training.name,
                    )
                )
