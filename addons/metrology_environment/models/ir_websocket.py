# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Open the channel of readings to employees, of their own companies only."""
        channels = list(channels)
        if "metrology_environment" in channels:
            # Never the text itself, which anybody could ask for.
            channels.remove("metrology_environment")
            if self.env.user.has_group("metrology.group_user"):
                channels += [
                    (company, "metrology_environment")
                    for company in self.env.user.company_ids
                ]
        return super()._build_bus_channel_list(channels)
