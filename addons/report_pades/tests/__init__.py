# SPDX-License-Identifier: AGPL-3.0-only
from . import test_demo_key
from . import test_forgery
from . import test_report
from . import test_seal
from . import test_signing
