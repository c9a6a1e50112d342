# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyTableHeading(models.Model):
    """What a person has said that a heading of somebody's lists means.

    A list of the same customer with this heading is read so the next time.  An empty
    field says that the column is not used.
    """

    _name = "metrology.table.heading"
    _description = "Remembered Column Heading"
    _order = "partner_id, list_model, heading_key, id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    list_model = fields.Char(required=True, readonly=True)
    list_name = fields.Char(string="Kind of List", compute="_compute_labels")
    heading = fields.Char(string="Heading in the List", required=True, readonly=True)
    heading_key = fields.Char(required=True, readonly=True)
    field_name = fields.Char(readonly=True)
    field_label = fields.Char(string="Is Taken for", compute="_compute_labels")

    _heading_uniq = models.UniqueIndex(
        "(company_id, list_model, COALESCE(partner_id, 0), heading_key)",
        "This heading is remembered for the customer already.",
    )

    @api.depends("list_model", "field_name")
    @api.depends_context("lang")
    def _compute_labels(self):
        labels = {}
        for heading in self:
            model = heading.list_model
            if model not in labels and model in self.env:
                labels[model] = dict(self.env[model]._get_column_choices())
            heading.list_name = self.env["ir.model"]._get(model).name or model
            heading.field_label = labels.get(model, {}).get(
                heading.field_name, heading.field_name
            ) or self.env._("Not used")

    @api.depends("heading")
    def _compute_display_name(self):
        for heading in self:
            heading.display_name = heading.heading

    @api.model
    def _get_known(self, list_model, company, partner):
        """Return ``{heading key: field or ''}`` of one customer's lists."""
        return {
            one.heading_key: one.field_name or ""
            for one in self.sudo().search(
                [
                    ("list_model", "=", list_model),
                    ("company_id", "=", company.id),
                    ("partner_id", "=", partner.id),
                ]
            )
        }

    @api.model
    def _remember(self, list_model, company, partner, said, forgotten):
        """Keep what a person said of headings.

        :param dict said: heading key -> (heading, field or '')
        :param forgotten: heading keys that mean again what every list means by them
        """
        have = {
            one.heading_key: one
            for one in self.sudo().search(
                [
                    ("list_model", "=", list_model),
                    ("company_id", "=", company.id),
                    ("partner_id", "=", partner.id),
                    ("heading_key", "in", [*said, *forgotten]),
                ]
            )
        }
        self.sudo().browse(
            have[key].id for key in forgotten if key in have and key not in said
        ).unlink()
        new = []
        for key, (heading, name) in said.items():
            if key not in have:
                new.append(
                    {
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "list_model": list_model,
                        "heading": heading[:200],
                        "heading_key": key,
                        "field_name": name,
                    }
                )
            elif (have[key].field_name or "") != name:
                have[key].field_name = name
        self.sudo().create(new)
