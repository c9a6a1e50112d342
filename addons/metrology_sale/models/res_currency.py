# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.tools import get_lang

from ..tools.rmb import amount_to_capitals


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def amount_to_text(self, amount):
        """Renminbi in a Chinese document is written in capitals (大写金额)."""
        self.ensure_one()
        if self.name == "CNY" and get_lang(self.env).code.startswith("zh"):
            return amount_to_capitals(f"{amount:.{self.decimal_places}f}")
        return super().amount_to_text(amount)
