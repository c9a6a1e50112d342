# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.tools import SQL


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def module_uninstall(self):
        """Let go of the foreign keys of what leaves, then uninstall as Odoo does.

        Odoo deletes the records an addon brought (units, roles, kinds of documents)
        before it drops the tables whose rows name them; a key that restricts would stop
        it there, although those rows leave too.
        """
        self._drop_leaving_foreign_keys()
        return super().module_uninstall()

    def _drop_leaving_foreign_keys(self):
        """Drop the foreign keys of every stored column that only these modules own."""
        owners = self.env["ir.model.data"]._read_group(
            [("model", "=", "ir.model.fields")], ["res_id"], ["module:array_agg"]
        )
        leaving = set(self.mapped("name"))
        going = self.env["ir.model.fields"].browse(
            res_id for res_id, modules in owners if leaving.issuperset(modules)
        )
        columns = {
            (self.env[field.model]._table, field.name)
            for field in going.exists()
            if field.ttype == "many2one" and field.store and field.model in self.env
        }
        self.env.cr.execute(
            """
            SELECT cls.relname, att.attname, con.conname
              FROM pg_constraint con
              JOIN pg_class cls ON cls.oid = con.conrelid
              JOIN pg_attribute att
                ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
             WHERE con.contype = 'f'
               AND con.connamespace = current_schema()::regnamespace
            """
        )
        for table, column, constraint in self.env.cr.fetchall():
            if (table, column) in columns:
                self.env.cr.execute(
                    SQL(
                        "ALTER TABLE %s DROP CONSTRAINT %s",
                        SQL.identifier(table),
                        SQL.identifier(constraint),
                    )
                )
