# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class MetrologyMandatoryCatalogue(models.Model):
    """An edition of the state's catalogue of instruments under mandatory verification.

    实施强制管理的计量器具目录: which kinds of instruments, in which use, must be verified.
    ``_classify`` says it for instruments, with the reason and the edition.
    """

    _name = "metrology.mandatory.catalogue"
    _description = "Mandatory Verification Catalogue"
    _inherit = ["mail.thread", "metrology.four.eyes.mixin"]
    _order = "date_from desc, id desc"

    _guard_frozen_fields = (
        *("name", "number", "date_from", "date_to"),
        *("authority", "company_id", "file", "file_name"),
    )

    name = fields.Char(required=True, tracking=True)
    number = fields.Char(
        string="Announcement", required=True, tracking=True, help="Number and year."
    )
    authority = fields.Char(string="Issued by", tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the catalogue holds for all companies.",
    )
    date_from = fields.Date(string="In Force from", required=True, tracking=True)
    date_to = fields.Date(
        string="In Force until",
        tracking=True,
        help="The last day; empty while no later edition is known.",
    )
    approved_on = fields.Date(tracking=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("upcoming", "Upcoming"),
            ("in_force", "In Force"),
            ("superseded", "Superseded"),
        ],
        compute="_compute_state",
    )
    item_ids = fields.One2many(
        comodel_name="metrology.mandatory.item",
        inverse_name="catalogue_id",
        string="Items",
        copy=True,
    )
    item_count = fields.Integer(compute="_compute_item_count")
    file = fields.Binary(string="Document", attachment=True, copy=False)
    file_name = fields.Char()
    note = fields.Text()

    _number_uniq = models.UniqueIndex(
        "(number, COALESCE(company_id, 0))", "The catalogue is entered already."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A catalogue cannot end before it comes into force.",
    )

    @api.depends("approved_on", "date_from", "date_to")
    @api.depends_context("company")
    def _compute_state(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for catalogue in self:
            if not catalogue.approved_on:
                catalogue.state = "draft"
            elif catalogue.date_from > today:
                catalogue.state = "upcoming"
            elif catalogue.date_to and catalogue.date_to < today:
                catalogue.state = "superseded"
            else:
                catalogue.state = "in_force"

    @api.depends("item_ids")
    def _compute_item_count(self):
        for catalogue in self:
            catalogue.item_count = len(catalogue.item_ids)

    @api.constrains("date_from", "date_to", "approved_on", "company_id")
    def _check_not_overlapping(self):
        approved = self.search([("approved_on", "!=", False)], order="date_from, id")
        for catalogue in self.filtered("approved_on"):
            for other in approved - catalogue:
                companies = {catalogue.company_id.id, other.company_id.id}
                if len(companies - {False}) > 1:
                    continue
                first, second = sorted((catalogue, other), key=lambda c: c.date_from)
                if not first.date_to or first.date_to >= second.date_from:
                    raise ValidationError(
                        self.env._(
                            "%(first)s and %(second)s would be in force at the same "
                            "time. End the earlier one first.",
                            first=first.display_name,
                            second=second.display_name,
                        )
                    )

    def _four_eyes_lock(self):
        # Two catalogues approved at once would be in force at the same time.
        self._lock_owners(self.sudo().search([]))
        return super()._four_eyes_lock()

    def _get_approval_blockers(self, day):
        """Add: it has items, and each names its types of instruments."""
        result = super()._get_approval_blockers(day)
        for catalogue in self:
            if not catalogue.item_ids:
                result[catalogue.id].append(
                    (
                        "empty",
                        self.env._(
                            "%(name)s has no items yet.", name=catalogue.display_name
                        ),
                    )
                )
            result[catalogue.id] += [
                (
                    "no_type",
                    self.env._(
                        "%(catalogue)s, item %(item)s: name the instrument types it "
                        "means, or note that none of them is served.",
                        catalogue=catalogue.name,
                        item=item.display_name,
                    ),
                )
                for item in catalogue.item_ids
                if not item.instrument_type_ids and not item.is_not_served
            ]
        return result

    def _approve(self, day):
        """The edition before each ends on the day before it."""
        for catalogue in self.sorted("date_from"):
            before = self.search(
                [
                    ("approved_on", "!=", False),
                    ("date_to", "=", False),
                    ("date_from", "<", catalogue.date_from),
                    ("company_id", "in", [catalogue.company_id.id, False]),
                ]
            )
            before._guard_open().write(
                {"date_to": fields.Date.subtract(catalogue.date_from, days=1)}
            )
            super(MetrologyMandatoryCatalogue, catalogue)._approve(day)
        return True

    # What others ask ----------------------------------------------------------

    @api.model
    def _get_in_force(self, day):
        """Return the catalogue in force on ``day`` (empty where none is entered)."""
        return self.search(
            Domain("approved_on", "!=", False)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
            & Domain("company_id", "in", [self.env.company.id, False]),
            order="company_id, id desc",
            limit=1,
        )

    @api.model
    def _classify(self, rows, day):
        """Say of instruments whether they are under mandatory verification, and why.

        :param rows: iterable of (metrology.instrument.type, use or False)
        :param datetime.date day: the institution's calendar day
        :return: {(type id, use): dict(mandatory, decided, item, catalogue, reason)};
            where no catalogue is in force, or the use is not told, it is not
            ``decided`` and the type's own mark is given
        :rtype: dict[tuple, dict]

        A fixed number of queries for any number of rows.
        """
        catalogue = self.sudo()._get_in_force(day)
        by_type = {}
        for item in catalogue.item_ids:
            for kind in item.instrument_type_ids:
                by_type.setdefault(kind.id, []).append(item)
        result = {}
        for kind, use in rows:
            if (kind.id, use) in result:
                continue
            path = [int(part) for part in (kind.parent_path or "").split("/") if part]
            items = [item for id_ in reversed(path) for item in by_type.get(id_, ())]
            result[kind.id, use] = self._classify_one(catalogue, items, kind, use)
        return result

    @api.model
    def _classify_one(self, catalogue, items, kind, use):
        none = self.env["metrology.mandatory.item"]
        answer = {
            "mandatory": kind.mandatory,
            "decided": False,
            "item": none,
            "catalogue": catalogue,
            "reason": self.env._("By the mark of the instrument type."),
        }
        if not catalogue or not kind:
            return answer
        values = {"catalogue": catalogue.number, "type": kind.name}
        hit = next((item for item in items if item._applies_to(use)), none)
        if hit:
            return {
                "mandatory": hit.supervision != "p",
                "decided": True,
                "item": hit,
                "catalogue": catalogue,
                "reason": self.env._(
                    "%(catalogue)s, item %(item)s: %(condition)s",
                    item=hit.display_name,
                    condition=hit.condition_text or hit._use_words(),
                    **values,
                ),
            }
        if items and not use:
            answer["item"] = items[0]
            answer["reason"] = self.env._(
                "%(catalogue)s, item %(item)s, depends on the use, which is not told: "
                "by the mark of the instrument type.",
                item=items[0].display_name,
                **values,
            )
            return answer
        answer |= {"mandatory": False, "decided": True}
        answer["reason"] = (
            self.env._(
                "%(catalogue)s, item %(item)s, does not mean this use.",
                item=items[0].display_name,
                **values,
            )
            if items
            else self.env._("%(type)s does not stand in %(catalogue)s.", **values)
        )
        return answer
