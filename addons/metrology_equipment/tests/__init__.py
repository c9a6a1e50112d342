# SPDX-License-Identifier: AGPL-3.0-only
from . import test_equipment
from . import test_equipment_file
from . import test_equipment_control
from . import test_equipment_label
from . import test_equipment_plan
from . import test_equipment_lists
from . import test_equipment_rpc
from . import test_capability_requirement
from . import test_confirmation
from . import test_traceability
from . import test_correction
from . import test_equipment_check
from . import test_environment
