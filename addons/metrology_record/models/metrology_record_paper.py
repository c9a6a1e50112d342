# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from ..tools.blocks import printable
from ..tools.compute import compute
from .metrology_record import SEALED_STATES


class MetrologyRecord(models.Model):
    """What of a record is printed."""

    _inherit = "metrology.record"

    def _certificate_blocks(self):
        """Return the printable blocks for the certificate (see ``tools.blocks``)."""
        self.ensure_one()
        if not self.result:
            return []
        return printable(
            self.version_id.sudo()._get_definition(),
            self.data,
            self.result,
            "certificate",
        )

    def _record_blocks(self):
        """Return the printable blocks for the record, replaced values beside."""
        self.ensure_one()
        definition = self.version_id.sudo()._get_definition()
        data = self._get_entries()
        result = (
            self.result
            if self.state in SEALED_STATES
            else compute(definition, data, curves=self._get_curves()[self.id])
        )
        return printable(
            definition, data, result or {}, "record", self.corrections or []
        )

    def _print_time(self, moment):
        """Return a moment (or its text) on the institution's clock, for paper."""
        self.ensure_one()
        moment = fields.Datetime.to_datetime(moment)
        if not moment:
            return ""
        zone = self.company_id.partner_id.tz or self.env.user.tz or "Asia/Shanghai"
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return local.strftime("%Y-%m-%d %H:%M")
