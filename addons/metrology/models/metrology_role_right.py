# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.tools import SQL


class MetrologyRoleRight(models.Model):
    """What each role may do with each kind of record, read from the access rules.

    Nothing is kept here: a query over Odoo's own rights, so that the page cannot say
    anything else than what the server enforces.
    """

    _name = "metrology.role.right"
    _description = "Right of a Role"
    _auto = False
    _order = "model_name, role_id"
    _rec_name = "model_name"

    role_id = fields.Many2one(comodel_name="res.groups", readonly=True)
    model_id = fields.Many2one(
        comodel_name="ir.model", string="Kind of Record", readonly=True
    )
    model_name = fields.Char(string="Technical Name", readonly=True)
    perm_read = fields.Boolean(string="Read", readonly=True)
    perm_write = fields.Boolean(string="Change", readonly=True)
    perm_create = fields.Boolean(string="Create", readonly=True)
    perm_unlink = fields.Boolean(string="Delete", readonly=True)
    right_count = fields.Integer(string="Rights", readonly=True)

    @property
    def _table_query(self):
        privilege = self.env.ref("metrology.privilege_metrology")
        return SQL(
            """
            WITH RECURSIVE held (role_id, group_id) AS (
                SELECT id, id FROM res_groups WHERE privilege_id = %s
                UNION
                SELECT held.role_id, implied.hid
                FROM held JOIN res_groups_implied_rel implied ON implied.gid = held.group_id
            )
            SELECT
                row_number() OVER (ORDER BY held.role_id, model.id) AS id,
                held.role_id,
                model.id AS model_id,
                model.model AS model_name,
                bool_or(access.perm_read) AS perm_read,
                bool_or(access.perm_write) AS perm_write,
                bool_or(access.perm_create) AS perm_create,
                bool_or(access.perm_unlink) AS perm_unlink,
                bool_or(access.perm_read)::int + bool_or(access.perm_write)::int
                    + bool_or(access.perm_create)::int
                    + bool_or(access.perm_unlink)::int AS right_count
            FROM held
            JOIN ir_model_access access
                ON access.group_id = held.group_id AND access.active
            JOIN ir_model model ON model.id = access.model_id
            WHERE model.model LIKE 'metrology.%%' AND NOT model.transient
            GROUP BY held.role_id, model.id, model.model
            """,
            privilege.id,
        )
