# SPDX-License-Identifier: AGPL-3.0-only
from . import test_fetcher
from . import test_guard
from . import test_pdfa
from . import test_qr
from . import test_report
from . import test_settings
from . import test_stock_reports
