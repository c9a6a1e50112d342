# SPDX-License-Identifier: AGPL-3.0-only
from . import room
from . import environment_limit
from . import environment_sensor
from . import environment_reading
