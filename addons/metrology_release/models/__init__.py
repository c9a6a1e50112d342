# SPDX-License-Identifier: AGPL-3.0-only
from . import certificate, order, order_documents, release, sample, work
