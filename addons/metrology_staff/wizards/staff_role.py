# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

#: Roles that are key posts: only for persons in the institution's own employment.
KEY_ROLES = ("technical_head", "quality", "signatory", "department_head")


class MetrologyStaffRole(models.TransientModel):
    """Sets the roles of an employee's user account.

    Staff managers and administrators do so, nobody for himself; whoever has or is to
    get the administrator's role is an administrator's business.  What changed is
    written to the person's file.
    """

    _name = "metrology.staff.role"
    _description = "Set Roles"

    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Person", required=True, readonly=True
    )
    user_id = fields.Many2one(related="employee_id.user_id", string="Login")
    role_ids = fields.Many2many(
        comodel_name="res.groups",
        string="Roles",
        domain=lambda self: [("id", "in", self._get_roles().ids)],
        compute="_compute_role_ids",
        store=True,
        readonly=False,
    )

    @api.model
    def _get_roles(self):
        privilege = self.env.ref("metrology.privilege_metrology")
        return (
            self.env["res.groups"].sudo().search([("privilege_id", "=", privilege.id)])
        )

    @api.depends("employee_id")
    def _compute_role_ids(self):
        for wizard in self:
            wizard.role_ids = (
                wizard.employee_id.sudo().user_id.group_ids & self._get_roles()
            ).ids

    def action_apply(self):
        """Give the user account exactly the chosen roles.

        :raises AccessError: the caller may not, or it is his own account
        :raises UserError: the person has no account, or a role is not for him
        """
        self.ensure_one()
        self._check_caller()
        user = self.employee_id.sudo().user_id
        roles = self._get_roles()
        chosen = self.role_ids.sudo() & roles
        before = user.group_ids & roles
        self._check_roles(user, before, chosen)
        user.write(
            {
                "group_ids": [
                    *(Command.unlink(role.id) for role in before - chosen),
                    *(Command.link(role.id) for role in chosen - before),
                ]
            }
        )
        if before != chosen:
            self.employee_id.sudo().message_post(
                body=self.env._(
                    "Roles set by %(user)s: %(before)s → %(after)s",
                    user=self.env.user.name,
                    before=", ".join(before.mapped("name")) or "–",
                    after=", ".join(chosen.mapped("name")) or "–",
                ),
                author_id=self.env.user.partner_id.id,
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_caller(self):
        if not (
            self.env.user.has_group("metrology.group_staff_manager")
            or self.env.user.has_group("metrology.group_administrator")
        ):
            raise AccessError(
                self.env._("Only staff managers and administrators set roles.")
            )
        # A dialog may be made by a call with any person, of any company.
        self.employee_id.check_access("write")
        user = self.employee_id.sudo().user_id
        if not user:
            raise UserError(
                self.env._(
                    "%(person)s has no user account: link one on the employee first.",
                    person=self.employee_id.name,
                )
            )
        if user == self.env.user:
            raise AccessError(
                self.env._("Nobody gives himself a role: another person must do it.")
            )

    def _check_roles(self, user, before, chosen):
        administrator = self.env.ref("metrology.group_administrator").sudo()
        system = self.env.ref("base.group_erp_manager").sudo()
        if not self.env.user.has_group("metrology.group_administrator") and (
            administrator in chosen | before or system in user.all_group_ids
        ):
            raise AccessError(
                self.env._(
                    "The roles of an administrator are set by an administrator only."
                )
            )
        if self.employee_id.sudo().employee_type == "dispatched":
            keys = [self.env.ref(f"metrology.group_{name}").id for name in KEY_ROLES]
            refused = (chosen - before).filtered(lambda role: role.id in keys)
            if refused:
                raise UserError(
                    self.env._(
                        "%(person)s is dispatched labour and cannot hold a key post: "
                        "%(roles)s.",
                        person=self.employee_id.name,
                        roles=", ".join(refused.mapped("name")),
                    )
                )
