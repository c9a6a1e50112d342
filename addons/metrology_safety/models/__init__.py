# SPDX-License-Identifier: AGPL-3.0-only
from . import room_access
from . import room
from . import room_entry
from . import visitor
from . import hazard
from . import hazard_acknowledgement
from . import job
from . import safety_procedure
from . import safety_check
from . import safety_check_item
from . import safety_correction
from . import incident
from . import work
