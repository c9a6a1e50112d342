# SPDX-License-Identifier: AGPL-3.0-only
from . import metrology_approval_refuse
from . import metrology_calendar_import
from . import metrology_seal_check
from . import metrology_state_reason
