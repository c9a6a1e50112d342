# SPDX-License-Identifier: AGPL-3.0-only
from . import commitment_sign
from . import staff_ledger
from . import staff_role
