# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

import xlsxwriter

from odoo import fields, models
from odoo.fields import Domain


class MetrologyStaffLedger(models.TransientModel):
    """The ledger of persons as of a day: who held which authorizations, and the state
    of each person; as a list and as an Excel file.
    """

    _name = "metrology.staff.ledger"
    _description = "Ledger of Persons"

    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    department_id = fields.Many2one(
        comodel_name="hr.department", string="Department of the Persons"
    )
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    def _domain(self):
        """Return the domain of the authorizations in force on the day."""
        self.ensure_one()
        domain = Domain("valid_on", "=", self.date)
        if self.department_id:
            domain &= Domain(
                "employee_id.department_id", "child_of", self.department_id.id
            )
        return domain

    def action_open(self):
        """Open the authorizations in force on the day, by person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_staff.action_authorization"
        )
        return action | {
            "name": self.env._("Ledger of Persons as of %(day)s", day=self.date),
            "domain": list(self._domain()),
            "context": {"search_default_group_employee": 1},
            "path": False,
        }

    def action_export(self):
        """Download the ledger as an Excel file."""
        self.ensure_one()
        name = self.env._("Ledger of persons %(day)s", day=self.date)
        self.write(
            {
                "file": base64.b64encode(self._export()),
                "file_name": f"{name}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}"
            "?download=true",
            "target": "download",
        }

    def _export(self):
        """Return the bytes of the workbook: persons, and their authorizations."""
        self.env["hr.employee"].check_access("read")
        papers = self.env["metrology.authorization"].search(
            self._domain(), order="employee_id, activity, capability_id"
        )
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        self._write_sheet(
            book,
            formats,
            self.env._("Persons"),
            self._person_columns(),
            self._person_rows(papers),
        )
        self._write_sheet(
            book,
            formats,
            self.env._("Authorizations"),
            self._paper_columns(),
            self._paper_rows(papers),
        )
        book.close()
        return stream.getvalue()

    def _write_sheet(self, book, formats, title, columns, rows):
        sheet = book.add_worksheet(title[:31])
        for index, (label, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, label, formats["head"])
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(number, index, value, formats["day"])
                elif isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(number, index, value)
                elif value:
                    # Written as text: a name that starts with "=" is no formula.
                    sheet.write_string(number, index, str(value), formats["wrap"])
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _person_columns(self):
        return [
            (self.env._("Person"), 12),
            (self.env._("Department"), 14),
            (self.env._("Post"), 16),
            (self.env._("Employment"), 12),
            (self.env._("Types of Role"), 24),
            (self.env._("Professional Title"), 16),
            (self.env._("Registered Metrologist"), 20),
            (self.env._("Registered until"), 12),
            (self.env._("Authorizations"), 10),
            (self.env._("State"), 50),
        ]

    def _person_rows(self, papers):
        """Return one row a person: those who work here, and who held something then."""
        Employee = self.env["hr.employee"].with_context(active_test=False)
        domain = Domain("active", "=", True) | Domain(
            "id", "in", papers.employee_id.ids
        )
        if self.department_id:
            domain &= Domain("department_id", "child_of", self.department_id.id)
        persons = Employee.search(domain, order="department_id, name")
        titles = dict(
            Employee._fields["professional_title"]._description_selection(self.env)
        )
        kinds = dict(
            self.env["hr.version"]
            ._fields["employee_type"]
            ._description_selection(self.env)
        )
        counts = {
            employee: len(own)
            for employee, own in papers.grouped("employee_id").items()
        }
        blockers = Employee._get_person_blockers(persons, ["author"], self.date)
        return [
            [
                person.name,
                person.department_id.name,
                person.job_title,
                kinds.get(person.employee_type),
                ", ".join(person.role_type_ids.mapped("name"))
                or self.env._("Unclassified"),
                titles.get(person.professional_title),
                person.metrologist_number,
                person.metrologist_date_to,
                counts.get(person, 0),
                "\n".join(text for _c, text in blockers[person.id, "author"])
                or self.env._("Works here"),
            ]
            for person in persons
        ]

    def _paper_columns(self):
        return [
            (self.env._("Person"), 12),
            (self.env._("Activity"), 18),
            (self.env._("Capability"), 46),
            (self.env._("Department"), 14),
            (self.env._("Badge / Document"), 16),
            (self.env._("Authorized from"), 12),
            (self.env._("Authorized until"), 12),
            (self.env._("Competence Confirmed on"), 14),
            (self.env._("Issued by"), 12),
            (self.env._("Issued on"), 12),
        ]

    def _paper_rows(self, papers):
        activities = dict(papers._fields["activity"]._description_selection(self.env))
        return [
            [
                paper.employee_id.name,
                activities[paper.activity],
                paper.capability_id.display_name,
                paper.department_id.name,
                paper.number,
                paper.date_from,
                paper.date_to,
                paper.competence_confirmed_on,
                paper.issued_by_id.name,
                paper.issued_on,
            ]
            for paper in papers
        ]
