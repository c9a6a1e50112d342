# SPDX-License-Identifier: AGPL-3.0-only
from . import order
from . import order_review
from . import order_line
from . import sample
from . import job
from . import job_extension
from . import eligibility
from . import eligibility_open
from . import eligibility_notice
from . import eligibility_watch
from . import eligibility_watched
from . import job_eligibility
from . import instrument
from . import instrument_import
from . import instrument_import_line
from . import work
