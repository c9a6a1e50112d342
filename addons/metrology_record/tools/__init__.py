# SPDX-License-Identifier: AGPL-3.0-only
"""The definition language of technical records: pure Python, no Odoo import."""

from . import blocks, compute, data, definition

__all__ = ["blocks", "compute", "data", "definition"]
