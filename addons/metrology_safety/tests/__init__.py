# SPDX-License-Identifier: AGPL-3.0-only
from . import test_access
from . import test_visitor
from . import test_kiosk
from . import test_hazard
from . import test_safety_check
from . import test_rights
