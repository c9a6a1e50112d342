# SPDX-License-Identifier: AGPL-3.0-only
from . import maintenance_equipment
from . import equipment_event
from . import equipment_usage
from . import equipment_procedure
from . import equipment_check
from . import equipment_check_line
from . import traceability
from . import correction
from . import correction_line
from . import standard
from . import standard_member
from . import capability
from . import work
