# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyRecord(models.Model):
    """A record that waits until a bad standard was judged."""

    _inherit = "metrology.record"

    impact_hold_id = fields.Many2one(
        comodel_name="metrology.impact.analysis",
        string="On Hold because of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The analysis of bad equipment that holds it up.",
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "impact_hold_id")

    def _impact_hold(self, analysis, reason):
        """Hold the records up: nothing is checked, certified or released meanwhile."""
        for record in self:
            record._guard_open().with_context(tracking_disable=True).write(
                {"impact_hold_id": analysis.id}
            )
            record.message_post(
                body=self.env._(
                    "On hold because of %(analysis)s: %(reason)s",
                    analysis=analysis.display_name,
                    reason=reason,
                )
            )

    def _impact_lift(self, reason):
        """Let the records go on."""
        self._guard_open().with_context(tracking_disable=True).write(
            {"impact_hold_id": False}
        )
        for record in self:
            record.message_post(
                body=self.env._("No longer on hold: %(reason)s", reason=reason)
            )

    def _get_hold_blockers(self):
        """Return (code, message) for each record that is on hold."""
        return [
            (
                "impact_hold",
                self.env._(
                    "%(record)s is on hold because of %(analysis)s, which the technical "
                    "head or quality decides upon.",
                    record=record.display_name,
                    analysis=record.sudo().impact_hold_id.display_name,
                ),
            )
            for record in self
            if record.impact_hold_id
        ]

    def _get_check_blockers(self):
        return super()._get_check_blockers() + self._get_hold_blockers()
