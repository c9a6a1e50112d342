# SPDX-License-Identifier: AGPL-3.0-only
import qrcode
import qrcode.image.svg
from markupsafe import Markup

from odoo import models

from odoo.addons.metrology.const import SERVICE_KINDS


class MetrologyOrder(models.Model):
    """What the buttons of an order open, and what its printed form shows."""

    _inherit = "metrology.order"

    # ------------------------------------------------------------------ actions
    def _open_reason(self, action):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "metrology.order.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id, "default_action": action},
        }

    def action_open_change(self):
        self.ensure_one()
        return self._open_reason("change")

    def action_open_reject(self):
        self.ensure_one()
        return self._open_reason("reject")

    def action_open_cancel(self):
        self.ensure_one()
        return self._open_reason("cancel")

    def action_open_signature(self):
        """Open the pad on which the customer signs."""
        self.ensure_one()
        self._require_state("to_sign")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signature of the Customer"),
            "res_model": "metrology.order.sign",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_name": self.contact_name or self.partner_id.name,
            },
        }

    def _action_view(self, xmlid, records_domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = records_domain
        action["context"] = {}
        return action

    def action_view_samples(self):
        return self._action_view(
            "metrology_order.action_sample", [("order_id", "in", self.ids)]
        )

    def action_view_jobs(self):
        return self._action_view(
            "metrology_order.action_job", [("order_id", "in", self.ids)]
        )

    def action_view_instruments(self):
        return self._action_view(
            "metrology_instrument.action_instrument",
            [("id", "in", self.line_ids.instrument_id.ids)],
        )

    def action_view_reviews(self):
        return self._action_view(
            "metrology_order.action_order_review", [("order_id", "in", self.ids)]
        )

    # -------------------------------------------------------------------- print
    def _get_qr_svg(self):
        """Return the order number as an SVG QR code for the printed form."""
        self.ensure_one()
        image = qrcode.make(
            self.name, image_factory=qrcode.image.svg.SvgPathImage, border=1
        )
        return Markup(image.to_string(encoding="unicode"))

    def _get_print_totals(self):
        """Return instruments by service kind, for the foot of the printed order."""
        self.ensure_one()
        labels = dict(
            self.line_ids._fields["service_kind"]._description_selection(self.env)
        )
        counts = {kind: 0 for kind, _label in SERVICE_KINDS}
        for line in self.line_ids:
            counts[line.service_kind] += 1
        return [(labels[kind], n) for kind, n in counts.items() if n]
