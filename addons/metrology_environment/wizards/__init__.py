# SPDX-License-Identifier: AGPL-3.0-only
from . import environment_void
from . import environment_entry
from . import environment_analysis
