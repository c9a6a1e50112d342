# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyApprovalChildMixin(models.AbstractModel):
    """The lines of a document with approval: frozen together with it.

    Set ``_approval_parent_field`` to the Many2one of the document.
    """

    _name = "metrology.approval.child.mixin"
    _description = "Line of an Approved Document"

    _approval_parent_field = None

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._approval_check_parent()
        return lines

    def write(self, vals):
        self._approval_check_parent()
        result = super().write(vals)
        if self._approval_parent_field in vals:
            self._approval_check_parent()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._approval_check_parent()

    def _approval_check_parent(self):
        parents = self.mapped(self._approval_parent_field)
        if not parents._approval_is_step():
            parents._approval_check_not_frozen()
