# SPDX-License-Identifier: AGPL-3.0-only
from . import test_concurrency
from . import test_eligibility
from . import test_eligibility_notice
from . import test_import_to_order
from . import test_job
from . import test_job_extension
from . import test_order
from . import test_order_print
from . import test_sample
from . import test_scale
