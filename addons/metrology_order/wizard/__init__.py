# SPDX-License-Identifier: AGPL-3.0-only
from . import job_assign
from . import job_assign_person
from . import job_assign_workload
from . import job_reason
from . import order_reason
from . import order_sign
