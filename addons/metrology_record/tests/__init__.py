# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    test_correction,
    test_definition,
    test_entry,
    test_environment,
    test_examples,
    test_mentor,
    test_equipment_use,
    test_js,
    test_method_items,
    test_period,
    test_permission,
    test_printing,
    test_retention,
    test_rights,
    test_scale,
    test_steps,
    test_template,
)
from . import test_record_history
