# SPDX-License-Identifier: AGPL-3.0-only

from odoo import models

from .order import WORKING_STATES


class MetrologyOrder(models.Model):
    """A working order moves along as its jobs move."""

    _inherit = "metrology.order"

    def _get_ready_blockers(self):
        """Return what keeps an order from being ready: ``{order.id: [(code, msg)]}``.

        Later addons add theirs (certificates not printed, ...).
        """
        blockers = {}
        for order, count in (
            self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("order_id", "in", self.ids),
                    ("state", "not in", ("done", "cancelled")),
                ],
                ["order_id"],
                ["__count"],
            )
        ):
            blockers[order.id] = [
                (
                    "job_open",
                    self.env._("%(count)s jobs are not finished.", count=count),
                )
            ]
        return blockers

    def _update_progress(self):
        """Move working orders along as their jobs move; set-based.

        Called by jobs, and by later addons after what they add to the blockers.
        """
        orders = self.filtered(lambda order: order.state in WORKING_STATES)
        if not orders:
            return
        begun = {
            order.id
            for (order,) in self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("order_id", "in", orders.ids),
                    ("state", "not in", ("new", "cancelled")),
                ],
                ["order_id"],
            )
        }
        blockers = orders._get_ready_blockers()
        targets = {}
        for order in orders:
            if order.id not in begun:
                target = "accepted"
            else:
                target = "in_progress" if blockers.get(order.id) else "ready"
            if target != order.state:
                targets.setdefault(target, []).append(order.id)
        for target, ids in targets.items():
            self.browse(ids).sudo().write({"state": target})
