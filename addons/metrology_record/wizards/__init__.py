# SPDX-License-Identifier: AGPL-3.0-only
from . import metrology_environment_analysis, metrology_record_sign
