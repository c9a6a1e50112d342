# SPDX-License-Identifier: AGPL-3.0-only
from . import test_release, test_release_chain, test_release_order, test_two_desks
