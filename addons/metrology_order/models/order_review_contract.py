# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

#: How many instruments a sentence about missing contents names.
_NAMED = 5


class MetrologyOrderReview(models.Model):
    """What a contract review must find in the order before it can be passed.

    Content, basis, place and time of the work are looked up, not only ticked; what the
    customer asked for by word of mouth needs who, when and by which channel.

    Source: JJF 1069-2012 / the reviewed seed, 6.1.1.
    """

    _inherit = "metrology.order.review"

    spoken_on = fields.Datetime()
    spoken_channel = fields.Selection(
        selection=[
            ("counter", "At the Counter"),
            ("phone", "Phone"),
            ("visit", "Visit"),
            ("message", "Message"),
        ],
        string="Spoken By Way Of",
    )
    missing_text = fields.Text(
        string="Still Missing",
        compute="_compute_missing_text",
        help="What of content, basis, place and time the order does not say yet.",
    )

    def _compute_missing_text(self):
        for review in self:
            blockers = (
                review._get_contract_blockers() if review.state == "draft" else []
            )
            review.missing_text = "\n".join(text for _code, text in blockers) or False

    def _get_contract_blockers(self):
        """Return which of content, basis, place and time the order lacks.

        :return: ``[(code, message)]``, the code among content, basis, place, time and
            spoken; a fixed number of queries for any number of lines
        """
        self.ensure_one()
        order, lines = self.order_id, self.order_id.line_ids
        editions = lines._editions_in_force()
        without_basis = lines.filtered(lambda line: not editions[line])
        without_time = lines.filtered(lambda line: not line.due_date)
        blockers = []
        if not lines:
            blockers.append(
                ("content", self.env._("content: no instrument and no service"))
            )
        if without_basis:
            blockers.append(
                (
                    "basis",
                    self.env._(
                        "basis: no method in force for %(instruments)s",
                        instruments=self._name_instruments(without_basis),
                    ),
                )
            )
        if not order.place or (
            order.place == "onsite" and not (order.site_address or "").strip()
        ):
            blockers.append(("place", self.env._("place: where the work is done")))
        if without_time:
            blockers.append(
                (
                    "time",
                    self.env._(
                        "time: no promised date for %(instruments)s",
                        instruments=self._name_instruments(without_time),
                    ),
                )
            )
        if (self.requirements_note or "").strip() and not (
            (self.spoken_by or "").strip() and self.spoken_on and self.spoken_channel
        ):
            blockers.append(
                (
                    "spoken",
                    self.env._(
                        "spoken requirements: who asked, when and by which channel"
                    ),
                )
            )
        return blockers

    def _name_instruments(self, lines):
        names = lines[:_NAMED].instrument_id.mapped("display_name")
        if len(lines) > _NAMED:
            names.append("…")
        return ", ".join(names)

    def _get_done_blockers(self):
        """Add what the order does not say; one sentence that lists all of it."""
        found = self._get_contract_blockers()
        blockers = super()._get_done_blockers()
        if found:
            blockers.insert(
                0,
                (
                    "contract_incomplete",
                    self.env._(
                        "Order %(order)s, the review lacks: %(missing)s.",
                        order=self.order_id.display_name,
                        missing="; ".join(text for _code, text in found),
                    ),
                ),
            )
        return blockers
