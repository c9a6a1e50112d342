# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyPersonalMixin(models.AbstractModel):
    """A document about one person, of one company.

    How to use: say in ``_personal_final`` the state in which it is on file; from then
    on ``_guard_frozen_fields`` do not change and it is not deleted. A model whose states
    are judged elsewhere (``metrology.lifecycle.mixin``) leaves it empty.
    """

    _name = "metrology.personal.mixin"
    _description = "Document about a Person"
    _inherit = ["metrology.guard.mixin"]
    _rec_names_search = ["employee_id.name"]

    #: state in which the document is on file for ever
    _personal_final = None

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        related="employee_id.user_id",
        string="Login",
        store=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    def _guard_is_frozen(self):
        if self._personal_final:
            return self.state == self._personal_final
        return super()._guard_is_frozen()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        for record in self:
            if self._personal_final and record.state == self._personal_final:
                raise UserError(
                    self.env._(
                        "%(document)s is “%(state)s” and stays on file.",
                        document=record.display_name,
                        state=record._state_label(),
                    )
                )
