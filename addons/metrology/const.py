# SPDX-License-Identifier: AGPL-3.0-only
"""Lists that several addons of the suite share."""

#: The four services of an institution (检定, 校准, 检测, 检验).
SERVICE_KINDS = [
    ("verification", "Verification"),
    ("calibration", "Calibration"),
    ("testing", "Testing"),
    ("inspection", "Inspection"),
]

#: Civil time of an institution that has not set any other.
DEFAULT_TIMEZONE = "Asia/Shanghai"

#: Floor of every retention policy, in years (S0-6.3.6, S0-7.3.2).
MINIMUM_RETENTION_YEARS = 6
