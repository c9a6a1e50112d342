# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError


class MetrologyRecordTemplateVersion(models.Model):
    """Which blocks a template cannot do without.

    Something to type in is asked of every template by its definition; what a
    verification must end in comes from its methods: conformity with the legal
    requirements is confirmed or denied (Metrology Law, JJF 1002).
    """

    _inherit = "metrology.record.template.version"

    def _check_ready(self):
        for version in self:
            verifying = version.template_id.method_ids.filtered(
                lambda method: method.service_kind == "verification"
            )
            if verifying and not version._has_verdict():
                raise UserError(
                    self.env._(
                        "%(version)s: a record by %(method)s must end in a verdict. Add "
                        "a block “conclusion” with a decision rule and its checks.",
                        version=version.display_name,
                        method=verifying[0].display_name,
                    )
                )
        return super()._check_ready()

    def _has_verdict(self):
        """Tell whether a block of the definition decides pass or fail."""
        self.ensure_one()
        blocks = (self.definition or {}).get("blocks") or []
        return any(
            isinstance(block, dict) and block.get("kind") == "conclusion"
            for block in blocks
        )
