# SPDX-License-Identifier: AGPL-3.0-only
from . import test_authorization
from . import test_person
from . import test_capability
from . import test_matrix
