# SPDX-License-Identifier: AGPL-3.0-only

from odoo import models
from odoo.exceptions import UserError


class MetrologyOrder(models.Model):
    """How a signed order changes, and how an order ends before its work."""

    _inherit = "metrology.order"

    def action_change(self, reason):
        """Start a new version of a signed order; it is reviewed and signed again.

        Jobs keep their results, but none starts or goes on until the customer
        has confirmed the new version.
        """
        self = self._lock()
        self._require_state("to_sign", "accepted", "in_progress", "ready")
        if not (reason or "").strip():
            raise UserError(self.env._("Enter why the order changes."))
        for order in self:
            order.message_post(
                body=self.env._(
                    "Version %(version)s was signed by %(name)s; the order changes: "
                    "%(reason)s",
                    version=order.version,
                    name=order.signed_by or "–",
                    reason=reason,
                )
            )
            order._guard_open().write(
                {
                    "version": order.version + 1,
                    "state": "reviewing",
                    "change_reason": reason,
                    "signature": False,
                    "signed_by": False,
                    "signed_on": False,
                }
            )
        self._open_review()
        return True

    def action_reject(self, reason):
        """Refuse an application that the institution does not take."""
        self = self._lock()
        self._require_state("submitted", "reviewing")
        return self._end("rejected", reason)

    def action_cancel(self, reason=None):
        """Cancel the orders, with the reason; expected samples and jobs go too.

        Refused as soon as a sample is in the house or a job has begun.
        """
        if reason is None and len(self) == 1:
            return self._open_reason("cancel")
        self = self._lock()
        self._require_state(
            "draft", "submitted", "reviewing", "to_sign", "accepted", "in_progress"
        )
        self._raise_blockers(self._get_cancel_blockers())
        self.job_ids.sudo()._cancel()
        self.sample_ids.sudo().filtered(lambda s: s.state == "expected")._cancel()
        return self._end("cancelled", reason)

    def _get_cancel_blockers(self):
        """Return what stands against cancelling: ``[(code, message)]``."""
        blockers = []
        for order in self:
            here = order.sample_ids.filtered(
                lambda s: s.state not in ("expected", "released", "cancelled")
            )
            if here:
                blockers.append(
                    (
                        "sample_here",
                        self.env._(
                            "Order %(order)s: %(count)s samples are in the house, the "
                            "first is %(sample)s. Hand them back first.",
                            order=order.display_name,
                            count=len(here),
                            sample=here[0].display_name,
                        ),
                    )
                )
            begun = order.job_ids.filtered(
                lambda job: job.state in ("running", "paused", "done")
            )
            if begun:
                blockers.append(
                    (
                        "job_begun",
                        self.env._(
                            "Order %(order)s: %(count)s jobs have begun, the first is "
                            "%(job)s.",
                            order=order.display_name,
                            count=len(begun),
                            job=begun[0].display_name,
                        ),
                    )
                )
        return blockers

    def _end(self, state, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Enter the reason."))
        self._guard_open().write({"state": state, "cancel_reason": reason.strip()})
        return True
