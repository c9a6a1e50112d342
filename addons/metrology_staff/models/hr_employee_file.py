# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError


class HrEmployee(models.Model):
    """What the printed file and the badge of a person show."""

    _inherit = "hr.employee"

    def _get_resume_lines(self, xmlid):
        """Return this one person's lines of a résumé type of Odoo's, oldest first."""
        self.ensure_one()
        kind = self.env.ref(xmlid, raise_if_not_found=False)
        return self.resume_line_ids.filtered(
            lambda line: line.line_type_id == kind
        ).sorted("date_start")

    def _get_file_authorizations(self):
        """Return what was issued to this one person, the same terms in one line.

        :return: [(authorization that stands for the line, text of the capabilities)]
        """
        self.ensure_one()
        return self._group_for_file(
            self.authorization_ids.filtered(lambda one: one.state != "draft"),
            (
                "activity",
                "date_from",
                "date_to",
                "competence_confirmed_on",
                "issued_by_id",
                "issued_on",
                "state",
            ),
        )

    def _get_file_assessments(self):
        """The same for the confirmed assessments of this one person."""
        self.ensure_one()
        return self._group_for_file(
            self.assessment_ids.filtered(lambda one: one.state == "confirmed"),
            ("date", "kind", "result", "assessor_id"),
        )

    def _group_for_file(self, papers, names):
        groups = {}
        for paper in papers:
            key = tuple(paper[name] for name in names)
            groups.setdefault(key, []).append(paper)
        return [
            (
                same[0],
                ", ".join(
                    paper.capability_id.code or paper.capability_id.name
                    for paper in same
                ),
            )
            for same in groups.values()
        ]

    def _get_badge_lines(self):
        """Return [(activity, number of capabilities, last day)] in force today."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.env.company)
        papers = self.authorization_ids.filtered_domain(
            self.env["metrology.authorization"]._domain_in_force(today)
        )
        labels = dict(papers._fields["activity"]._description_selection(self.env))
        return [
            (labels[activity], len(same.capability_id), min(same.mapped("date_to")))
            for activity, same in papers.grouped("activity").items()
        ]

    def action_print_badge(self):
        """Print the badges of persons who are authorized for something today.

        :raises UserError: naming those who are not
        """
        without = self.filtered(lambda person: not person._get_badge_lines())
        if without:
            raise UserError(
                self.env._(
                    "No authorization is in force, so there is no badge to print: "
                    "%(persons)s.",
                    persons=", ".join(without.mapped("name")),
                )
            )
        return self.env.ref("metrology_staff.action_report_badge").report_action(self)

    def action_print_file(self):
        """Print the file of the person."""
        return self.env.ref("metrology_staff.action_report_file").report_action(self)
