# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the standards' addon."""

#: What the laboratory uses a piece of equipment for.
METROLOGY_USES = [
    ("reference", "Reference Equipment"),
    ("auxiliary", "Auxiliary Equipment"),
    ("none", "Not for Measuring"),
]

#: Status of measuring equipment, as its label says it.
METROLOGY_STATES = [
    ("qualified", "Qualified"),
    ("limited", "Limited Use"),
    ("suspended", "Suspended"),
    ("sealed", "Sealed"),
    ("scrapped", "Scrapped"),
]

#: The states in which equipment may be used.
USABLE_STATES = ("qualified", "limited")

#: Nature of a measurement standard (Metrology Law, articles 6 to 8).
STANDARD_NATURES = [
    ("social", "Social Public Standard"),
    ("department", "Highest Standard of a Department"),
    ("enterprise", "Highest Standard of an Enterprise or Institution"),
    ("working", "Working Standard"),
]
