# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.metrology_method.const import DISCIPLINES


class MetrologyStaffingReport(models.Model):
    """How many persons of each type of role each discipline has, against its target.

    Persons without a type of role stand in rows of their own, "Unclassified"; what has
    a target and nobody is a row with zero.
    """

    _name = "metrology.staffing.report"
    _description = "Staffing against Targets"
    _inherit = ["metrology.sql.report.mixin"]
    _auto = False
    _order = "discipline, sequence"
    _rec_name = "role_name"

    company_id = fields.Many2one("res.company", readonly=True)
    discipline = fields.Selection(selection=DISCIPLINES, readonly=True)
    role_type_id = fields.Many2one(
        comodel_name="metrology.role.type", string="Type of Role", readonly=True
    )
    role_name = fields.Char(string="Counted as", compute="_compute_role_name")
    sequence = fields.Integer(readonly=True, aggregator=None)
    headcount = fields.Integer(string="Persons", readonly=True)
    target = fields.Integer(string="Persons Needed", readonly=True)
    missing = fields.Integer(string="Persons Missing", readonly=True)
    is_unclassified = fields.Boolean(string="Unclassified", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH counted AS (
                SELECT employee.company_id, employee.metrology_discipline AS discipline,
                    rel.role_type_id, count(*) AS headcount
                FROM hr_employee employee
                LEFT JOIN metrology_employee_role_type_rel rel
                    ON rel.employee_id = employee.id
                WHERE employee.active
                GROUP BY 1, 2, 3
            ), merged AS (
                SELECT
                    COALESCE(counted.company_id, wanted.company_id) AS company_id,
                    COALESCE(counted.discipline, wanted.discipline) AS discipline,
                    COALESCE(counted.role_type_id, wanted.role_type_id) AS role_type_id,
                    COALESCE(counted.headcount, 0) AS headcount,
                    COALESCE(wanted.target, 0) AS target
                FROM counted
                FULL JOIN metrology_staffing_target wanted
                    ON wanted.company_id = counted.company_id
                    AND wanted.discipline = counted.discipline
                    AND wanted.role_type_id = counted.role_type_id
            )
            SELECT
                row_number() OVER (
                    ORDER BY merged.company_id, merged.discipline, merged.role_type_id
                ) AS id,
                merged.*,
                GREATEST(merged.target - merged.headcount, 0) AS missing,
                merged.role_type_id IS NULL AS is_unclassified,
                COALESCE(type.sequence, 99) AS sequence
            FROM merged
            LEFT JOIN metrology_role_type type ON type.id = merged.role_type_id
            """
        )

    @api.depends("role_type_id")
    def _compute_role_name(self):
        for row in self:
            row.role_name = row.role_type_id.name or self.env._("Unclassified")

    def action_open_persons(self):
        """Open the persons who are counted in this row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_staff.action_staff_report"
        )
        column = self.role_type_id.code or "unclassified"
        action["domain"] = [
            ("discipline", "=", self.discipline),
            (column, "=", 1),
            ("company_id", "=", self.company_id.id),
        ]
        action["views"] = [(False, "list"), (False, "form")]
        return action
