# SPDX-License-Identifier: AGPL-3.0-only
from . import ir_actions_report
from . import res_config_settings
