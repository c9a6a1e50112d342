# SPDX-License-Identifier: AGPL-3.0-only
from . import instrument
from . import instrument_use
from . import instrument_certificate
from . import instrument_import
from . import instrument_import_line
from . import res_partner
