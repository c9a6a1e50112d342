# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MetrologyFeeCatalogue(models.Model):
    """One edition of the fees, with the document it rests on.

    An edition owns exactly one pricelist.  Its items carry no dates: confirming a
    sale order resets ``date_order`` and would otherwise price the line again.  The
    dates are those of the edition, and a published edition never changes; new fees
    are a new edition.
    """

    _name = "metrology.fee.catalogue"
    _description = "Fee Catalogue"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    edition = fields.Char(required=True, tracking=True)
    legal_basis = fields.Char(
        required=True,
        tracking=True,
        help="The document that sets or allows these fees; printed with every price.",
    )
    authority = fields.Char(help="Who issued the document.")
    nature = fields.Selection(
        selection=[
            ("government", "Set by government"),
            ("guided", "Guided by government"),
            ("market", "Market price"),
        ],
        default="market",
        required=True,
    )
    service_kind = fields.Selection(
        selection="_selection_service_kind",
        help="Empty: for every kind of service that has no edition of its own.",
    )
    date_from = fields.Date(required=True, tracking=True)
    date_to = fields.Date(tracking=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    item_ids = fields.One2many(
        related="pricelist_id.item_ids", readonly=False, string="Fees"
    )
    item_count = fields.Integer(compute="_compute_item_count", string="Number of Fees")
    currency_id = fields.Many2one(related="pricelist_id.currency_id")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    _pricelist_uniq = models.Constraint(
        "unique(pricelist_id)", "A pricelist belongs to one fee catalogue edition only."
    )
    _edition_uniq = models.Constraint(
        "unique(company_id, name, edition)",
        "This edition of the fee catalogue exists already.",
    )
    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A fee catalogue cannot end before it begins.",
    )

    @api.model
    def _selection_service_kind(self):
        return (
            self.env["metrology.order.line"]
            ._fields["service_kind"]
            ._description_selection(self.env)
        )

    @api.depends("name", "edition")
    def _compute_display_name(self):
        for catalogue in self:
            catalogue.display_name = " ".join(
                filter(None, (catalogue.name, catalogue.edition))
            )

    def _compute_item_count(self):
        counts = dict(
            self.env["product.pricelist.item"]._read_group(
                [("pricelist_id", "in", self.pricelist_id.ids)],
                ["pricelist_id"],
                ["__count"],
            )
        )
        for catalogue in self:
            catalogue.item_count = counts.get(catalogue.pricelist_id, 0)

    @api.constrains("state", "date_from", "date_to", "service_kind", "company_id")
    def _check_not_overlapping(self):
        """On one day one published edition per kind of service."""
        published = self.filtered(lambda c: c.state == "published")
        if not published:
            return
        others = self.search(
            [
                ("state", "=", "published"),
                ("company_id", "in", published.company_id.ids),
            ]
        )
        for catalogue in published:
            for other in others - catalogue:
                if (
                    other.company_id == catalogue.company_id
                    and other.service_kind == catalogue.service_kind
                    and (not other.date_to or other.date_to >= catalogue.date_from)
                    and (not catalogue.date_to or catalogue.date_to >= other.date_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "The fee catalogues %(one)s and %(other)s would both be "
                            "in force on the same days. End the older edition the "
                            "day before the new one begins.",
                            one=catalogue.display_name,
                            other=other.display_name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(
                    self.env._("A fee catalogue is made as a draft, then published.")
                )
            if not vals.get("pricelist_id"):
                company = self.env["res.company"].browse(
                    vals.get("company_id") or self.env.company.id
                )
                vals["pricelist_id"] = (
                    self.env["product.pricelist"]
                    .create(
                        {
                            "name": f"{vals.get('name')} {vals.get('edition')}",
                            "company_id": company.id,
                            "currency_id": company.currency_id.id,
                        }
                    )
                    .id
                )
        return super().create(vals_list)

    def write(self, vals):
        frozen = {"name", "edition", "legal_basis", "date_from", "pricelist_id"}
        frozen |= {"service_kind", "company_id"}
        if frozen & vals.keys() and (
            published := self.filtered(lambda c: c.state != "draft")
        ):
            raise UserError(
                self.env._(
                    "%(catalogue)s is published: prices rest on it. Make a new "
                    "edition instead.",
                    catalogue=published[0].display_name,
                )
            )
        if "state" in vals:
            self._check_state_change(vals["state"])
        return super().write(vals)

    def _check_state_change(self, state):
        # A state goes forward only, also over RPC.
        allowed = {"published": ("draft",), "withdrawn": ("draft", "published")}
        for catalogue in self:
            if catalogue.state not in allowed.get(state, ()):
                raise UserError(
                    self.env._(
                        "%(catalogue)s cannot go back; make a new edition instead.",
                        catalogue=catalogue.display_name,
                    )
                )

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for catalogue, vals in zip(self, vals_list, strict=True):
            vals["edition"] = default.get("edition") or self.env._(
                "%(edition)s (new)", edition=catalogue.edition
            )
            vals.pop("item_ids", None)
            vals["pricelist_id"] = catalogue.pricelist_id.copy(
                {"name": f"{catalogue.name} {vals['edition']}"}
            ).id
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for catalogue in self:
            if catalogue.state != "draft":
                raise UserError(
                    self.env._(
                        "%(catalogue)s was published and cannot be deleted; "
                        "withdraw it.",
                        catalogue=catalogue.display_name,
                    )
                )

    def action_publish(self):
        """Put the edition in force from its first day on."""
        self.lock_for_update()
        for catalogue in self:
            if not catalogue.item_count:
                raise UserError(
                    self.env._(
                        "%(catalogue)s holds no fee yet.",
                        catalogue=catalogue.display_name,
                    )
                )
        self.write({"state": "published"})

    def action_withdraw(self):
        self.lock_for_update()
        self.write({"state": "withdrawn"})

    def action_view_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_sale.action_fee_item"
        )
        action["domain"] = [("pricelist_id", "=", self.pricelist_id.id)]
        action["context"] = {
            "default_pricelist_id": self.pricelist_id.id,
            "default_applied_on": "0_product_variant",
            "default_compute_price": "fixed",
            "create": self.state == "draft",
            "edit": self.state == "draft",
            "delete": self.state == "draft",
        }
        return action

    @api.model
    def _get_in_force(self, company, days):
        """Return the published editions that any of ``days`` falls into.

        :rtype: metrology.fee.catalogue, newest first
        """
        if not days:
            return self.browse()
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "published"),
                ("date_from", "<=", max(days)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", min(days)),
            ]
        )

    def _select(self, service_kind, day):
        """Return the edition of ``self`` for a kind of service on a day, or empty."""
        in_force = self.filtered(
            lambda c: c.date_from <= day and (not c.date_to or c.date_to >= day)
        )
        return (
            in_force.filtered(lambda c: c.service_kind == service_kind)
            or in_force.filtered(lambda c: not c.service_kind)
        )[:1]
