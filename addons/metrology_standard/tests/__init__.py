# SPDX-License-Identifier: AGPL-3.0-only
from . import test_standard
from . import test_standard_equipment
from . import test_standard_lists
from . import test_standard_certificate
from . import test_standard_nature
from . import test_standard_trial
from . import test_standard_file_set
from . import test_standard_change
from . import test_standard_chain
