# SPDX-License-Identifier: AGPL-3.0-only
"""Tools without ORM models. Quiet first: WeasyPrint talks while it is imported."""

import logging

# One line for every property of Bootstrap it does not know, and for every step.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
for _name in ("weasyprint.progress", "fontTools", "pikepdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)
