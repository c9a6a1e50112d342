# SPDX-License-Identifier: AGPL-3.0-only
from . import models
from .hooks import post_init_hook
