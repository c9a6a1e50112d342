# SPDX-License-Identifier: AGPL-3.0-only
import base64
import hashlib

from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyRelease(models.Model):
    """Hand over, cancel, reverse."""

    _inherit = "metrology.release"

    def action_done(self):
        """Hand over: samples leave, certificates are released, the receipt is fixed.

        Of two clerks who release the same thing at the same time, one is told that it
        is gone (or that the other one is at it).

        :raises UserError: everything that stands against it, in one message
        """
        self.check_access("write")
        for release in self:
            release._lock()
            release._require_draft()
            blockers = release._get_paper_blockers() + release._get_release_blockers()
            if blockers:
                raise UserError("\n".join(text for _code, text in blockers))
            release._do_release()
        return True

    def action_done_and_print(self):
        """Hand over and open the receipt."""
        self.action_done()
        return self.env.ref("metrology_release.action_report_release").report_action(
            self
        )

    def action_cancel(self):
        """Throw a draft away."""
        self.check_access("write")
        self._lock()
        for release in self:
            release._require_draft()
        self._guard_open().write({"state": "cancelled"})
        return True

    def action_open_reverse(self):
        return self._guard_ask_reason("action_reverse")

    def action_reverse(self, reason):
        """Record that the customer brought everything back.

        The samples come back into the store by a move of stock, the certificates wait
        for collection again.  The done hand-over stays, marked as reversed.
        """
        self._guard_check_group(
            "metrology.group_technical_head,metrology.group_quality,"
            "metrology.group_administrator"
        )
        reason = self._guard_check_reason(reason)
        for release in self:
            release._lock()
            if release.state != "done":
                raise UserError(
                    self.env._(
                        "%(release)s was not handed over, there is nothing to reverse.",
                        release=release.display_name,
                    )
                )
            release._undo_release(reason)
        return True

    def action_print(self):
        """Open the receipt as PDF."""
        return self.env.ref("metrology_release.action_report_release").report_action(
            self
        )

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        action["domain"] = [("id", "in", self.order_ids.ids)]
        action["context"] = {}
        return action

    def _lock(self):
        """Lock the hand-over and all it takes, then forget what was read before."""
        locked = super()._lock()
        self.sample_ids.sudo()._lock()
        self.certificate_ids.sudo()._lock()
        self.env.invalidate_all()
        return locked

    def _require_draft(self):
        for release in self:
            if release.state != "draft":
                raise UserError(
                    self.env._(
                        "%(release)s has been handed over or cancelled already.",
                        release=release.display_name,
                    )
                )

    def _get_paper_blockers(self):
        """Return what is missing on the hand-over itself: ``[(code, message)]``."""
        self.ensure_one()
        blockers = []

        def add(code, text):
            blockers.append((code, text))

        if not self.sample_ids and not self.certificate_ids:
            add("empty", self.env._("Scan or choose what is handed over."))
        if not self.way:
            add("no_way", self.env._("Choose the way of the hand-over."))
        if not self.order_checked:
            add(
                "not_checked",
                self.env._("Compare with the order and its fees, then tick the box."),
            )
        if self.way == "courier" and not (self.waybill or "").strip():
            add("no_waybill", self.env._("A courier needs the number of the waybill."))
        if self.way == "electronic" and self.sample_ids:
            add(
                "electronic_sample",
                self.env._("An instrument cannot be handed over electronically."),
            )
        if self.way in ("counter", "delivery"):
            if not self.signature:
                add("no_signature", self.env._("The receiver has not signed."))
            if not (self.receiver_name or "").strip():
                add("no_receiver", self.env._("Enter the name of the receiver."))
            if not (self.receiver_phone or self.receiver_document or "").strip():
                add(
                    "no_contact",
                    self.env._("Enter the receiver's phone or identity document."),
                )
        return blockers

    def _get_release_blockers(self):
        """Return why the things cannot be handed over: ``[(code, message)]``.

        Extended by later addons; those of the orders come from
        ``metrology.order._get_release_blockers``.
        """
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        blockers = []
        for order in self.order_ids:
            if owner and order.commercial_partner_id != owner:
                blockers.append(
                    (
                        "foreign",
                        self.env._(
                            "Order %(order)s belongs to %(owner)s, not to %(customer)s.",
                            order=order.display_name,
                            owner=order.commercial_partner_id.name,
                            customer=owner.name,
                        ),
                    )
                )
        blockers += self.sample_ids._get_release_blockers()
        blockers += self.certificate_ids._get_release_blockers(self.way)
        blockers += self.order_ids._get_release_blockers()
        return blockers

    def _do_release(self):
        """Move, mark, number: after the lock and the checks."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.sample_ids:
            self.sample_ids.sudo()._release_to_customer(
                **self._prepare_sample_release()
            )
        if self.certificate_ids:
            self.certificate_ids.sudo()._mark_released()
        numbers = self.env["metrology.number"]._assign("release", self)
        signature = self.with_context(bin_size=False).signature
        self._sealed_unlock(self.env._("Handed over"))._guard_open().write(
            {
                "name": numbers[self.id],
                "state": "done",
                "released_on": now,
                "released_by_id": self.env.uid,
                "signature_sha256": hashlib.sha256(
                    base64.b64decode(signature)
                ).hexdigest()
                if signature
                else False,
                "content_text": self._get_content_text(),
            }
        )
        self.order_ids.sudo()._update_released()

    def _prepare_sample_release(self):
        """Return the arguments of ``metrology.sample._release_to_customer``. Hook."""
        return {
            "receiver_name": self.receiver_name or self.partner_id.name,
            "note": self.waybill,
        }

    def _get_content_text(self):
        """Return the numbers of what is handed over, one a line."""
        return "\n".join(
            [sample.display_name for sample in self.sample_ids.sorted("name")]
            + [item.display_name for item in self.certificate_ids.sorted("name")]
        )

    def _undo_release(self, reason):
        self.ensure_one()
        if self.sample_ids:
            self.sample_ids.sudo()._take_back_from_customer(reason)
        if self.certificate_ids:
            self.certificate_ids.sudo()._undo_released(reason)
        self._sealed_unlock(reason)._guard_open().write(
            {"state": "reversed", "reverse_reason": reason}
        )
        self.order_ids.sudo()._reopen_released()

    def _get_receipt_url(self):
        """Return the address in the receipt's QR code: the document in our system."""
        self.ensure_one()
        return f"{self.get_base_url()}/odoo/metrology.release/{self.id}"
