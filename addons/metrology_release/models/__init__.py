# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    certificate,
    order,
    order_documents,
    release,
    release_scan,
    release_steps,
    sample,
    work,
)
