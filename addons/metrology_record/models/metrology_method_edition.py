# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.fields import Domain


class MetrologyMethodEdition(models.Model):
    """A change of an edition touches the templates that record work by it."""

    _inherit = "metrology.method.edition"

    def _get_affected(self):
        result = super()._get_affected()
        templates = (
            self.env["metrology.record.template"]
            .sudo()
            .search(
                Domain("method_ids", "in", self.method_id.ids)
                | Domain("capability_ids.method_id", "in", self.method_id.ids)
            )
        )
        for edition in self:
            for template in templates:
                methods = template.method_ids | template.capability_ids.method_id
                if edition.method_id in methods:
                    user = template.department_id.manager_id.user_id
                    result.append((edition, template, user or template.create_uid))
        return result
