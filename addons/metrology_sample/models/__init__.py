# SPDX-License-Identifier: AGPL-3.0-only
from . import custody_guard
from . import handling_class
from . import hr_department
from . import instrument_type
from . import order
from . import product_template
from . import res_company
from . import sample
from . import sample_desk
from . import stock_lot
from . import stock_move
from . import stock_move_line
from . import stock_picking
from . import stock_quant
from . import work
