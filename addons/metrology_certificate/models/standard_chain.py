# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.tools import SQL


class MetrologyStandard(models.Model):
    _inherit = "metrology.standard"

    def _get_issued(self):
        """Count the certificates issued with each standard, by capability.

        One query for any number of standards and certificates.
        """
        result = super()._get_issued()
        if not self.ids:
            return result
        self.env["metrology.certificate"].flush_model()
        self.env["metrology.job"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT used.metrology_standard_id, job.capability_id, count(*),
                       max(certificate.issue_date)
                  FROM metrology_job_standard_rel AS used
                  JOIN metrology_job AS job ON job.id = used.metrology_job_id
                  JOIN metrology_certificate AS certificate
                    ON certificate.job_id = job.id
                 WHERE used.metrology_standard_id IN %s
                   AND certificate.issue_date IS NOT NULL
              GROUP BY used.metrology_standard_id, job.capability_id
                """,
                tuple(self.ids),
            )
        )
        for standard_id, capability_id, count, last in rows:
            result[standard_id, capability_id] = {"count": count, "last": last}
        return result

    def action_open_node(self, node):
        """Add: the certificates issued under a capability."""
        model, _comma, rest = (node or "").partition(",")
        if model != "issued" or not rest.isdigit():
            return super().action_open_node(node)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_certificate.action_certificate"
        )
        action["domain"] = [
            ("job_id.standard_ids", "in", self.ids),
            ("job_id.capability_id", "=", int(rest)),
            ("issue_date", "!=", False),
        ]
        action["context"] = {}
        return action
