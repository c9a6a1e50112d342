# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyRoleType(models.Model):
    """A type of role: management, technical, supervision, verification, calibration,
    testing.  A person may have several; the staffing is counted by them.
    """

    _name = "metrology.role.type"
    _description = "Type of Role"
    _inherit = ["metrology.guard.mixin"]
    _order = "sequence, id"

    # By it the rules know which work a type is for.
    _guard_action_fields = ("code",)

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    note = fields.Text(string="What It Means", translate=True)

    _code_uniq = models.UniqueIndex("(code)", "This type of role exists already.")
