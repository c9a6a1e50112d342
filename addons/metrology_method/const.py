# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the methods' addon."""

#: The ten fields into which metrology is customarily divided in China, and the rest.
DISCIPLINES = [
    ("length", "Length"),
    ("thermal", "Thermal"),
    ("mechanics", "Mechanics"),
    ("electromagnetic", "Electromagnetic"),
    ("radio", "Radio"),
    ("time", "Time and Frequency"),
    ("optics", "Optics"),
    ("acoustics", "Acoustics"),
    ("chemistry", "Physical Chemistry"),
    ("radiation", "Ionizing Radiation"),
    ("other", "Other"),
]

#: Order of preference of the sources of a method: the lower, the better.  National and
#: local documents come first; anything below needs a reason, and an own method
#: confirmation and verification before use.
SOURCE_LEVELS = [
    ("1", "1 National regulation or specification"),
    ("2", "2 Departmental or local regulation or specification"),
    ("3", "3 Published international, regional or national standard"),
    ("4", "4 Verification regulation used for another service"),
    ("5", "5 Reputable technical organisation"),
    ("6", "6 Scientific book or journal"),
    ("7", "7 Maker of the instrument"),
    ("8", "8 In-house method"),
]

#: Legal verification accepts regulations only.
VERIFICATION_LEVELS = ("1", "2")

#: Methods that are not published documents of a competent body.
NON_STANDARD_LEVELS = ("5", "6", "7", "8")

#: What an instrument is used for, as far as the state supervises it (强制管理).
USES = [
    ("trade", "Trade settlement"),
    ("safety", "Safety protection"),
    ("medical", "Medical and health care"),
    ("environment", "Environmental monitoring"),
    ("enforcement", "Law enforcement and justice"),
    ("other", "Other use"),
]
