# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology_record.models.metrology_impact_analysis import (
    DECIDER_GROUPS,
)

RECALLABLE_STATES = ("checking", "approving", "to_print", "printed")
CHANGING_STATES = ("requested", "reviewed", "modifying")


class MetrologyImpactLine(models.Model):
    """What follows for the certificate of a record in question.

    Recall and replacement go the ordinary way of ``metrology.certificate.change``: the
    decision here is the request, others review and approve it.
    """

    _inherit = "metrology.impact.line"

    _guard_action_fields = (
        "decision",
        "reason",
        "decided_by_id",
        "decided_on",
        "is_held",
        "letter_id",
        "change_id",
    )
    _guard_reason_actions = (
        "action_no_effect",
        "action_hold",
        "action_repeat",
        "action_recall",
        "action_inform",
    )

    certificate_id = fields.Many2one(
        comodel_name="metrology.certificate",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    certificate_state = fields.Selection(
        related="certificate_id.state", string="Certificate Is"
    )
    decision = fields.Selection(
        selection_add=[
            ("inform", "Customer Informed"),
            ("recall", "Recalled"),
            ("replacement", "To Be Replaced"),
        ],
        ondelete={
            "inform": "set null",
            "recall": "set null",
            "replacement": "set null",
        },
    )
    change_id = fields.Many2one(
        comodel_name="metrology.certificate.change",
        string="Change of the Certificate",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    letter_id = fields.Many2one(
        comodel_name="metrology.impact.letter",
        string="Letter",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def action_recall(self, reason=None):
        """Request the recall of certificates still here, the replacement of the rest.

        :raises UserError: a record has no certificate that is signed or out
        """
        if reason is None:
            return self._ask("action_recall")
        reason = self._begin(reason)
        lines = self.sudo()
        for line in lines:
            if line.certificate_state not in (*RECALLABLE_STATES, "released"):
                raise UserError(
                    self.env._(
                        "%(record)s has no certificate that is signed or handed over: "
                        "hold it, or have it measured again.",
                        record=line.record_id.display_name,
                    )
                )
        lines._request_changes(reason)
        for decision, released in (("recall", False), ("replacement", True)):
            chosen = self.filtered(
                lambda line, released=released: (
                    (line.sudo().certificate_state == "released") == released
                )
            )
            if chosen:
                chosen._decide(decision, reason)
        return True

    def _request_changes(self, reason):
        """Request the change of each certificate that is not being changed already."""
        Change = self.env["metrology.certificate.change"]
        running = {
            change.certificate_id: change
            for change in Change.search(
                [
                    ("certificate_id", "in", self.certificate_id.ids),
                    ("state", "in", CHANGING_STATES),
                ]
            )
        }
        todo = self.filtered(lambda line: line.certificate_id not in running)
        changes = Change.create([line._prepare_change(reason) for line in todo])
        if changes:
            changes.action_request()
        running |= {change.certificate_id: change for change in changes}
        for line in self:
            line._guard_open().change_id = running[line.certificate_id]

    def _prepare_change(self, reason):
        self.ensure_one()
        vals = {
            "certificate_id": self.certificate_id.id,
            "reason": self.env._(
                "%(analysis)s: %(reason)s",
                analysis=self.analysis_id.display_name,
                reason=reason,
            ),
        }
        if self.certificate_state == "released":
            vals |= {"correction": "replacement", "content_wrong": True}
        return vals

    def action_inform(self, reason=None):
        """Draft one letter for each customer, with the list of his certificates.

        It may be added to a recall or a replacement; where nothing else was decided it
        is the decision.

        :param str reason: what the customer is told
        :raises UserError: a record has no certificate the customer could hold
        """
        if reason is None:
            return self._ask("action_inform")
        fresh = self.filtered(
            lambda line: line.decision not in ("recall", "replacement")
        )
        reason = fresh._begin(reason) if fresh else self._begin_inform(reason)
        for line in self.sudo():
            if not line.certificate_id.name:
                raise UserError(
                    self.env._(
                        "%(record)s has no certificate with a number: there is nothing "
                        "to inform the customer of.",
                        record=line.record_id.display_name,
                    )
                )
        self.env["metrology.impact.letter"].sudo()._draft(self.sudo(), reason)
        if fresh:
            fresh._decide("inform", reason)
        return True

    def _begin_inform(self, reason):
        self._guard_check_group(DECIDER_GROUPS)
        self.check_access("read")
        if any(line.analysis_id.state != "open" for line in self):
            raise UserError(self.env._("The analysis is closed."))
        return self._guard_check_reason(reason)
