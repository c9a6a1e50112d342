# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.metrology_method.tools import text_keys


class MetrologySample(models.Model):
    """What the receiving desk asks: one scan field, any code."""

    _inherit = "metrology.sample"

    @api.model
    def desk_scan(self, code, order_id=None):
        """Find what a code is, and receive a sample of the open order by it.

        A code is the number of an order or sample, the label of an instrument, or,
        within the open order, a serial or asset number.

        :param str code: what was scanned or typed
        :param int order_id: the order that is open at the desk
        :return: dict(kind=order | received | sample, ...) for the desk
        :raises UserError: nothing fits, or the sample cannot be received
        """
        self._check_keeper()
        code = text_keys.clean(code)
        if not code:
            raise UserError(self.env._("Scan or type a number."))
        order = self.env["metrology.order"].browse(order_id or ())
        if order:
            sample = order.sample_ids._desk_find(code)
            if len(sample) == 1:
                sample._receive()
                return {"kind": "received", "sample": sample._desk_data()[0]}
            if len(sample) > 1:
                raise UserError(
                    self.env._(
                        "%(code)s fits %(count)s expected samples of the order: click "
                        "the one you hold.",
                        code=code,
                        count=len(sample),
                    )
                )
        found = self.env["metrology.order"].search(
            [("name", "=ilike", code)], limit=1
        ) or self._desk_find_order(code)
        if found:
            return {"kind": "order", "order": found._desk_data()}
        sample = self.search([("name", "=ilike", code)], limit=1)
        if sample:
            return {"kind": "sample", "sample": sample._desk_data()[0]}
        raise UserError(
            self.env._(
                "%(code)s is no order, sample or instrument that is expected here.",
                code=code,
            )
        )

    def _desk_find(self, code):
        """Return the expected samples of an order that ``code`` may mean."""
        label, key = code.upper(), text_keys.serial_key(code)
        asset = text_keys.compact(code)
        expected = self.filtered(lambda sample: sample.state == "expected")
        by_label = expected.filtered(lambda s: s.instrument_id.label_code == label)
        if by_label:
            return by_label
        return expected.filtered(
            lambda s: (
                (key and s.instrument_id.serial_key == key)
                or (asset and text_keys.compact(s.instrument_id.asset_number) == asset)
            )
        )

    @api.model
    def _desk_find_order(self, code):
        """Return the one accepted order that expects the instrument of a code."""
        instruments = self.env["metrology.instrument"].search(
            Domain("label_code", "=", code.upper())
            | Domain("serial_key", "=", text_keys.serial_key(code) or "-")
        )
        samples = self.search(
            [("instrument_id", "in", instruments.ids), ("state", "=", "expected")]
        )
        return samples.order_id if len(samples.order_id) == 1 else samples.order_id[:0]

    @api.model
    def desk_receive(self, sample_ids, values=None):
        """Receive samples chosen at the desk, all or none.

        :param values: dict of condition, accessories, abnormal,
            customer_confirmation, giver_name (all optional)
        """
        self._check_keeper()
        allowed = {
            "condition",
            "accessories",
            "abnormal",
            "customer_confirmation",
            "giver_name",
        }
        values = {
            name: value
            for name, value in (values or {}).items()
            if name in allowed and value not in (None, "")
        }
        samples = self.browse(sample_ids)
        samples._receive(**values)
        return samples._desk_data()

    @api.model
    def desk_count(self, order_id, count):
        """Receive all expected samples of an order, when they were counted so.

        :raises UserError: the count differs from what is expected
        """
        self._check_keeper()
        order = self.env["metrology.order"].browse(order_id)
        samples = order.sample_ids.filtered(lambda sample: sample.state == "expected")
        if len(samples) != int(count):
            raise UserError(
                self.env._(
                    "%(counted)s were counted, %(expected)s are still expected. Scan "
                    "the samples one by one.",
                    counted=count,
                    expected=len(samples),
                )
            )
        samples._receive()
        return order._desk_data()

    def _desk_data(self):
        """Return what the desk shows of samples, a fixed number of queries."""
        last = {}
        for visit in self.search(
            [
                ("instrument_id", "in", self.instrument_id.ids),
                ("id", "not in", self.ids),
                ("received_on", "!=", False),
            ],
            order="received_on",
        ):
            last[visit.instrument_id.id] = visit
        states = dict(self._fields["state"]._description_selection(self.env))
        none = self.browse()
        return [
            {
                "id": sample.id,
                "name": sample.name if sample.name != "New" else "",
                "instrument": sample.instrument_id.name,
                "model": sample.model_text or "",
                "range": sample.range_text or "",
                "serial": sample.serial_number or "",
                "asset": sample.instrument_id.asset_number or "",
                "accessories": sample.accessories or "",
                "condition": sample.condition or "",
                "state": sample.state,
                "state_label": states[sample.state],
                "place": sample.location_id.display_name or "",
                "order_id": sample.order_id.id,
                "handling": sample.handling_class_id.sudo().instruction or "",
                "instrument_note": sample.instrument_id.remark or "",
                "last_visit": last.get(sample.instrument_id.id, none)._desk_visit(),
            }
            for sample in self
        ]

    def _desk_visit(self):
        """Return the notes of an earlier visit in one line."""
        if not self:
            return ""
        parts = [
            self.name,
            self._local_time(self.received_on)[:10],
            self.condition,
            self.accessories,
        ]
        return ", ".join(part for part in parts if part)
