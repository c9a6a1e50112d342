# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyCertificate(models.Model):
    """Opinions and interpretations: given only by who is authorized to (S1-7.2-3).

    ISO/IEC 17025 7.8.7: they are marked as such, and the institution names who may.
    """

    _inherit = "metrology.certificate"

    opinions = fields.Text(
        string="Opinions and Interpretations",
        help="Printed below the results, marked as opinion. The signatory needs the "
        "authorization to give opinions for the capability.",
    )

    def write(self, vals):
        if "opinions" in vals and self._guard_is_closed():
            for certificate in self:
                if certificate.state != "editing":
                    raise UserError(
                        self.env._(
                            "The certificate %(name)s has been submitted. To change "
                            "its opinions, have it returned to the tester.",
                            name=certificate.display_name,
                        )
                    )
        return super().write(vals)

    def _prepare_content(self):
        content = super()._prepare_content()
        if (self.opinions or "").strip():
            content["opinions"] = self.opinions.strip()
        return content

    def _get_approve_blockers(self):
        """Add: the signatory is not authorized to give the opinions that stand in it."""
        blockers = super()._get_approve_blockers()
        if (self.content or {}).get("opinions"):
            employee = self._get_employee()
            today = self.env["metrology.calendar"]._today(self.company_id)
            refusals = self.env["metrology.authorization"]._get_refusals(
                employee, self.job_id.sudo().capability_id, "opinion", today
            )
            blockers += refusals[employee.id]
        return blockers
