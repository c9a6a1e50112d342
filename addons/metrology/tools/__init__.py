# SPDX-License-Identifier: AGPL-3.0-only
"""The mathematics of the laboratory: pure Python, no Odoo.

Modules are imported by name (``from odoo.addons.metrology.tools import rounding``), so
that rounding a number loads neither numpy nor GTC.
"""
