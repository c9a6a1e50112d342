# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MetrologyAuthorization(models.Model):
    """An authorization to operate equipment names the classes it is for."""

    _inherit = "metrology.authorization"

    equipment_category_ids = fields.Many2many(
        comodel_name="maintenance.equipment.category",
        relation="metrology_authorization_equipment_category_rel",
        column1="authorization_id",
        column2="category_id",
        string="Equipment Classes",
        help="Of an authorization to operate equipment. Empty: all equipment that the "
        "capability works with.",
    )

    def write(self, vals):
        """What was issued is not widened afterwards."""
        if "equipment_category_ids" in vals and not self._guard_has_key():
            for record in self:
                if record._guard_is_frozen():
                    raise UserError(
                        self.env._(
                            "%(authorization)s is issued: issue another one for other "
                            "equipment.",
                            authorization=record.display_name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _get_operators(self, capability_ids, categories, day):
        """Return who may operate each class of equipment under each capability.

        :param capability_ids: list of ids of metrology.capability
        :param categories: maintenance.equipment.category that need an authorization
        :param datetime.date day: the institution's calendar day
        :return: {(capability id, category id): set of hr.employee ids}
        :rtype: dict[tuple[int, int], set[int]]

        A fixed number of queries for any number of capabilities and classes.
        """
        result = {
            (capability_id, category.id): set()
            for capability_id in capability_ids
            for category in categories
        }
        if not result:
            return result
        # Age, second institution and the like speak against a person here, too.
        valid = self._get_authorized(list(capability_ids), ["operate"], day)
        found = self.sudo().search(
            self._domain_in_force(day)
            & Domain("capability_id", "in", list(capability_ids))
            & Domain("activity", "=", "operate")
        )
        for record in found:
            capability_id = record.capability_id.id
            if record.employee_id.id not in valid[capability_id, "operate"].ids:
                continue
            own = record.equipment_category_ids
            for category in (categories & own) if own else categories:
                result[capability_id, category.id].add(record.employee_id.id)
        return result
