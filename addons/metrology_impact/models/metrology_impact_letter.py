# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_impact_analysis import DECIDER_GROUPS

SENDER_GROUPS = f"{DECIDER_GROUPS},metrology.group_business"


class MetrologyImpactLetter(models.Model):
    """What one customer is told about his certificates: drafted, read, then sent.

    By e-mail or printed and posted; once sent it stays as it is.
    """

    _name = "metrology.impact.letter"
    _description = "Letter about Results in Question"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "subject"

    _guard_action_fields = (
        "analysis_id",
        "partner_id",
        "state",
        "sent_on",
        "sent_by_id",
        "way",
    )
    _guard_frozen_fields = ("subject", "body")

    analysis_id = fields.Many2one(
        comodel_name="metrology.impact.analysis",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="analysis_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    email = fields.Char(related="partner_id.email")
    line_ids = fields.One2many(
        comodel_name="metrology.impact.line",
        inverse_name="letter_id",
        string="Certificates",
        readonly=True,
    )
    subject = fields.Char(required=True)
    body = fields.Html(string="Text", sanitize=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("sent", "Sent")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    way = fields.Selection(
        selection=[("email", "E-mail"), ("paper", "On Paper")],
        string="Sent by Way of",
        readonly=True,
    )
    sent_by_id = fields.Many2one(
        comodel_name="res.users", string="Sent by", readonly=True, ondelete="restrict"
    )
    sent_on = fields.Datetime(readonly=True)

    _partner_uniq = models.UniqueIndex(
        "(analysis_id, partner_id) WHERE state = 'draft'",
        "The customer has a draft of this analysis already.",
    )

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for letter in self:
            raise UserError(
                self.env._(
                    "The letter to %(partner)s stays on file.",
                    partner=letter.partner_id.display_name,
                )
            )

    @api.model
    def _draft(self, lines, reason):
        """Put lines into the draft of their customer, making it where there is none.

        :param lines: metrology.impact.line of one analysis
        """
        analysis = lines.analysis_id
        drafts = {
            letter.partner_id: letter
            for letter in self.search(
                [("analysis_id", "in", analysis.ids), ("state", "=", "draft")]
            )
        }
        groups = lines.filtered(lambda line: not line.letter_id).grouped(
            lambda line: line.partner_id.commercial_partner_id
        )
        for partner, mine in groups.items():
            letter = drafts.get(partner)
            if not letter:
                # Written in the customer's language; without one, in the institution's.
                lang = partner.lang or analysis.company_id.partner_id.lang
                letter = self._guard_open().create(
                    self.with_context(lang=lang)._prepare_letter(
                        analysis[:1], partner, reason
                    )
                )
            mine._guard_open().write({"letter_id": letter.id})

    @api.model
    def _prepare_letter(self, analysis, partner, reason):
        paragraphs = [
            self.env._("Dear customer,"),
            self.env._(
                "The measurement standard %(equipment)s, with which we measured your "
                "instruments, was found on %(day)s not to be in order. Results stated "
                "in the certificates listed below may be affected.",
                equipment=analysis.equipment_id.name,
                day=analysis.finding_date,
            ),
            reason,
            self.env._(
                "Please do not rely on these results until you hear from us, and tell "
                "us what you have used them for. We will measure the instruments again "
                "or replace the certificates free of charge."
            ),
        ]
        return {
            "analysis_id": analysis.id,
            "partner_id": partner.id,
            "subject": self.env._(
                "Notice about certificates issued by %(company)s",
                company=analysis.company_id.name,
            ),
            "body": Markup("").join(Markup("<p>%s</p>") % one for one in paragraphs),
        }

    def action_send(self):
        """Send the letters by e-mail, with the list of certificates.

        :raises UserError: the customer has no address
        """
        self._begin()
        for letter in self.sudo():
            if not (letter.partner_id.email or "").strip():
                raise UserError(
                    self.env._(
                        "%(partner)s has no e-mail address: print the letter, post it, "
                        "and note it as posted.",
                        partner=letter.partner_id.display_name,
                    )
                )
            letter.message_post(
                body=(letter.body or Markup("")) + letter._get_table(),
                subject=letter.subject,
                partner_ids=letter.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return self._note_sent("email")

    def action_posted(self):
        """Note that the printed letters were posted or handed over."""
        self._begin()
        return self._note_sent("paper")

    def _begin(self):
        self._guard_check_group(SENDER_GROUPS)
        self.check_access("read")
        self.sudo().lock_for_update()
        self.invalidate_recordset()
        for letter in self:
            if letter.state != "draft":
                raise UserError(
                    self.env._(
                        "The letter to %(partner)s was sent already.",
                        partner=letter.partner_id.display_name,
                    )
                )

    def _note_sent(self, way):
        self.sudo()._guard_open().write(
            {
                "state": "sent",
                "way": way,
                "sent_by_id": self.env.uid,
                "sent_on": fields.Datetime.now(),
            }
        )
        return True

    def _get_table(self):
        """Return the list of the certificates as HTML, for mail."""
        self.ensure_one()
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                line.certificate_id.name,
                line.instrument_id.name,
                line.serial_number or "",
            )
            for line in self.line_ids
        )
        return Markup("<table>%s</table>") % rows

    def _get_printed_day(self):
        """Return the institution's day of the letter: when it was sent, else drafted."""
        self.ensure_one()
        zone = self.company_id.partner_id.tz or "Asia/Shanghai"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.sent_on or self.create_date
        ).date()
