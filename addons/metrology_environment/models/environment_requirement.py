# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class MetrologyEnvironmentRequirement(models.Model):
    """One version of the documented conditions of a room (or, in later addons, of a
    method or a capability).

    Draft until another person approves it; the version before it is then superseded.
    Only the approved version is in force, and what is in force is never edited.

    Source: ISO/IEC 17025:2017 6.3.2, requirements for facilities are documented.
    """

    _name = "metrology.environment.requirement"
    _description = "Environment Requirement"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _guard_action_fields = (
        "state",
        "version",
        "approved_by_id",
        "approved_on",
        "superseded_on",
    )
    _guard_frozen_fields = (
        "room_id",
        "company_id",
        "reference",
        "file",
        "file_name",
        "change",
    )

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        index="btree_not_null",
        # The database would take versions in force along, without asking them.
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    version = fields.Integer(readonly=True, copy=False, default=0, aggregator=None)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("approved", "In Force"),
            ("superseded", "Superseded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    limit_ids = fields.One2many(
        "metrology.environment.limit", "requirement_id", string="Limits", copy=True
    )
    limit_text = fields.Char(string="Conditions", compute="_compute_limit_text")
    reference = fields.Char(
        string="Document",
        copy=False,
        help="Where it is written: number of the document, procedure or regulation.",
    )
    file = fields.Binary(string="Copy", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    change = fields.Char(
        string="What Changed", copy=False, help="Against the version before, and why."
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    superseded_on = fields.Datetime(readonly=True, copy=False)

    _room_version_uniq = models.UniqueIndex(
        "(room_id, version) WHERE room_id IS NOT NULL",
        "The room has this version already.",
    )
    _room_force_uniq = models.UniqueIndex(
        "(room_id) WHERE room_id IS NOT NULL AND state = 'approved'",
        "One version of a room's limits is in force.",
    )

    # Whose ---------------------------------------------------------------------

    @api.model
    def _get_owner_fields(self):
        """Return the fields one of which names what the conditions are of. Hook."""
        return ["room_id"]

    def _get_owner(self):
        """Return the one record the conditions are of; empty where none is given."""
        self.ensure_one()
        for name in self._get_owner_fields():
            if self[name]:
                return self[name]
        return self.env["metrology.room"]

    def _compute_display_name(self):
        for requirement in self:
            requirement.display_name = self.env._(
                "%(owner)s, conditions V%(version)s",
                owner=requirement._get_owner().sudo().display_name or "–",
                version=requirement.version,
            )

    @api.depends("limit_ids.minimum", "limit_ids.maximum", "limit_ids.element_id")
    def _compute_limit_text(self):
        for requirement in self:
            requirement.limit_text = "; ".join(
                requirement.limit_ids.mapped("display_name")
            )

    @api.constrains(lambda self: self._get_owner_fields())
    def _check_owner(self):
        names = self._get_owner_fields()
        for requirement in self:
            if sum(bool(requirement[name]) for name in names) != 1:
                raise ValidationError(
                    self.env._(
                        "Conditions belong to exactly one of: %(owners)s.",
                        owners=self._guard_labels(names),
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        for requirement in requirements:
            owner = requirement._get_owner()
            if not owner:
                continue
            # One after the other: the number of a version is given once.
            owner.sudo().lock_for_update()
            requirement.sudo()._guard_open().version = (
                max(requirement._siblings().mapped("version"), default=0) + 1
            )
        return requirements

    def _siblings(self):
        """Return the other versions of this one's owner."""
        self.ensure_one()
        owner = self._get_owner()
        name = next(name for name in self._get_owner_fields() if self[name])
        return self.sudo().search([(name, "=", owner.id), ("id", "!=", self.id)])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for requirement in self:
            if requirement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(requirement)s was in force and stays on file.",
                        requirement=requirement.display_name,
                    )
                )

    # Actions -------------------------------------------------------------------

    def action_approve(self):
        """Put drafts in force in place of the versions before them.

        :raises AccessError: not the technical head
        :raises UserError: not a draft, without limits, or entered by the caller
        """
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self._lock()
        now = fields.Datetime.now()
        for requirement in self:
            values = {"requirement": requirement.display_name}
            if requirement.state != "draft":
                raise UserError(
                    self.env._("%(requirement)s is no draft any more.", **values)
                )
            if not requirement.limit_ids:
                raise UserError(
                    self.env._("%(requirement)s has no limits: enter them.", **values)
                )
            authors = requirement.create_uid | requirement.limit_ids.write_uid
            if self.env.user in authors and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(requirement)s was entered by you: another person must "
                        "approve it.",
                        **values,
                    )
                )
            requirement._get_owner().sudo().lock_for_update()
            former = requirement._siblings().filtered(lambda r: r.state == "approved")
            former._guard_open().write({"state": "superseded", "superseded_on": now})
            former.flush_recordset()
            requirement._guard_open().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": now,
                }
            )
            requirement._after_approval()
        return True

    def _after_approval(self):
        """Follow one approved version. Hook; it may refuse by raising."""
        self.ensure_one()
        owner = self._get_owner()
        if "message_ids" in owner._fields:
            owner.message_post(
                body=self.env._(
                    "%(requirement)s is in force: %(limits)s",
                    requirement=self.display_name,
                    limits=self.limit_text,
                )
            )

    def action_new_version(self):
        """Open a draft with the limits of this version, to change them."""
        self.ensure_one()
        # Two clicks open one draft.
        self._lock_owners(self._get_owner().sudo())
        draft = self._siblings().filtered(lambda r: r.state == "draft")[:1]
        draft = draft.with_env(self.env) or self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    # What others ask -----------------------------------------------------------

    @api.model
    def _get_in_force(self, name, owners):
        """Return what is in force for owners, and whether something waits.

        :param str name: the field of the owners, such as room_id
        :return: {owner id: (requirement in force or none, has an unapproved draft)}
        :rtype: dict[int, tuple[recordset, bool]]

        One query for any number of owners.
        """
        result = {owner_id: (self.sudo().browse(), False) for owner_id in owners.ids}
        found = self.sudo().search(
            Domain(name, "in", owners.ids)
            & Domain("state", "in", ("draft", "approved"))
        )
        for requirement in found:
            current, draft = result[requirement[name].id]
            if requirement.state == "approved":
                current = requirement
            else:
                draft = True
            result[requirement[name].id] = (current, draft)
        return result
