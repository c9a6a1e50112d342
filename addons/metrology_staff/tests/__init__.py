# SPDX-License-Identifier: AGPL-3.0-only
from . import test_authorization
from . import test_capability
from . import test_commitment
from . import test_concurrency
from . import test_deputy
from . import test_evaluation
from . import test_file
from . import test_grounds
from . import test_kept
from . import test_matrix
from . import test_mentoring
from . import test_person
from . import test_rpc
from . import test_staffing
from . import test_training
