# SPDX-License-Identifier: AGPL-3.0-only
from . import test_doctests
from . import test_instrument_type
from . import test_instrument_model
from . import test_method_edition
from . import test_method_validation
from . import test_method_review
from . import test_method_notice
from . import test_method_item
from . import test_mandatory_catalogue
from . import test_grant
from . import test_kept_documents
from . import test_capability
from . import test_capability_import
from . import test_capability_lists
