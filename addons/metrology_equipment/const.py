# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the equipment's addon."""

#: What the laboratory uses a piece of equipment for.
METROLOGY_USES = [
    ("reference", "Reference Equipment"),
    ("auxiliary", "Auxiliary Equipment"),
    ("none", "Not for Measuring"),
]

#: Status of measuring equipment, as its label says it (合格, 准用, 限用, 停用, 封存,
#: 报废); "new" is what has not been put in use yet and bears no such label.
METROLOGY_STATES = [
    ("new", "Not Yet in Use"),
    ("qualified", "Qualified"),
    ("permitted", "Permitted"),
    ("limited", "Limited Use"),
    ("suspended", "Suspended"),
    ("sealed", "Sealed"),
    ("scrapped", "Scrapped"),
]

#: The states in which equipment may be used.
USABLE_STATES = ("qualified", "permitted", "limited")

#: What a file of equipment describes.
METROLOGY_KINDS = [
    ("instrument", "Measuring Instrument"),
    ("device", "Device (several instruments)"),
    ("material", "Reference Material"),
    ("software", "Software"),
]

#: Kinds of traceability certificates that do not lead to a national standard directly.
ALTERNATIVE_KINDS = ("comparison", "material")
