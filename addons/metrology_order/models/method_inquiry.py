# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyMethodInquiry(models.Model):
    """What the customer was told about the method he asked for, and his answer.

    JJF 1069, 5.2.3: where a method is not suitable or out of date, the customer is told.
    The line waits until the answer is entered.
    """

    _name = "metrology.method.inquiry"
    _description = "Inquiry on the Method"
    _inherit = ["metrology.guard.mixin"]
    _order = "id desc"
    _rec_name = "requested_text"

    _guard_action_fields = (
        *("order_line_id", "requested_text", "problem", "proposed_edition_id", "state"),
        *("sent_on", "sent_by_id", "answered_on", "entered_by_id"),
    )
    _guard_frozen_fields = ("answered_by", "channel", "answer_note")

    order_line_id = fields.Many2one(
        comodel_name="metrology.order.line",
        string="Line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    instrument_id = fields.Many2one(related="order_line_id.instrument_id")
    requested_text = fields.Char(string="Asked for", readonly=True)
    problem = fields.Text(string="What Is Wrong", readonly=True)
    proposed_edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Proposed",
        readonly=True,
        ondelete="restrict",
    )
    sent_on = fields.Datetime(string="Told on", readonly=True)
    sent_by_id = fields.Many2one(
        comodel_name="res.users", string="Told by", readonly=True
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Awaiting Customer"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
            ("void", "Void"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    answered_by = fields.Char(help="Who answered for the customer.")
    channel = fields.Selection(
        selection=[
            ("counter", "Counter"),
            ("phone", "Phone"),
            ("mail", "Mail"),
            ("web", "Web / Portal"),
        ],
        string="Answered by Way of",
    )
    answer_note = fields.Char(string="Answer")
    answered_on = fields.Datetime(readonly=True)
    entered_by_id = fields.Many2one(comodel_name="res.users", readonly=True)

    def _guard_is_frozen(self):
        return self.state != "waiting"

    @api.model
    def _ask(self, lines):
        """Tell the customers of the methods of ``lines`` that do not fit.

        One message an order; what was asked about already is not asked again, and a
        question about something else is void.
        """
        problems = lines._get_request_problems()
        editions = lines._editions_in_force()
        open_ones = lines.sudo().inquiry_ids.filtered(lambda one: one.state != "void")
        vals_list = []
        for line in lines:
            text = line.requested_edition_id.name or line.requested_method
            before = open_ones.filtered(
                lambda one, line=line: one.order_line_id == line
            )
            same = before.filtered(lambda one, text=text: one.requested_text == text)
            (before - same).write({"state": "void"})
            if line in problems and not same:
                vals_list.append(
                    {
                        "order_line_id": line.id,
                        "requested_text": text,
                        "problem": problems[line],
                        "proposed_edition_id": editions[line].id,
                        "sent_on": fields.Datetime.now(),
                        "sent_by_id": self.env.uid,
                    }
                )
        inquiries = self.sudo().create(vals_list)
        for order in inquiries.order_id:
            order.message_post(
                body="\n".join(
                    inquiries.filtered(
                        lambda one, order=order: one.order_id == order
                    )._sentences()
                ),
                subject=self.env._("Method for %(order)s", order=order.name),
                partner_ids=order.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return inquiries

    def _sentences(self):
        """Return what the customer is told, a sentence for each question."""
        return [
            self.env._(
                "%(instrument)s: you asked for %(method)s. %(problem)s We propose "
                "%(proposed)s. Please tell us whether you agree.",
                instrument=one.instrument_id.display_name,
                method=one.requested_text,
                problem=one.problem,
                proposed=one.proposed_edition_id.name or "–",
            )
            for one in self
        ]

    def action_agree(self):
        """Enter that the customer agrees to the method proposed."""
        return self._answer("agreed")

    def action_decline(self):
        """Enter that the customer does not agree."""
        return self._answer("declined")

    def _answer(self, state):
        self.check_access("write")
        self.lock_for_update()
        for inquiry in self:
            if inquiry.state != "waiting":
                raise UserError(
                    self.env._(
                        "%(method)s has been answered already.",
                        method=inquiry.requested_text,
                    )
                )
            if not (inquiry.answered_by or "").strip() or not inquiry.channel:
                raise UserError(
                    self.env._(
                        "%(method)s: enter who answered for the customer, and by which "
                        "way.",
                        method=inquiry.requested_text,
                    )
                )
        self._guard_open().write(
            {
                "state": state,
                "answered_on": fields.Datetime.now(),
                "entered_by_id": self.env.uid,
            }
        )
        return True
