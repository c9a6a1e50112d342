# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Days after which who has not read it is not assigned any more.
GRACE_DAYS = 15


class MetrologyMethodNotice(models.Model):
    """A change of a method that everybody who works by it must read.

    Made when an edition is approved for use.  Who has not confirmed the reading after
    the grace date is not assigned to work by the method (CNAS/medical rules, 6.7 b).
    """

    _name = "metrology.method.notice"
    _description = "Notice of a Method Change"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "date desc, id desc"

    # Whom it concerns and since when follows from the edition.
    _guard_action_fields = ("edition_id", "date", "name", "reader_ids")

    name = fields.Char(required=True, translate=False)
    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        required=True,
        index=True,
        ondelete="cascade",
    )
    method_id = fields.Many2one(related="edition_id.method_id", store=True, index=True)
    company_id = fields.Many2one(related="edition_id.company_id", store=True)
    date = fields.Date(required=True, readonly=True)
    in_force_from = fields.Date(related="edition_id.date_from")
    grace_date = fields.Date(
        required=True,
        tracking=True,
        help="The last day on which one may be assigned without having read it.",
    )
    amendment = fields.Text(related="edition_id.amendment", string="What Changed")
    training_note = fields.Text(
        string="Training Needed", help="What has to be learnt or practised before."
    )
    reader_ids = fields.One2many(
        comodel_name="metrology.method.notice.reader",
        inverse_name="notice_id",
        string="To Be Read by",
    )
    reader_count = fields.Integer(string="Persons", compute="_compute_counts")
    unread_count = fields.Integer(string="Unread", compute="_compute_counts")

    _edition_uniq = models.UniqueIndex(
        "(edition_id)", "The edition has its notice already."
    )

    @api.depends("reader_ids.read_on")
    def _compute_counts(self):
        counts = {}
        for notice, read_on, count in self.env[
            "metrology.method.notice.reader"
        ]._read_group(
            [("notice_id", "in", self.ids)], ["notice_id", "read_on:year"], ["__count"]
        ):
            row = counts.setdefault(notice.id, [0, 0])
            row[0] += count
            row[1] += 0 if read_on else count
        for notice in self:
            notice.reader_count, notice.unread_count = counts.get(notice.id, (0, 0))

    @api.model
    def _announce(self, editions):
        """Make the notices of editions approved for use, with everybody to read them.

        Editions that are over already change nobody's work, and the first edition of a
        method changes nothing: persons are trained and authorised for it.
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        editions = editions.filtered(
            lambda edition: (
                (not edition.date_to or edition.date_to >= today)
                and any(
                    other.approved_on and other.date_from < edition.date_from
                    for other in edition.sudo().method_id.edition_ids
                )
            )
        )
        known = self.sudo().search([("edition_id", "in", editions.ids)]).edition_id
        notices = self.sudo().create(
            [
                {
                    "name": self.env._(
                        "%(edition)s comes into force on %(day)s",
                        edition=edition.name,
                        day=edition.date_from,
                    ),
                    "edition_id": edition.id,
                    "date": today,
                    "grace_date": max(today, edition.date_from)
                    + timedelta(days=GRACE_DAYS),
                }
                for edition in editions - known
            ]
        )
        notices._add_readers()
        return notices

    def _add_readers(self):
        """Add whom the notices have come to concern; who is on them stays.

        :return: the new metrology.method.notice.reader; a fixed number of queries
        """
        notices = self.sudo()
        wanted = notices.edition_id._get_notice_employees()
        known = {
            (reader.notice_id.id, reader.employee_id.id)
            for reader in notices.reader_ids
        }
        readers = notices.reader_ids.create(
            [
                {"notice_id": notice.id, "employee_id": employee.id}
                for notice in notices
                for employee in wanted.get(notice.edition_id.id, ())
                if (notice.id, employee.id) not in known
            ]
        )
        for notice in readers.notice_id:
            mine = readers.filtered(lambda one, n=notice: one.notice_id == n)
            partners = mine.employee_id.user_id.partner_id
            if partners:
                notice.message_post(
                    body=self.env._(
                        "Read what changes and confirm it by %(day)s; after that day "
                        "nobody is assigned who has not.",
                        day=notice.grace_date,
                    ),
                    partner_ids=partners.ids,
                    subtype_xmlid="mail.mt_comment",
                )
        return readers

    @api.model
    def _cron_add_readers(self):
        """Add who was authorized since to the notices whose days of grace go on.

        Who is authorized later is trained for the edition that is in force then.
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        self.search(
            [
                ("edition_id.withdrawn_on", "=", False),
                ("grace_date", ">=", today),
            ]
        )._add_readers()

    @api.model
    def _get_unread(self, employees, methods, day):
        """Return who has not read of a change of which the grace date is over.

        :param employees: recordset of hr.employee
        :param methods: recordset of metrology.method, or None for all
        :return: {(employee id, method id): the unread metrology.method.notice}
        :rtype: dict[tuple[int, int], recordset]

        Two queries for any number of persons and methods.
        """
        domain = (
            Domain("employee_id", "in", employees.ids)
            & Domain("read_on", "=", False)
            & Domain("grace_date", "<", day)
            & Domain("edition_id.withdrawn_on", "=", False)
            & (
                Domain("edition_id.date_to", "=", False)
                | Domain("edition_id.date_to", ">=", day)
            )
        )
        if methods is not None:
            domain &= Domain("method_id", "in", methods.ids)
        readers = self.env["metrology.method.notice.reader"].sudo()
        return {
            (reader.employee_id.id, reader.method_id.id): reader.notice_id
            for reader in readers.search(domain, order="id desc")
        }
