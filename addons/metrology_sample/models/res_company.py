# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

#: Code of our operation type -> the kind of operation it is for Odoo.
_PICKING_TYPES = {"receive": "incoming", "hand_over": "internal", "release": "outgoing"}


class ResCompany(models.Model):
    _inherit = "res.company"

    metrology_store_id = fields.Many2one(
        comodel_name="stock.location",
        string="Sample Store",
        domain="[('usage', '=', 'internal')]",
        help="Where received samples are put first.",
    )
    metrology_departments_location_id = fields.Many2one(
        comodel_name="stock.location", string="Departments (custody)"
    )
    metrology_receive_type_id = fields.Many2one("stock.picking.type")
    metrology_hand_over_type_id = fields.Many2one("stock.picking.type")
    metrology_release_type_id = fields.Many2one("stock.picking.type")

    def _metrology_custody_setup(self):
        """Return the company with its store, locations and operation types.

        Made on first use, under a lock of the company's row, so that two desks do
        not make two stores.
        """
        self.ensure_one()
        company = self.sudo()
        if company.metrology_release_type_id and company.metrology_store_id:
            return company
        company.lock_for_update(allow_referencing=True)
        company.invalidate_recordset()
        warehouse = self.env["stock.warehouse"].sudo()
        warehouse = warehouse.search([("company_id", "=", company.id)], limit=1)
        if not warehouse:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse: create one in Inventory first.",
                    company=company.name,
                )
            )
        if not company.metrology_store_id:
            company.metrology_store_id = self._metrology_make_location(
                warehouse, self.env._("Sample Store"), "internal"
            )
        if not company.metrology_departments_location_id:
            company.metrology_departments_location_id = self._metrology_make_location(
                warehouse, self.env._("Departments"), "view"
            )
        names = {
            "receive": self.env._("Sample Reception"),
            "hand_over": self.env._("Sample Hand-Over"),
            "release": self.env._("Sample Release"),
        }
        for code, kind in _PICKING_TYPES.items():
            field = f"metrology_{code}_type_id"
            if not company[field]:
                company[field] = (
                    self.env["stock.picking.type"]
                    .sudo()
                    .create(
                        {
                            "name": names[code],
                            "code": kind,
                            "sequence_code": {"receive": "SR", "hand_over": "SH"}.get(
                                code, "SO"
                            ),
                            "warehouse_id": warehouse.id,
                            "company_id": company.id,
                            "reservation_method": "manual",
                            "default_location_src_id": company.metrology_store_id.id,
                            "default_location_dest_id": company.metrology_store_id.id,
                            "use_create_lots": False,
                            "use_existing_lots": True,
                        }
                    )
                )
        return company

    def _metrology_make_location(self, warehouse, name, usage):
        return (
            self.env["stock.location"]
            .sudo()
            .create(
                {
                    "name": name,
                    "usage": usage,
                    "location_id": warehouse.view_location_id.id,
                    "company_id": self.id,
                }
            )
        )
