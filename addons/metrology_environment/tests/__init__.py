# SPDX-License-Identifier: AGPL-3.0-only
from . import test_room
from . import test_environment_reading
