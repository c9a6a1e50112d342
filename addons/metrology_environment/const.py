# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists of the environment's addon."""

#: Conditions that records and certificates name by themselves: codes of elements.
CONDITION_CODES = ("temperature", "humidity", "pressure")

#: A reading speaks for the conditions of a room this long, in minutes.
READING_VALID_MINUTES = 120

#: The most readings a device may send in one request.
BATCH_MAXIMUM = 1000

#: The most requests of one device in a minute.
REQUESTS_PER_MINUTE = 120

SENSOR_KINDS = [
    ("temperature_humidity", "Temperature and Humidity"),
    ("pressure", "Air Pressure"),
    ("flow", "Flow"),
    ("illuminance", "Illuminance"),
    ("acoustic", "Acoustic"),
    ("position", "Position"),
    ("gas", "Gas"),
    ("vibration", "Vibration"),
    ("electromagnetic", "Electromagnetic Field"),
    ("wind", "Wind Speed"),
    ("power", "Power Supply"),
    ("dust", "Dust"),
    ("radiation", "Radiation"),
    ("other", "Other"),
]

#: What a sensor of a kind measures: codes of elements.
SENSOR_ELEMENTS = {
    "temperature_humidity": ("temperature", "humidity"),
    "pressure": ("pressure",),
    "flow": ("flow",),
    "illuminance": ("illuminance",),
    "acoustic": ("noise",),
    "position": ("position",),
    "gas": ("gas",),
    "vibration": ("vibration",),
    "electromagnetic": ("electromagnetic",),
    "wind": ("wind",),
    "power": ("voltage", "power_frequency"),
    "dust": ("dust",),
    "radiation": ("radiation",),
    "other": (),
}

DEVICE_KINDS = [
    ("logger", "Data Logger"),
    ("gateway", "Gateway"),
    ("hvac", "Air-Conditioning Gateway"),
    ("camera", "Camera"),
    ("ups", "Uninterruptible Power Supply"),
]

#: Devices without which work in a watched room does not begin.
WATCHING_KINDS = ("camera", "ups")
