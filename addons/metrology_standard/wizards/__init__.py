# SPDX-License-Identifier: AGPL-3.0-only
from . import equipment_list
from . import standard_evaluation
