# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyCertificateSignature(models.Model):
    _inherit = "metrology.certificate.signature"

    on_behalf_of_id = fields.Many2one(
        comodel_name="res.users",
        string="On Behalf of",
        readonly=True,
        help="Who signed stood in for this person.",
    )


class MetrologyCertificate(models.Model):
    """A deputy takes a step in the place of the holder of the role, within the period.

    The role alone can be stood in for: title, authorization and the rule of three
    persons hold for the deputy himself.
    """

    _inherit = "metrology.certificate"

    def _require_group(self, *groups):
        if self._get_principal(*groups):
            return None
        return super()._require_group(*groups)

    def _get_principal(self, *groups):
        """Return for whom the caller stands in today in one of the roles, if he does
        not have one of them himself."""
        users = self.env["res.users"]
        if any(self.env.user.has_group(group) for group in groups):
            return users
        principals = self.env["metrology.deputy"]._get_principals()
        for group in groups:
            principal = principals.get(self.env.ref(group).id)
            if principal:
                return principal
        return users

    def _get_signing_principal(self, role):
        groups = {
            "checker": "metrology.group_checker",
            "approver": "metrology.group_signatory",
        }
        if role not in groups:
            return self.env["res.users"]
        return self._get_principal(groups[role])

    def _prepare_signature(self, role, employee, evidence):
        return {
            **super()._prepare_signature(role, employee, evidence),
            "on_behalf_of_id": self._get_signing_principal(role).id,
        }

    def _sign(self, role, employee, evidence):
        result = super()._sign(role, employee, evidence)
        principal = self._get_signing_principal(role)
        if principal:
            self.sudo().message_post(
                body=self.env._(
                    "%(person)s signed as deputy for %(principal)s.",
                    person=employee.name,
                    principal=principal.sudo().name,
                ),
                author_id=self.env.user.partner_id.id,
            )
        return result
