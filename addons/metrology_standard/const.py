# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the standards' addon."""

#: Nature of a measurement standard (Metrology Law, articles 6 to 8).
STANDARD_NATURES = [
    ("social", "Social Public Standard"),
    ("department", "Highest Standard of a Department"),
    ("enterprise", "Highest Standard of an Enterprise or Institution"),
    ("working", "Working Standard"),
]
