# SPDX-License-Identifier: AGPL-3.0-only
from . import test_concurrency
from . import test_custody
from . import test_desk
from . import test_guard
from . import test_identity
from . import test_label
from . import test_rpc
from . import test_scale
