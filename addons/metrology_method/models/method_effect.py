# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MetrologyMethodEffect(models.Model):
    """Something that the change of an edition touches, until somebody has seen to it.

    Made when an edition is replaced, amended or withdrawn: one row for each capability,
    record template and authorized person that works by it.
    """

    _name = "metrology.method.effect"
    _description = "Effect of a Method Change"
    _inherit = ["metrology.guard.mixin"]
    _order = "state desc, id desc"
    _rec_name = "res_name"

    _guard_action_fields = (
        *("edition_id", "change", "res_model", "res_id", "res_name", "user_id"),
        *("state", "done_by_id", "done_on", "note"),
    )
    _guard_reason_actions = ("action_done",)

    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, index=True, ondelete="cascade"
    )
    change = fields.Selection(
        selection=[
            ("replaced", "Replaced"),
            ("amended", "Amended"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(string="Touches", readonly=True)
    model_name = fields.Char(string="Kind", compute="_compute_model_name")
    user_id = fields.Many2one(
        comodel_name="res.users", string="To See to It", readonly=True, index=True
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    note = fields.Char(string="What Was Done", readonly=True)
    done_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    done_on = fields.Date(readonly=True)

    _open_uniq = models.UniqueIndex(
        "(edition_id, change, res_model, res_id) WHERE state = 'open'",
        "The change is noted for it already.",
    )
    _res_idx = models.Index("(res_model, res_id) WHERE state = 'open'")

    def _compute_model_name(self):
        names = {
            name: self.env["ir.model"]._get(name).name
            for name in set(self.mapped("res_model"))
        }
        for effect in self:
            effect.model_name = names[effect.res_model]

    @api.model
    def _flag(self, editions, change):
        """Note for everything that works by ``editions`` that it is to be looked at.

        What is noted already stays as it is.  A fixed number of queries.
        """
        affected = editions.sudo()._get_affected()
        known = {
            (effect.edition_id.id, effect.res_model, effect.res_id)
            for effect in self.sudo().search(
                [
                    ("edition_id", "in", editions.ids),
                    ("change", "=", change),
                    ("state", "=", "open"),
                ]
            )
        }
        vals_list = []
        for edition, record, user in affected:
            key = (edition.id, record._name, record.id)
            if key in known:
                continue
            known.add(key)
            company = (
                record.company_id if "company_id" in record else edition.company_id
            )
            vals_list.append(
                {
                    "edition_id": edition.id,
                    "change": change,
                    "res_model": record._name,
                    "res_id": record.id,
                    "res_name": record.display_name,
                    "user_id": user.id if user and user.active else False,
                    "company_id": company.id,
                }
            )
        return self.sudo().create(vals_list)

    def action_done(self, note=None):
        """Say what was done about it.

        :param str note: asked for in a dialog when not given
        :raises AccessError: neither the person named nor technical head or quality
        """
        if note is None:
            return self._guard_ask_reason("action_done")
        roles = "metrology.group_technical_head,metrology.group_quality"
        if any(effect.user_id != self.env.user for effect in self):
            self._guard_check_group(roles)
        if not self.has_access("read"):
            raise AccessError(self.env._("These are not yours to see."))
        note = self._guard_check_reason(note)
        effects = self.sudo()
        effects._lock()
        for effect in effects:
            if effect.state == "done":
                raise UserError(
                    self.env._("%(name)s is done already.", name=effect.res_name)
                )
        effects.write(
            {
                "state": "done",
                "note": note,
                "done_by_id": self.env.uid,
                "done_on": self.env["metrology.calendar"]._today(self.env.company),
            }
        )
        return True

    def action_open(self):
        """Open what is touched."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
