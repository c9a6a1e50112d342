# SPDX-License-Identifier: AGPL-3.0-only
from . import equipment_state
from . import equipment_label
from . import equipment_list
from . import equipment_use
