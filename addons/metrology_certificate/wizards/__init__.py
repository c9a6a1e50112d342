# SPDX-License-Identifier: AGPL-3.0-only
from . import metrology_certificate_return
from . import metrology_certificate_sign
