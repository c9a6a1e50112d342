# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from .metrology_impact_analysis import DECIDER_GROUPS


class MetrologyImpactAnalysis(models.Model):
    """How an analysis is closed, and what it opens."""

    _inherit = "metrology.impact.analysis"

    def action_close(self, reason=None):
        """Close analyses whose records are all decided upon.

        :param str reason: the conclusion; without it the dialog that asks for it opens
        :raises UserError: records are undecided or still on hold, named
        """
        self._guard_check_group(DECIDER_GROUPS)
        self._lock()
        for analysis in self:
            analysis._check_may_close()
        if reason is None:
            return self._guard_ask_reason("action_close")
        reason = self._guard_check_reason(reason)
        self.sudo()._guard_open().write(
            {
                "state": "closed",
                "conclusion": reason,
                "closed_by_id": self.env.uid,
                "closed_on": fields.Datetime.now(),
            }
        )
        return True

    def _check_may_close(self):
        self.ensure_one()
        self._check_complete()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%(analysis)s: list the results first; a closed one is done with.",
                    analysis=self.display_name,
                )
            )
        for domain, text in (
            (
                [("decision", "=", False)],
                self.env._("is not decided upon yet"),
            ),
            ([("is_held", "=", True)], self.env._("is still on hold")),
        ):
            lines = self.env["metrology.impact.line"].search(
                [("analysis_id", "=", self.id), *domain], limit=6
            )
            if lines:
                names = ", ".join(lines[:5].mapped("record_id.name"))
                raise UserError(
                    self.env._(
                        "%(analysis)s cannot be closed: %(records)s %(what)s.",
                        analysis=self.display_name,
                        records=names + ("…" if len(lines) > 5 else ""),
                        what=text,
                    )
                )
        drafts = self.sudo().letter_ids.filtered(lambda one: one.state == "draft")
        if drafts:
            raise UserError(
                self.env._(
                    "%(analysis)s cannot be closed: the letter to %(partner)s was not "
                    "sent yet.",
                    analysis=self.display_name,
                    partner=drafts[0].partner_id.display_name,
                )
            )

    def action_view_lines(self):
        """Show the ranking in a list of its own, for decisions on many at once."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_impact.action_impact_line"
        )
        return {
            **action,
            "domain": [("analysis_id", "=", self.id)],
            "context": {
                key: 1
                for key in ("search_default_changes",)
                if self.env.context.get("only_changes")
            },
        }

    def action_view_results(self):
        """Show every result with its corrected value."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_impact.action_impact_result"
        )
        return {**action, "domain": [("analysis_id", "=", self.id)], "context": {}}

    def action_view_letters(self):
        """Show the letters to the customers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_impact.action_impact_letter"
        )
        return {**action, "domain": [("analysis_id", "=", self.id)], "context": {}}

    def _get_action(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact Analysis"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return {**action, "view_mode": "form", "res_id": self.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", self.ids)]}
