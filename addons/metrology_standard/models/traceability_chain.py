# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyTraceability(models.Model):
    """The own standard above a certificate, and where its chain ends."""

    _inherit = "metrology.traceability"

    own_standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        string="Own Standard",
        index="btree_not_null",
        ondelete="restrict",
        help="For an internal calibration: the measurement standard it was made with.",
    )

    @api.constrains("own_standard_id", "equipment_id")
    def _check_own_standard(self):
        """A chain that comes back to its equipment leads nowhere."""
        for record in self:
            seen = self.env["metrology.standard"]
            wanted = record.own_standard_id
            while wanted:
                if record.equipment_id in wanted.member_ids.equipment_id:
                    raise ValidationError(
                        self.env._(
                            "%(equipment)s belongs to %(standard)s itself, or to one "
                            "that is traceable through it: the chain would be a "
                            "circle.",
                            equipment=record.equipment_id.display_name,
                            standard=record.own_standard_id.display_name,
                        )
                    )
                seen |= wanted
                wanted = (
                    wanted.member_ids.equipment_id.traceability_id.own_standard_id
                    - seen
                )

    def _reaches_national(self, seen=None):
        """Tell whether the chain of this one certificate ends at a national standard.

        :param seen: metrology.standard already on the way, against circles
        """
        self.ensure_one()
        if "national" in self.link_ids.mapped("level"):
            return True
        seen = seen or self.env["metrology.standard"]
        standard = self.own_standard_id - seen
        if not standard:
            return False
        equipment = standard.member_ids.filtered(
            lambda member: member._is_main()
        ).equipment_id
        return bool(equipment) and all(
            one.traceability_id._reaches_national(seen | standard)
            for one in equipment
            if one.traceability_id
        )
