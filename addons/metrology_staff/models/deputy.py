# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class MetrologyDeputy(models.Model):
    """Who stands in for whom in which post, from .. to (JJF 1069 7.1 i).

    Within the period the deputy may decide what waits for the post; every such decision
    says for whom.  What the post asks of the person himself (a signatory's title and
    authorization) the deputy must have himself.
    """

    _name = "metrology.deputy"
    _description = "Deputy"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.appointment.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_names_search = ["principal_id.name", "deputy_id.name"]
    _check_company_auto = True
    _expiry_days = 14

    _appointment_person = "principal_id"
    _guard_frozen_fields = (
        "company_id",
        "principal_id",
        "deputy_id",
        "post_id",
        "date_from",
        "date_to",
        "reason",
    )
    _guard_reason_actions = ("action_withdraw",)
    _lifecycle_roles = dict.fromkeys(
        ("active", "withdrawn"),
        "metrology.group_technical_head,metrology.group_quality,"
        "metrology.group_administrator",
    )

    principal_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Holder of the Post",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    deputy_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Deputy",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        related="deputy_id.user_id",
        string="Login of the Deputy",
        store=True,
        index="btree_not_null",
    )
    post_id = fields.Many2one(
        comodel_name="res.groups",
        string="Post",
        required=True,
        ondelete="restrict",
        domain=lambda self: [
            ("privilege_id", "=", self.env.ref("metrology.privilege_metrology").id)
        ],
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    reason = fields.Char(string="Occasion", help="Leave, trip, vacancy, ...")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "Appointed"),
            ("withdrawn", "Withdrawn"),
        ]
    )

    @api.depends("principal_id", "deputy_id", "post_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(deputy)s for %(principal)s (%(post)s)",
                deputy=record.deputy_id.name or "",
                principal=record.principal_id.name or "",
                post=record.post_id.sudo().name or "",
            )

    @api.constrains("principal_id", "deputy_id")
    def _check_two_persons(self):
        for record in self:
            if record.principal_id == record.deputy_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot be his own deputy.",
                        person=record.deputy_id.name,
                    )
                )

    @api.constrains("principal_id", "post_id", "date_from", "date_to", "state")
    def _check_one_at_a_time(self):
        for record in self.filtered(lambda one: one.state == "active"):
            other = self.search(
                [
                    ("id", "!=", record.id),
                    ("principal_id", "=", record.principal_id.id),
                    ("post_id", "=", record.post_id.id),
                    ("state", "=", "active"),
                    ("date_from", "<=", record.date_to),
                    ("date_to", ">=", record.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(other)s is appointed from %(from)s until %(to)s already.",
                        other=other.display_name,
                        to=other.date_to,
                        **{"from": other.date_from},
                    )
                )

    # Actions ------------------------------------------------------------------

    def _get_activation_blockers(self, day):
        """Add: no login, not the holder, dispatched labour, appointing oneself."""
        result = super()._get_activation_blockers(day)
        for record in self:
            result[record.id] += record._own_activation_blockers(day)
        return result

    def _own_activation_blockers(self, day):
        self.ensure_one()
        deputy, principal = self.deputy_id.sudo(), self.principal_id.sudo()
        post = self.post_id.sudo()
        values = {
            "deputy": deputy.name,
            "principal": principal.name,
            "post": post.name,
            "record": self.display_name,
        }
        blockers = []
        if deputy.user_id == self.env.user:
            blockers.append(
                (
                    "deputy_self",
                    self.env._(
                        "%(record)s: nobody appoints himself; another person does it.",
                        **values,
                    ),
                )
            )
        if not deputy.user_id:
            blockers.append(
                (
                    "deputy_login",
                    self.env._("%(deputy)s has no user account.", **values),
                )
            )
        if post not in principal.user_id.all_group_ids:
            blockers.append(
                (
                    "deputy_post",
                    self.env._("%(principal)s is not %(post)s.", **values),
                )
            )
        if deputy.employee_type == "dispatched":
            blockers.append(
                (
                    "deputy_dispatched",
                    self.env._(
                        "%(deputy)s is dispatched labour and cannot stand in for a key "
                        "person.",
                        **values,
                    ),
                )
            )
        if self.date_to < day:
            blockers.append(
                ("deputy_past", self.env._("%(record)s is over already.", **values))
            )
        return blockers

    # What others ask ----------------------------------------------------------

    @api.model
    def _get_principals(self, user=None, day=None):
        """Return for which posts a user stands in for whom on ``day``.

        :return: {res.groups id: res.users of the holder of the post}
        :rtype: dict[int, recordset]

        One query; holders who lost their post or their login are left out.
        """
        user = user or self.env.user
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        result = {}
        for record in self.sudo().search(
            Domain("user_id", "=", user.id) & self._domain_on(day), order="id"
        ):
            principal = record.principal_id.user_id
            if principal.active and record.post_id in principal.all_group_ids:
                result[record.post_id.id] = principal
        return result

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _get_expiry_user(self):
        return self.principal_id.user_id or super()._get_expiry_user()
