# SPDX-License-Identifier: AGPL-3.0-only
from . import controllers
from . import models
from . import wizards
