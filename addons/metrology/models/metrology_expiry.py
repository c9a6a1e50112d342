# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: The number of a row is made of the place of its kind and the record's id.
_ROOM = 1_000_000_000
SOON_DAYS = 60


class MetrologyExpiry(models.Model):
    """Everything that ends on a day, in one calendar: a view over many models.

    How it works: each row is one date of one record of a model that inherits
    ``metrology.expiry.source``.  The table is a query made for the person who reads,
    out of the ordinary searches of those models, so that access rights and record
    rules of each hold here too, and an addon installed later appears by itself.
    """

    _name = "metrology.expiry"
    _description = "What Expires"
    _auto = False
    _order = "date, id"

    name = fields.Char(compute="_compute_record", search="_search_name")
    kind = fields.Selection(
        selection="_get_kinds", string="What Expires", readonly=True
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    date = fields.Date(string="Valid until", readonly=True)
    department_id = fields.Many2one(comodel_name="hr.department", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", compute="_compute_record"
    )
    days_left = fields.Integer(
        string="Days Left", compute="_compute_urgency", aggregator=None
    )
    urgency = fields.Selection(
        selection=[
            ("overdue", "Overdue"),
            ("soon", "Within the Warning Time"),
            ("later", "Later"),
        ],
        compute="_compute_urgency",
        search="_search_urgency",
    )
    color = fields.Integer(compute="_compute_urgency", aggregator=None)

    # The table ----------------------------------------------------------------

    @property
    def _table_query(self):
        """Return the union of what the reader may read of every model."""
        parts = [
            self._kind_query(number, model, name)
            for number, (model, name) in enumerate(self._get_sources())
        ]
        parts = [part for part in parts if part]
        if not parts:
            parts = [self._empty_query()]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _get_sources(self):
        """Return [(model, date field)] of all kinds, in a stable order."""
        return [
            (model, name)
            for model in self.env["metrology.expiry.source"]._get_expiry_models()
            for name in sorted(self.env[model]._get_expiry_kinds())
        ]

    @api.model
    def _kind_query(self, number, model, name):
        """Return the rows of one kind as SQL; None where the reader may see none."""
        records = self.env[model]
        field = records._fields[name]
        if not records.has_access("read") or not records._has_field_access(
            field, "read"
        ):
            return None
        query = records._search(records._get_expiry_domain(name))
        if query.is_empty():
            return None
        columns = {
            "department_id": records._expiry_department_field,
            "company_id": "company_id",
        }
        found = {
            alias: (
                records._field_to_sql(records._table, column, query)
                if column in records._fields
                and (records._fields[column].store or records._fields[column].inherited)
                else SQL("NULL::integer")
            )
            for alias, column in columns.items()
        }
        return query.select(
            SQL(
                "%s::bigint * %s + %s AS id",
                number,
                _ROOM,
                SQL.identifier(records._table, "id"),
            ),
            SQL("%s::varchar AS kind", f"{model},{name}"),
            SQL("%s::varchar AS res_model", model),
            SQL("%s AS res_id", SQL.identifier(records._table, "id")),
            SQL("%s AS date", records._field_to_sql(records._table, name, query)),
            SQL("%s AS department_id", found["department_id"]),
            SQL("%s AS company_id", found["company_id"]),
        )

    @api.model
    def _empty_query(self):
        return SQL(
            "SELECT NULL::bigint AS id, NULL::varchar AS kind, NULL::varchar AS "
            "res_model, NULL::integer AS res_id, NULL::date AS date, NULL::integer AS "
            "department_id, NULL::integer AS company_id WHERE FALSE"
        )

    # Kinds --------------------------------------------------------------------

    @api.model
    def _get_kinds(self):
        """Return [(key, label)] of everything that can expire here."""
        sources = self._get_sources()
        known = self.env["ir.model"].sudo()
        # Read together: one query for the names of all models.
        known = known.browse({known._get_id(model) for model, _name in sources})
        names = {one.model: one.name for one in known}
        return [
            (
                f"{model},{name}",
                self.env[model]._get_expiry_kinds()[name]["label"] or names[model],
            )
            for model, name in sources
        ]

    @api.model
    def _get_proposed_days(self):
        """Return {kind: days ahead} as the models propose them."""
        return {
            f"{model},{name}": self.env[model]._get_expiry_kinds()[name]["days"]
            for model, name in self._get_sources()
        }

    @api.model
    def _get_warning_days(self):
        """Return {kind: {company id or False: days}} with the rules of the settings."""
        days = {
            kind: {False: proposed}
            for kind, proposed in self._get_proposed_days().items()
        }
        for rule in self.env["metrology.expiry.rule"].sudo().search([]):
            if rule.kind in days:
                days[rule.kind][rule.company_id.id] = rule.days
        return days

    # Computes -----------------------------------------------------------------

    @api.depends("res_model", "res_id")
    @api.depends_context("lang")
    def _compute_record(self):
        by_model = defaultdict(list)
        for row in self:
            by_model[row.res_model].append(row.res_id)
        for row in self:
            record = self.env[row.res_model].browse(row.res_id)
            record = record.with_prefetch(by_model[row.res_model])
            row.name = record.display_name
            # Who is told is no secret of the record: only the name is shown.
            row.user_id = record.sudo()._get_expiry_user()

    def _compute_display_name(self):
        labels = dict(self._get_kinds())
        for row in self:
            # The record first: a calendar has room for a few words only.
            row.display_name = f"{row.name} · {labels[row.kind]}"

    @api.model
    def _search_name(self, operator, value):
        domains = []
        for model in {model for model, _name in self._get_sources()}:
            records = self.env[model]
            if not records.has_access("read"):
                continue
            found = records.search(Domain("display_name", operator, value))
            domains.append(
                Domain("res_model", "=", model) & Domain("res_id", "in", found.ids)
            )
        return Domain.OR(domains)

    @api.depends("date", "kind", "company_id")
    def _compute_urgency(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        warning = self._get_warning_days()
        for row in self:
            left = (row.date - today).days
            rules = warning.get(row.kind, {False: SOON_DAYS})
            ahead = rules.get(row.company_id.id, rules[False])
            row.days_left = left
            if left < 0:
                row.urgency, row.color = "overdue", 1
            elif left <= ahead:
                row.urgency, row.color = "soon", 3
            else:
                row.urgency, row.color = "later", 10

    @api.model
    def _search_urgency(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = self._domain_soon(today)
        parts = {
            "overdue": Domain("date", "<", today),
            "soon": Domain("date", ">=", today) & soon,
            "later": Domain("date", ">=", today) & ~soon,
        }
        return Domain.OR(parts[item] for item in value if item in parts)

    @api.model
    def _domain_soon(self, today):
        """Return the domain of what ends within the warning time of its kind."""
        domains = []
        for kind, rules in self._get_warning_days().items():
            own = [company_id for company_id in rules if company_id]
            for company_id, days in rules.items():
                where = (
                    Domain("company_id", "=", company_id)
                    if company_id
                    else Domain("company_id", "not in", own)
                )
                domains.append(
                    Domain("kind", "=", kind)
                    & where
                    & Domain("date", "<=", today + timedelta(days=days))
                )
        return Domain.OR(domains)

    # Actions ------------------------------------------------------------------

    def action_open_record(self):
        """Open the record that ends."""
        self.ensure_one()
        if not self.env[self.res_model].browse(self.res_id).exists():
            raise UserError(self.env._("The record is gone. Load the page again."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
