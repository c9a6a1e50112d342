# SPDX-License-Identifier: AGPL-3.0-only
from . import test_approval
from . import test_calendar
from . import test_expiry
from . import test_lifecycle
from . import test_login
from . import test_number
from . import test_number_concurrency
from . import test_organisation
from . import test_retention
from . import test_seal_anchor
from . import test_sealed
from . import test_sealed_concurrency
from . import test_sealed_rpc
from . import test_signing
from . import test_unit
from . import test_work
from . import test_work_page
