# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

#: Writing any of these changes, moves or hides the file of a field.
_CONTENT = {
    *("raw", "datas", "db_datas", "store_fname", "mimetype", "type", "url"),
    *("res_model", "res_id", "res_field"),
}


class IrAttachment(models.Model):
    """The file of a guarded field is changed through the field only.

    Odoo keeps it as an attachment, which who may write the document could write,
    replace and delete past ``metrology.guard.mixin``. The field itself writes it as
    superuser, after the document has agreed.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_guarded()
        return attachments

    def write(self, vals):
        changes = bool(_CONTENT & set(vals))
        if changes:
            self._check_guarded()
        result = super().write(vals)
        if changes:
            self._check_guarded()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_guarded(self):
        self._check_guarded()

    def _check_guarded(self):
        """Refuse clients the files of fields that their document keeps.

        :raises UserError: naming the document
        """
        if self.env.su:
            return
        for attachment in self.sudo().filtered("res_field"):
            model = self.env.get(attachment.res_model)
            if model is None or not hasattr(model, "_guard_get_frozen"):
                continue
            record = model.sudo().browse(attachment.res_id).exists()
            if record and attachment.res_field in (
                *record._guard_get_frozen(),
                *record._guard_get_action_fields(),
            ):
                raise UserError(
                    self.env._(
                        "The file of %(record)s stays as it is: it is on file.",
                        record=record.display_name,
                    )
                )
