# SPDX-License-Identifier: AGPL-3.0-only
from . import test_analysis
from . import test_element
from . import test_endpoint
from . import test_environment_reading
from . import test_episode
from . import test_ingest
from . import test_js
from . import test_regulation
from . import test_requirement
from . import test_room
from . import test_room_owner
from . import test_scale
