# SPDX-License-Identifier: AGPL-3.0-only
from . import sample_handover
from . import sample_handover_line
from . import sample_label
from . import sample_undo
