# SPDX-License-Identifier: AGPL-3.0-only
from . import test_certificate_rules
from . import test_chain
from . import test_change
from . import test_concurrency
from . import test_content
from . import test_document
from . import test_eligibility
from . import test_pages
from . import test_qr
from . import test_record_check
from . import test_record_revision
from . import test_retention
from . import test_rights
from . import test_scale
from . import test_signatory_rules
from . import test_standard_chain
