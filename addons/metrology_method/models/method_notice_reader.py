# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import AccessError


class MetrologyMethodNoticeReader(models.Model):
    """One person who must read a notice, and when he confirmed it."""

    _name = "metrology.method.notice.reader"
    _description = "Reader of a Notice"
    _inherit = ["metrology.guard.mixin"]
    _order = "notice_id desc, id"
    _rec_name = "notice_id"

    _guard_action_fields = ("notice_id", "employee_id", "read_on")

    notice_id = fields.Many2one(
        comodel_name="metrology.method.notice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    edition_id = fields.Many2one(related="notice_id.edition_id", store=True, index=True)
    method_id = fields.Many2one(related="notice_id.method_id", store=True)
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    grace_date = fields.Date(related="notice_id.grace_date", store=True)
    amendment = fields.Text(related="notice_id.amendment", string="What Changed")
    training_note = fields.Text(related="notice_id.training_note")
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        related="employee_id.user_id", string="Login", store=True, index=True
    )
    read_on = fields.Datetime(string="Read on", readonly=True)

    _person_uniq = models.UniqueIndex(
        "(notice_id, employee_id)", "The person is named already."
    )

    def action_read(self):
        """Confirm that I have read and understood it.

        :raises AccessError: it is another person's to read
        """
        for reader in self.sudo():
            if reader.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(person)s confirms himself that he has read %(notice)s.",
                        person=reader.employee_id.name,
                        notice=reader.notice_id.name,
                    )
                )
        unread = self.sudo().filtered(lambda reader: not reader.read_on)
        unread.write({"read_on": fields.Datetime.now()})
        return True
