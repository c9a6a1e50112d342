# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    metrology_record_messages,
    metrology_record_template,
    metrology_record_template_case,
    metrology_record_template_version,
    metrology_record,
    metrology_record_entry,
    metrology_record_signature,
    metrology_record_steps,
    metrology_result,
    metrology_job,
    metrology_instrument,
    metrology_work,
    res_company,
    res_config_settings,
)
