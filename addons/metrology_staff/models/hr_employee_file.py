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
