# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the environment's addon."""

#: What a room's readings hold; the key is the name of the field of the reading.
ENVIRONMENT_KINDS = [
    ("temperature", "Temperature"),
    ("humidity", "Relative Humidity"),
    ("pressure", "Air Pressure"),
]

#: The units in which readings are kept.
READING_UNITS = {
    "temperature": "metrology.unit_celsius",
    "humidity": "metrology.unit_rh",
    "pressure": "metrology.unit_kpa",
}

#: A reading speaks for the conditions of a room this long, in minutes.
READING_VALID_MINUTES = 120
