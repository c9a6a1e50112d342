# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a line says of its edition.
_FOUND = (
    *("result", "new_name", "effective_date", "source", "note"),
    *("evidence", "evidence_name"),
)


class MetrologyMethodReviewLine(models.Model):
    """What a novelty review found for one edition, where, by whom and when."""

    _name = "metrology.method.review.line"
    _description = "Line of a Novelty Review"
    _inherit = ["metrology.guard.mixin"]
    _order = "review_id, method_id, id"
    _rec_name = "edition_id"

    _guard_action_fields = ("checked_by_id", "checked_on")
    _guard_frozen_fields = ("review_id", "edition_id")

    review_id = fields.Many2one(
        comodel_name="metrology.method.review",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    review_state = fields.Selection(
        related="review_id.state", string="State of the Review"
    )
    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        required=True,
        index=True,
        ondelete="restrict",
    )
    method_id = fields.Many2one(related="edition_id.method_id", store=True)
    service_kind = fields.Selection(related="edition_id.service_kind")
    edition_date_from = fields.Date(
        related="edition_id.date_from", string="In Force from"
    )
    result = fields.Selection(
        selection=[
            ("unchecked", "Unchecked"),
            ("current", "In force"),
            ("amended", "Amended"),
            ("replaced", "Replaced"),
            ("abolished", "Abolished"),
        ],
        required=True,
        default="unchecked",
        index=True,
    )
    new_name = fields.Char(
        string="Replaced by", help="Number with year of the new edition."
    )
    effective_date = fields.Date(
        string="As of",
        help="The day on which the new edition or the amendment comes into force, or "
        "from which the old one is abolished.",
    )
    source = fields.Char(
        string="Where Looked",
        help="The announcement or the public catalogue that was consulted.",
    )
    note = fields.Char(string="What Changed")
    evidence = fields.Binary(attachment=True, copy=False)
    evidence_name = fields.Char()
    checked_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    checked_on = fields.Date(readonly=True)

    _edition_uniq = models.UniqueIndex(
        "(review_id, edition_id)", "The edition stands in the review already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.review_id._check_open()
        lines.filtered(lambda line: line.result != "unchecked")._note_check()
        return lines

    def write(self, vals):
        self.review_id._check_open()
        result = super().write(vals)
        # Whoever changes what was found has looked, not the one before him.
        if set(_FOUND) & set(vals):
            self._note_check()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.review_id._check_open()

    def _guard_is_frozen(self):
        # What was looked up is said of this edition in this review, of no other.
        return self.result != "unchecked"

    def _note_check(self):
        """Note who looked and when; nobody types that."""
        unchecked = self.filtered(lambda line: line.result == "unchecked")
        unchecked._guard_open().write({"checked_by_id": False, "checked_on": False})
        today = self.env["metrology.calendar"]._today(self.env.company)
        (self - unchecked)._guard_open().write(
            {"checked_by_id": self.env.uid, "checked_on": today}
        )

    def action_current(self):
        """Say of the chosen lines that their editions are still in force."""
        wrong = self.filtered(lambda line: not line.source)
        if wrong:
            raise UserError(
                self.env._(
                    "%(edition)s: enter where you looked first.",
                    edition=wrong[0].edition_id.name,
                )
            )
        self.write({"result": "current"})
        return True

    def _get_blockers(self):
        """Return what keeps the review of these lines from closing."""
        blockers = []
        needed = {
            "current": ("source",),
            "amended": ("source", "effective_date", "note"),
            "replaced": ("source", "new_name", "effective_date"),
            "abolished": ("source", "effective_date"),
        }
        for line in self:
            edition = line.edition_id
            if line.result == "unchecked":
                blockers.append(
                    (
                        "unchecked",
                        self.env._(
                            "%(edition)s has not been checked.", edition=edition.name
                        ),
                    )
                )
                continue
            missing = [name for name in needed[line.result] if not line[name]]
            if missing:
                blockers.append(
                    (
                        "incomplete",
                        self.env._(
                            "%(edition)s: fill in %(fields)s.",
                            edition=edition.name,
                            fields=self._guard_labels(missing),
                        ),
                    )
                )
            elif line.result == "replaced" and (
                line.effective_date <= edition.date_from
                or line.new_name.strip() == edition.name
            ):
                blockers.append(
                    (
                        "wrong",
                        self.env._(
                            "%(edition)s cannot be replaced by %(new)s as of %(day)s: "
                            "that is not a later edition.",
                            edition=edition.name,
                            new=line.new_name,
                            day=line.effective_date,
                        ),
                    )
                )
        return blockers

    def _apply(self):
        """Carry the results over to the editions and note what they touch."""
        Effect = self.env["metrology.method.effect"]
        for line in self:
            # Superuser: quality closes reviews, approved editions have a guard of
            # their own; the check of the roles was made before.
            edition = line.sudo().edition_id
            if line.result == "replaced":
                line._replace(edition)
            elif line.result == "abolished":
                edition._withdraw(
                    line.effective_date,
                    self.env._(
                        "Abolished as of %(day)s (%(review)s)",
                        day=line.effective_date,
                        review=line.review_id.display_name,
                    ),
                )
            elif line.result == "amended":
                edition.message_post(
                    body=self.env._(
                        "Amended as of %(day)s: %(note)s",
                        day=line.effective_date,
                        note=line.note,
                    )
                )
                text = f"{line.effective_date}: {line.note}"
                edition._guard_open().amendment = "\n".join(
                    part for part in (edition.amendment, text) if part
                )
                Effect._flag(edition, "amended")

    def _replace(self, edition):
        """Enter the new edition as a draft and end the old one on the day before."""
        self.ensure_one()
        known = edition.search(
            [
                ("method_id", "=", edition.method_id.id),
                ("name", "=", self.new_name.strip()),
            ]
        )
        if not known:
            self.env["metrology.method.edition"].create(
                {
                    "name": self.new_name.strip(),
                    "method_id": edition.method_id.id,
                    "date_from": self.effective_date,
                    "amendment": self.note,
                }
            )
        if not edition.date_to or edition.date_to >= self.effective_date:
            edition._end_before(self.effective_date, self.new_name.strip())
