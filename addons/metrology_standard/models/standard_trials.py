# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyStandard(models.Model):
    """What the trials of a standard say of it (JJF 1033 annex C)."""

    _inherit = "metrology.standard"

    plan_ids = fields.One2many(
        comodel_name="metrology.standard.plan",
        inverse_name="standard_id",
        string="Trials",
    )
    test_ids = fields.One2many(
        comodel_name="metrology.standard.test", inverse_name="standard_id"
    )
    test_count = fields.Integer(compute="_compute_test_count")
    chart = fields.Text(compute="_compute_chart")

    def _compute_test_count(self):
        counts = dict(
            self.env["metrology.standard.test"]._read_group(
                [("standard_id", "in", self.ids)], ["standard_id"], ["__count"]
            )
        )
        for standard in self:
            standard.test_count = counts.get(standard, 0)

    def _compute_chart(self):
        for standard in self:
            standard.chart = "\n".join(
                f"<h4>{plan._get_chart_title()}</h4>{plan.chart}"
                for plan in standard.plan_ids
                if plan.chart
            )

    def _own_blockers(self, day):
        """Add: a stability or verification that failed last, and nothing since."""
        blockers = super()._own_blockers(day)
        for plan in self.plan_ids:
            if plan.kind != "repeatability" and plan.last_conclusion == "fail":
                blockers.append(
                    (
                        "standard_trial_failed",
                        self.env._(
                            "%(plan)s did not conform on %(day)s: find the cause and "
                            "try it again first.",
                            plan=plan.display_name,
                            day=plan.last_test_id.date,
                        ),
                    )
                )
            elif plan.last_test_id.evaluation_state == "failed":
                blockers.append(
                    (
                        "standard_uncertainty",
                        self.env._(
                            "%(plan)s: the uncertainty evaluated anew does not meet "
                            "what the standard is for.",
                            plan=plan.display_name,
                        ),
                    )
                )
        return blockers

    def action_view_tests(self):
        """Show the records of these standards."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_standard.action_standard_test"
        )
        action["domain"] = [("standard_id", "in", self.ids)]
        action["context"] = {"search_default_group_plan": 1}
        return action
