# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyCapabilityRequirement(models.Model):
    """A room, or a kind of equipment, that the method of a capability asks for.

    Equipment must be of the class, reach the range and be accurate enough; what may
    serve is the equipment the capability works with (``_get_own_equipment``) and what is
    named on the line.
    """

    _name = "metrology.capability.requirement"
    _description = "Requirement of a Capability"
    _order = "capability_id, sequence, id"
    _check_company_auto = True

    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="capability_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=[("equipment", "Equipment"), ("room", "Room")],
        required=True,
        default="equipment",
    )
    name = fields.Char(string="Required", required=True, help="As the method words it.")
    category_id = fields.Many2one(
        comodel_name="maintenance.equipment.category",
        string="Equipment Class",
        ondelete="restrict",
    )
    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        relation="metrology_capability_requirement_equipment_rel",
        column1="requirement_id",
        column2="equipment_id",
        string="Equipment Named",
        domain="[('metrology_use', '!=', 'none')]",
        help="Equipment that serves beside what the capability works with anyway.",
    )
    room_id = fields.Many2one(
        comodel_name="metrology.room", ondelete="restrict", check_company=True
    )
    quantity = fields.Integer(string="Number", default=1)
    unit_id = fields.Many2one(comodel_name="metrology.unit", ondelete="restrict")
    range_min = fields.Char(string="Range from")
    range_max = fields.Char(string="Range to")
    mpe = fields.Char(
        string="MPE or U at Most",
        help="What the method allows the equipment, as a number without sign.",
    )
    is_met = fields.Boolean(compute="_compute_status", string="Met")
    status_note = fields.Char(compute="_compute_status", string="State")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "At least one piece is required."
    )

    @api.constrains("range_min", "range_max", "mpe", "unit_id")
    def _check_numbers(self):
        for line in self:
            for name in ("range_min", "range_max", "mpe"):
                try:
                    if line[name]:
                        rounding.exact(line[name])
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(requirement)s: "%(text)s" is not a number.',
                            requirement=line.name,
                            text=line[name],
                        )
                    ) from error
            if (line.range_min or line.range_max or line.mpe) and not line.unit_id:
                raise ValidationError(
                    self.env._(
                        "%(requirement)s: give the unit of its numbers.",
                        requirement=line.name,
                    )
                )

    def _compute_status(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        missing = self._origin._get_missing(today)
        for line in self:
            note = missing.get(line._origin.id)
            line.is_met = not note
            line.status_note = note or self.env._("Met")

    def _get_missing(self, day):
        """Say what is missing of each requirement on ``day``.

        :return: {requirement id: text, or False where it is met}
        :rtype: dict[int, str | bool]

        A fixed number of queries for any number of requirements.
        """
        lines = self.sudo()
        own = lines.capability_id._get_own_equipment()
        candidates = lines.equipment_ids.union(*own.values())
        blockers = candidates._get_validity_blockers(day)
        result = {}
        for line in lines:
            if line.kind == "room":
                result[line.id] = line._get_missing_room()
            else:
                result[line.id] = line._get_missing_equipment(
                    own[line.capability_id.id], blockers
                )
        return result

    def _get_missing_room(self):
        self.ensure_one()
        if not self.room_id:
            return self.env._("no room is named")
        if not self.room_id.active:
            return self.env._("%(room)s is given up", room=self.room_id.display_name)
        return False

    def _get_missing_equipment(self, own, blockers):
        """Return what is missing of this one line, given the blockers of all.

        :param own: maintenance.equipment its capability works with
        """
        self.ensure_one()
        fit, reasons = [], []
        for equipment in self._get_candidates(own):
            reason = self._get_misfit(equipment) or next(
                (message for _code, message in blockers[equipment.id]), False
            )
            if reason:
                reasons.append(reason)
            else:
                fit.append(equipment)
        if len(fit) >= self.quantity:
            return False
        if not reasons:
            reasons = [self.env._("no equipment of this kind")]
        return self.env._(
            "%(found)s of %(needed)s: %(reasons)s",
            found=len(fit),
            needed=self.quantity,
            reasons=" ".join(reasons),
        )

    def _get_candidates(self, own):
        """Return what may serve this one requirement, of the equipment ``own`` too."""
        self.ensure_one()
        equipment = self.equipment_ids | own
        if self.category_id:
            equipment = equipment.filtered(
                lambda item: item.category_id == self.category_id
            )
        return equipment

    def _get_misfit(self, equipment):
        """Return why one piece of equipment does not reach this one requirement.

        :return: a sentence, False where it does
        :rtype: str | bool
        """
        self.ensure_one()
        values = {
            "equipment": equipment.display_name,
            "requirement": self.name,
            "unit": self.unit_id.symbol or "",
        }
        unit = self.unit_id
        own = equipment.metrology_unit_id
        if unit and own and own.quantity_id != unit.quantity_id:
            return self.env._(
                "%(equipment)s measures another quantity than %(requirement)s.",
                **values,
            )
        need_low, need_high, need_mpe = (
            rounding.exact(self[name]) if self[name] else None
            for name in ("range_min", "range_max", "mpe")
        )
        low, high, mpe = (
            equipment._in_unit(name, unit) for name in ("range_min", "range_max", "mpe")
        )
        if (need_low is not None and (low is None or low > need_low)) or (
            need_high is not None and (high is None or high < need_high)
        ):
            return self.env._(
                "%(equipment)s does not reach the range of %(requirement)s, "
                "(%(low)s to %(high)s) %(unit)s.",
                low=self.range_min or "…",
                high=self.range_max or "…",
                **values,
            )
        if need_mpe is not None and (mpe is None or mpe > need_mpe):
            return self.env._(
                "%(equipment)s is not accurate enough for %(requirement)s: at most "
                "%(most)s %(unit)s is required, it has %(has)s.",
                most=self.mpe,
                has=equipment.mpe or "–",
                **values,
            )
        return False


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    requirement_ids = fields.One2many(
        "metrology.capability.requirement",
        "capability_id",
        string="Required Rooms and Equipment",
        copy=True,
    )
    completeness = fields.Selection(
        selection=[("complete", "Complete"), ("incomplete", "Incomplete")],
        string="Rooms and Equipment",
        compute="_compute_completeness",
    )

    def _compute_completeness(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        blockers = self._origin._get_requirement_blockers(today)
        for capability in self:
            capability.completeness = (
                "incomplete" if blockers.get(capability._origin.id) else "complete"
            )

    def _get_own_equipment(self):
        """Return the equipment each capability works with. Hook.

        The addon that knows what a capability is served by extends it.

        :return: {capability id: maintenance.equipment}, with an entry for each
        :rtype: dict[int, recordset]
        """
        none = self.env["maintenance.equipment"]
        return dict.fromkeys(self.ids, none)

    def _get_requirement_blockers(self, day):
        """Say which required room or equipment each capability lacks on ``day``.

        :return: {capability id: [(code, message)]}; a fixed number of queries
        :rtype: dict[int, list[tuple[str, str]]]
        """
        missing = self.requirement_ids._get_missing(day)
        return {
            capability.id: [
                (
                    "capability_equipment",
                    self.env._(
                        "The rooms and equipment of %(capability)s are incomplete: "
                        "%(requirement)s, %(missing)s",
                        capability=capability.display_name,
                        requirement=line.name,
                        missing=missing[line.id],
                    ),
                )
                for line in capability.requirement_ids
                if missing[line.id]
            ]
            for capability in self
        }

    def _get_acceptance_blockers(self, day):
        """Add: a room or equipment that the method asks for is missing."""
        result = super()._get_acceptance_blockers(day)
        for key, blockers in self._get_requirement_blockers(day).items():
            result[key].extend(blockers)
        return result

    def _get_activation_blockers(self, day):
        """Add: a room or equipment that the method asks for is missing.

        The equipment is judged, not what it belongs to: a new capability and its
        measurement standard would wait for each other.
        """
        result = super()._get_activation_blockers(day)
        for key, blockers in self._get_requirement_blockers(day).items():
            result[key].extend(blockers)
        return result
