# SPDX-License-Identifier: AGPL-3.0-only
from . import test_equipment
from . import test_traceability
from . import test_correction
from . import test_standard
from . import test_equipment_check
