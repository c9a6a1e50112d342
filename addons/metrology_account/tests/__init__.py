# SPDX-License-Identifier: AGPL-3.0-only
from . import test_credit, test_release_paid, test_settlement
