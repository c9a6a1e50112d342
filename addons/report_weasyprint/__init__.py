# SPDX-License-Identifier: AGPL-3.0-only
from . import tools  # first: it quiets the loggers
from . import models
