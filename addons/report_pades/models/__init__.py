# SPDX-License-Identifier: AGPL-3.0-only
from . import report_pades_provider
from . import report_pades_provider_pkcs12
from . import report_pades
from . import ir_actions_report
from . import res_company
from . import res_config_settings
