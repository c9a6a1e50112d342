# SPDX-License-Identifier: AGPL-3.0-only
from . import test_chart
from . import test_concurrency
from . import test_impact
from . import test_impact_certificate
from . import test_js
from . import test_listing
from . import test_ranking
