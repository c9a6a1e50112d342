# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyGrant(models.Model):
    """A certificate by which an authority lets the institution work.

    Authorisation (计量授权证书), accreditation or approval, with the projects it covers
    as capabilities: when it lapses or is suspended, none of them may be served
    (JJF 1069, 4.1.2).
    """

    _name = "metrology.grant"
    _description = "Authorisation Certificate"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.lifecycle.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "date_to, name, id"
    _rec_names_search = ["name", "authority"]
    _check_company_auto = True

    _guard_frozen_fields = (
        *("name", "kind", "authority", "company_id"),
        *("file", "file_name"),
    )
    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = {
        "active": "metrology.group_technical_head",
        "suspended": "metrology.group_technical_head,metrology.group_quality",
        "withdrawn": "metrology.group_technical_head",
    }

    name = fields.Char(string="Certificate Number", required=True, tracking=True)
    kind = fields.Selection(
        selection=[
            ("authorisation", "Metrological authorisation"),
            ("accreditation", "Accreditation"),
            ("approval", "Qualification approval"),
            ("establishment", "Statutory establishment"),
            ("other", "Other"),
        ],
        required=True,
        default="authorisation",
        tracking=True,
    )
    authority = fields.Char(required=True, tracking=True, help="Who granted it.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    date_from = fields.Date(string="Valid from", required=True, tracking=True)
    date_to = fields.Date(required=True, tracking=True)
    file = fields.Binary(string="Certificate", attachment=True, copy=False)
    file_name = fields.Char()
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "In Force"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
        ]
    )
    capability_ids = fields.One2many(
        comodel_name="metrology.capability",
        inverse_name="grant_id",
        string="Projects",
        help="The authorised projects with their ranges.",
    )
    capability_count = fields.Integer(compute="_compute_capability_count")
    note = fields.Text()

    _name_uniq = models.UniqueIndex(
        "(name, company_id)", "A certificate of this number is entered already."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A certificate cannot end before it starts."
    )

    @api.depends("capability_ids")
    def _compute_capability_count(self):
        counts = dict(
            self.env["metrology.capability"]._read_group(
                [("grant_id", "in", self.ids)], ["grant_id"], ["__count"]
            )
        )
        for grant in self:
            grant.capability_count = counts.get(grant._origin, 0)

    def _guard_is_frozen(self):
        return self.state != "draft"

    def _guard_get_frozen(self):
        """The copy of the certificate may come later, never another one."""
        frozen = super()._guard_get_frozen()
        if self.file:
            return frozen
        return tuple(name for name in frozen if name not in ("file", "file_name"))

    def action_withdraw(self, reason=None):
        """End certificates for ever, for a reason."""
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    def _get_validity_blockers(self, day):
        """Say why nothing may be done under each certificate on ``day``.

        :return: {grant id: [(code, message)]}, with an entry for each; no query
        :rtype: dict[int, list[tuple[str, str]]]
        """
        result = {}
        for grant in self:
            values = {
                "number": grant.name,
                "from": grant.date_from,
                "to": grant.date_to,
                "state": grant._state_label(),
            }
            blockers = []
            if grant.state != "active":
                blockers.append(
                    (
                        "grant_state",
                        self.env._(
                            "The authorisation %(number)s is not in force (%(state)s).",
                            **values,
                        ),
                    )
                )
            if grant.date_from > day:
                blockers.append(
                    (
                        "grant_not_yet",
                        self.env._(
                            "The authorisation %(number)s is valid from %(from)s only.",
                            **values,
                        ),
                    )
                )
            if grant.date_to < day:
                blockers.append(
                    (
                        "grant_expired",
                        self.env._(
                            "The authorisation %(number)s expired on %(to)s: nothing "
                            "may be done under it.",
                            **values,
                        ),
                    )
                )
            result[grant.id] = blockers
        return result

    def action_open_capabilities(self):
        """Show the projects of this certificate."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_capability"
        )
        action["domain"] = [("grant_id", "=", self.id)]
        action["context"] = {"default_grant_id": self.id}
        return action

    def _expiry_is_wanted(self):
        return self.state in ("active", "suspended")
