# SPDX-License-Identifier: AGPL-3.0-only
from . import maintenance_equipment
from . import equipment_event
from . import traceability
from . import correction
from . import correction_line
from . import standard
from . import standard_member
from . import capability
from . import work
