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
        """Hold the records up: nothing is checked, certified or released meanwhile.

        One that another analysis holds up already stays with that one until it is
        decided there; ``_impact_lift`` then hands it on.
        """
        self.filtered(lambda record: not record.impact_hold_id)._set_hold(analysis)
        text = self.env._(
            "On hold because of %(analysis)s: %(reason)s",
            analysis=analysis.display_name,
            reason=reason,
        )
        self._message_log_batch(bodies=dict.fromkeys(self.ids, text))

    def _impact_lift(self, reason):
        """Let the records go on, except those another analysis still holds up."""
        if not self:
            return
        lines = self.env["metrology.impact.line"].search(
            [
                ("record_id", "in", self.ids),
                ("is_held", "=", True),
                ("analysis_id", "!=", False),
            ],
            order="id desc",
        )
        others = {line.record_id: line.analysis_id for line in lines}
        free = self.filtered(lambda record: record not in others)
        free._set_hold(self.env["metrology.impact.analysis"])
        for analysis, records in (self - free).grouped(others.get).items():
            records._set_hold(analysis)
        free._message_log_batch(
            bodies=dict.fromkeys(
                free.ids, self.env._("No longer on hold: %(reason)s", reason=reason)
            )
        )

    def _set_hold(self, analysis):
        self._guard_open().with_context(tracking_disable=True).write(
            {"impact_hold_id": analysis.id}
        )

    def _get_hold_blockers(self):
        """Name the records that wait until a bad standard was judged."""
        return super()._get_hold_blockers() + [
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
