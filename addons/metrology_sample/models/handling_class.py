# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyHandlingClass(models.Model):
    """How samples of a kind are kept: general, fragile, cool, heavy, …

    Each class has one storable product with serial numbers.  It is per handling
    class, not per instrument type, because a serial number never changes its product
    while an instrument's type may be corrected.
    """

    _name = "metrology.handling.class"
    _description = "Handling Class of Samples"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    instruction = fields.Text(
        translate=True, help="Shown at reception and at every hand-over."
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        readonly=True,
        ondelete="restrict",
        help="The storable product whose serial numbers the samples are.",
    )

    _name_uniq = models.UniqueIndex(
        "(product_id)", "A product serves one handling class."
    )

    @api.model_create_multi
    def create(self, vals_list):
        classes = super().create(vals_list)
        missing = classes.filtered(lambda c: not c.product_id)
        products = (
            self.env["product.product"]
            .sudo()
            .create([c._prepare_product_values() for c in missing])
        )
        for handling, product in zip(missing, products, strict=True):
            handling.product_id = product
        return classes

    def _prepare_product_values(self):
        """Values of the storable product: customers own it, it costs nothing."""
        self.ensure_one()
        return {
            "name": self.env._("Sample, %(class)s", **{"class": self.name}),
            "type": "consu",
            "is_storable": True,
            "tracking": "serial",
            "standard_price": 0.0,
            "list_price": 0.0,
            "sale_ok": False,
            "purchase_ok": False,
            "company_id": False,
            "is_metrology_sample": True,
        }

    @api.model
    def _get_default(self):
        """Return the class of samples whose type has none."""
        handling = self.env.ref(
            "metrology_sample.handling_class_general", raise_if_not_found=False
        )
        handling = handling or self.search([], limit=1)
        if not handling:
            raise UserError(self.env._("Enter a handling class of samples first."))
        return handling
