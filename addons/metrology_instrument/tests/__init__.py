# SPDX-License-Identifier: AGPL-3.0-only
from . import test_doctests
from . import test_import
from . import test_import_columns
from . import test_import_doubts
from . import test_import_files
from . import test_instrument
from . import test_instrument_certificate
from . import test_lists
