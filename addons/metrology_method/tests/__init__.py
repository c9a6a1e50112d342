# SPDX-License-Identifier: AGPL-3.0-only
from . import test_instrument_type
from . import test_method_edition
from . import test_capability
