# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MetrologyStandardMember(models.Model):
    """A piece of equipment in the file of a measurement standard.

    A member may have substitutes of the same type in the file: where the member may
    not be used on a day, the standard works with a substitute that may.  Once the
    standard is in use its file changes by approved changes only
    (``metrology.standard.change``).
    """

    _name = "metrology.standard.member"
    _description = "Member of a Measurement Standard"
    _inherit = ["metrology.guard.mixin"]
    _order = "standard_id, role desc, sequence, id"
    _rec_name = "equipment_id"

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
    )
    role = fields.Selection(
        selection=[("auxiliary", "Auxiliary"), ("main", "Main")],
        required=True,
        default="main",
    )
    substitute_for_id = fields.Many2one(
        comodel_name="metrology.standard.member",
        string="Substitute for",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('standard_id', '=', standard_id), ('substitute_for_id', '=', False)]",
        help="It works only where this member may not be used.",
    )
    substitute_ids = fields.One2many(
        comodel_name="metrology.standard.member",
        inverse_name="substitute_for_id",
        string="Substitutes",
    )
    alternate_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        compute="_compute_alternate_ids",
        string="Of the Same Type",
        help="Usable equipment of the same category that could replace it.",
    )
    model = fields.Char(related="equipment_id.model")
    serial_no = fields.Char(related="equipment_id.serial_no")
    range_text = fields.Char(related="equipment_id.range_text")
    uncertainty_text = fields.Char(related="equipment_id.uncertainty_text")
    metrology_state = fields.Selection(related="equipment_id.metrology_state")
    metrology_validity = fields.Selection(related="equipment_id.metrology_validity")
    traceability_due = fields.Date(related="equipment_id.traceability_due")

    _equipment_uniq = models.Constraint(
        "unique(standard_id, equipment_id)",
        "The equipment is a member of the measurement standard already.",
    )

    @api.depends("standard_id.name", "equipment_id.name")
    def _compute_display_name(self):
        for member in self:
            member.display_name = member.equipment_id.display_name

    @api.depends("equipment_id")
    def _compute_alternate_ids(self):
        day = self.env["metrology.calendar"]._today(self.env.company)
        alternates = self._get_alternates(day)
        for member in self:
            member.alternate_ids = alternates[member.id]

    def _get_alternates(self, day):
        """Return the usable equipment of the same type for each member.

        The same type is the same category of equipment, or the same name where it has
        no category, and the same use; what is in the standard's file is left out.

        :return: {member id: maintenance.equipment}, with an entry for each
        :rtype: dict[int, recordset]

        A fixed number of queries for any number of members.
        """
        Equipment = self.env["maintenance.equipment"]
        own = self.equipment_id
        found = Equipment.search(
            [
                ("metrology_use", "in", own.mapped("metrology_use")),
                ("company_id", "in", [False, *self.company_id.ids]),
                "|",
                ("category_id", "in", own.category_id.ids),
                ("name", "in", own.mapped("name")),
            ]
        )
        blockers = found._get_validity_blockers(day)
        usable = found.filtered(lambda equipment: not blockers[equipment.id])
        return {
            member.id: usable.filtered(
                lambda equipment, member=member: member._is_alternate(equipment)
            )
            for member in self
        }

    def _is_alternate(self, equipment):
        """Tell whether ``equipment`` is of the type of this one member's. Hook."""
        self.ensure_one()
        own = self.equipment_id
        if equipment in self.standard_id.member_ids.equipment_id:
            return False
        if equipment.metrology_use != own.metrology_use or (
            equipment.company_id and equipment.company_id != self.company_id
        ):
            return False
        if own.category_id:
            return equipment.category_id == own.category_id
        return equipment.name == own.name

    def _is_main(self):
        self.ensure_one()
        return self.role == "main" and not self.substitute_for_id

    def _get_working(self, blockers):
        """Return which member works in the place of each member of one standard.

        :param dict blockers: {equipment id: [(code, message)]}, for every member
        :return: {member: the member itself, or a substitute of it that may be used
            where it may not}; substitutes have no entry of their own
        """
        result = {}
        for member in self:
            if member.substitute_for_id:
                continue
            result[member] = member
            if blockers[member.equipment_id.id]:
                fit = self.filtered(
                    lambda other, member=member: (
                        other.substitute_for_id == member
                        and not blockers[other.equipment_id.id]
                    )
                )
                result[member] = fit[:1] or member
        return result

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._check_file_open()
        return members

    def write(self, vals):
        if set(vals) & {"standard_id", "equipment_id", "role", "substitute_for_id"}:
            self._check_file_open()
        result = super().write(vals)
        if "standard_id" in vals:
            self._check_file_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self._check_file_open()

    def _check_file_open(self):
        """Refuse to change the file of a standard that is in use.

        A change document that was approved holds the key.
        """
        for standard in self.standard_id:
            if standard._guard_is_frozen() and not standard._guard_has_key():
                raise UserError(
                    self.env._(
                        "The file of %(standard)s names its equipment: register a "
                        "change of the standard and have it approved to replace, add "
                        "or remove a member.",
                        standard=standard.display_name,
                    )
                )

    @api.constrains("substitute_for_id", "standard_id")
    def _check_substitute(self):
        for member in self:
            other = member.substitute_for_id
            if not other:
                continue
            if (
                other == member
                or other.standard_id != member.standard_id
                or other.substitute_for_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(equipment)s can only be the substitute for a member of the "
                        "same measurement standard that is no substitute itself.",
                        equipment=member.equipment_id.display_name,
                    )
                )

    @api.constrains("equipment_id", "standard_id")
    def _check_equipment(self):
        for member in self:
            equipment = member.equipment_id
            if equipment.metrology_use == "none":
                raise ValidationError(
                    self.env._(
                        "%(equipment)s is not for measuring: set its use first.",
                        equipment=equipment.display_name,
                    )
                )
            if (
                equipment.company_id
                and equipment.company_id != member.standard_id.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(equipment)s belongs to another company than %(standard)s.",
                        equipment=equipment.display_name,
                        standard=member.standard_id.display_name,
                    )
                )

    def action_replace(self):
        """Open a change that replaces this member, with the first of its type."""
        self.ensure_one()
        return self.standard_id.with_context(
            default_kind="replace",
            default_member_id=self.id,
            default_equipment_id=self.alternate_ids[:1].id,
        ).action_new_change()
