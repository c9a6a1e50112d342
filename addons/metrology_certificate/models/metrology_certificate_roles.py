# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import AccessError, UserError

from .metrology_certificate import PRINT_GROUPS


class MetrologyCertificate(models.Model):
    """Who may take a step of a certificate, and in which state."""

    _inherit = "metrology.certificate"

    def _get_employee(self):
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "The user %(user)s has no employee, so there is nobody whose "
                    "authorization could be looked up. Ask the staff manager.",
                    user=self.env.user.name,
                )
            )
        return employee

    def _authenticate(self, password):
        self.env["metrology.signing"]._authenticate(password)

    def _require_group(self, *groups):
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "This step is for: %(roles)s.",
                    roles=", ".join(
                        self.env.ref(group).sudo().name for group in groups
                    ),
                )
            )

    def _check_may_print(self):
        self._require_group(*PRINT_GROUPS)

    def _may_print(self):
        return any(self.env.user.has_group(group) for group in PRINT_GROUPS)

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "The certificate %(name)s is in the state '%(state)s'. Reload the "
                    "page: somebody may have been faster.",
                    name=self.display_name,
                    state=self._label("state", self.state),
                )
            )

    def _check_is_tester(self, employee):
        self.ensure_one()
        if self.tester_id != employee:
            raise UserError(
                self.env._(
                    "Only the tester %(tester)s can confirm the certificate %(name)s.",
                    tester=self.tester_id.name,
                    name=self.display_name,
                )
            )

    def _check_other_person(self, employee, others):
        self.ensure_one()
        if employee in others:
            raise UserError(
                self.env._(
                    "%(person)s has already signed the certificate %(name)s in another "
                    "role. Tester, checker and signatory are three persons.",
                    person=employee.name,
                    name=self.display_name,
                )
            )
