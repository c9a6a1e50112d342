# SPDX-License-Identifier: AGPL-3.0-only
from . import table_file_mixin
from . import instrument_type
from . import method
from . import method_edition
from . import capability
from . import product_product
from . import work
