# SPDX-License-Identifier: AGPL-3.0-only
from . import hr_version
from . import hr_employee
from . import practice
from . import authorization
from . import capability
from . import matrix
from . import work
