# SPDX-License-Identifier: AGPL-3.0-only
from . import ir_actions_report
from . import ir_attachment
from . import metrology_certificate_layout
from . import metrology_seal
from . import metrology_seal_use
from . import metrology_certificate_signature
from . import metrology_certificate_change
from . import metrology_certificate_change_apply
from . import metrology_certificate
from . import metrology_certificate_rules
from . import metrology_certificate_actions
from . import metrology_certificate_steps
from . import metrology_certificate_blockers
from . import metrology_certificate_roles
from . import metrology_certificate_issued
from . import metrology_certificate_content
from . import metrology_certificate_opinion
from . import metrology_certificate_deputy
from . import metrology_certificate_issue
from . import metrology_certificate_public
from . import metrology_record
from . import metrology_work
from . import res_company
from . import res_config_settings
from . import eligibility_open
from . import capability_evidence
from . import (
    metrology_certificate_hold,
    metrology_certificate_retention,
    metrology_record_hold,
)
from . import standard_chain
