# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.metrology_method.const import DISCIPLINES

from ..const import ROLE_CODES, TITLES

AGE_BANDS = [
    ("0", "Not on File"),
    ("1", "Up to 29"),
    ("2", "30 to 39"),
    ("3", "40 to 49"),
    ("4", "50 to 59"),
    ("5", "60 to 65"),
    ("6", "66 and More"),
]


class MetrologyStaffReport(models.Model):
    """The staffing table: one row for each person who works here, the six types of role
    as columns.  A person with several types counts once.

    A view of the database over the employees, so it cannot say anything else than the
    list of them; ages are those of today.
    """

    _name = "metrology.staff.report"
    _description = "Staffing Table"
    _inherit = ["metrology.sql.report.mixin"]
    _auto = False
    _order = "department_id, name"
    _rec_name = "employee_id"

    employee_id = fields.Many2one("hr.employee", string="Person", readonly=True)
    name = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    job_id = fields.Many2one("hr.job", string="Post", readonly=True)
    discipline = fields.Selection(selection=DISCIPLINES, readonly=True)
    professional_title = fields.Selection(selection=TITLES, readonly=True)
    employee_type = fields.Selection(
        selection=lambda self: (
            self.env["hr.version"]
            ._fields["employee_type"]
            ._description_selection(self.env)
        ),
        string="Employment",
        readonly=True,
    )
    registered = fields.Boolean(string="Registered Metrologist", readonly=True)
    age = fields.Integer(readonly=True, aggregator="avg")
    age_band = fields.Selection(selection=AGE_BANDS, string="Age Group", readonly=True)
    headcount = fields.Integer(string="Persons", readonly=True)
    management = fields.Integer(readonly=True)
    technical = fields.Integer(readonly=True)
    supervision = fields.Integer(readonly=True)
    verification = fields.Integer(readonly=True)
    calibration = fields.Integer(readonly=True)
    testing = fields.Integer(readonly=True)
    unclassified = fields.Integer(
        readonly=True,
        help="Persons without any type of role: no job can be given them.",
    )
    authorization_count = fields.Integer(
        string="Authorizations",
        readonly=True,
        help="In force today; whether the person himself may use them, the "
        "authorization says.",
    )

    @property
    def _table_query(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        roles = SQL(", ").join(
            SQL(
                "COALESCE(max(CASE WHEN type.code = %s THEN 1 ELSE 0 END), 0) AS %s",
                code,
                SQL.identifier(code),
            )
            for code in ROLE_CODES
        )
        return SQL(
            """
            WITH roles AS (
                SELECT employee.id AS employee_id, count(type.id) AS number, %(roles)s
                FROM hr_employee employee
                LEFT JOIN metrology_employee_role_type_rel rel
                    ON rel.employee_id = employee.id
                LEFT JOIN metrology_role_type type ON type.id = rel.role_type_id
                WHERE employee.active
                GROUP BY employee.id
            ), papers AS (
                SELECT employee_id, count(*) AS number
                FROM metrology_authorization
                WHERE state = 'active' AND date_from <= %(today)s
                    AND date_to >= %(today)s AND active
                GROUP BY employee_id
            ), persons AS (
                SELECT employee.*, version.department_id, version.job_id,
                    version.employee_type,
                    extract(year FROM age(%(today)s::date, employee.birthday))::int
                        AS age
                FROM hr_employee employee
                LEFT JOIN hr_version version
                    ON version.id = employee.current_version_id
                WHERE employee.active
            )
            SELECT
                person.id, person.id AS employee_id, person.name, person.company_id,
                person.department_id, person.job_id,
                person.metrology_discipline AS discipline,
                COALESCE(person.professional_title, 'none') AS professional_title,
                person.employee_type, person.age,
                COALESCE(person.metrologist_number, '') != ''
                    AND (person.metrologist_date_to IS NULL
                         OR person.metrologist_date_to >= %(today)s) AS registered,
                CASE
                    WHEN person.age IS NULL THEN '0'
                    WHEN person.age < 30 THEN '1'
                    WHEN person.age < 40 THEN '2'
                    WHEN person.age < 50 THEN '3'
                    WHEN person.age < 60 THEN '4'
                    WHEN person.age < 66 THEN '5'
                    ELSE '6'
                END AS age_band,
                1 AS headcount,
                roles.management, roles.technical, roles.supervision,
                roles.verification, roles.calibration, roles.testing,
                CASE WHEN roles.number = 0 THEN 1 ELSE 0 END AS unclassified,
                COALESCE(papers.number, 0) AS authorization_count
            FROM persons person
            JOIN roles ON roles.employee_id = person.id
            LEFT JOIN papers ON papers.employee_id = person.id
            """,
            roles=roles,
            today=today,
        )

    def action_open_employee(self):
        """Open the person."""
        self.ensure_one()
        return self.employee_id.get_formview_action()
