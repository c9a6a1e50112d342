# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEnvironmentRequirement(models.Model):
    """Conditions that a method or a capability asks for, wherever it is worked."""

    _inherit = "metrology.environment.requirement"

    _guard_frozen_fields = (
        "room_id",
        "company_id",
        "reference",
        "file",
        "change",
        "method_id",
        "capability_id",
    )

    method_id = fields.Many2one(
        comodel_name="metrology.method",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )

    _method_version_uniq = models.UniqueIndex(
        "(method_id, version) WHERE method_id IS NOT NULL",
        "The method has this version already.",
    )
    _method_force_uniq = models.UniqueIndex(
        "(method_id) WHERE method_id IS NOT NULL AND state = 'approved'",
        "One version of a method's conditions is in force.",
    )
    _capability_version_uniq = models.UniqueIndex(
        "(capability_id, version) WHERE capability_id IS NOT NULL",
        "The capability has this version already.",
    )
    _capability_force_uniq = models.UniqueIndex(
        "(capability_id) WHERE capability_id IS NOT NULL AND state = 'approved'",
        "One version of a capability's conditions is in force.",
    )

    @api.model
    def _get_owner_fields(self):
        return [*super()._get_owner_fields(), "method_id", "capability_id"]

    @api.model
    def _get_for_capabilities(self, capabilities):
        """Return the conditions that capabilities ask for, their methods' included.

        :return: {capability id: (limits in force, [sentence about what is unapproved])}
        :rtype: dict[int, tuple[recordset, list[str]]]

        Two queries for any number of capabilities.
        """
        own = self._get_in_force("capability_id", capabilities)
        by_method = self._get_in_force("method_id", capabilities.method_id)
        every = self.sudo().union(
            *(one[0] for one in (*own.values(), *by_method.values()))
        )
        every.limit_ids.element_id.mapped("unit_id.symbol")
        result = {}
        for capability in capabilities:
            limits = self.env["metrology.environment.limit"].sudo()
            waiting = []
            for owner, (current, draft) in (
                (capability, own[capability.id]),
                (
                    capability.method_id,
                    by_method.get(capability.method_id.id, (self.browse(), False)),
                ),
            ):
                limits |= current.limit_ids
                if draft and not current:
                    waiting.append(
                        self.env._(
                            "The conditions of %(owner)s are not approved: the "
                            "technical head approves them.",
                            owner=owner.sudo().display_name,
                        )
                    )
            result[capability.id] = (limits, waiting)
        return result
