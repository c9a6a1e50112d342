# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyProposalMixin(models.AbstractModel):
    """Terms that one person proposes and another approves: draft, approved, ended.

    How to use: give ``state`` the model's labels of the three states, name what is
    agreed in ``_guard_frozen_fields`` and who decides in ``_proposal_roles``.  What
    was approved is ended, never edited or deleted.  For several levels or amounts see
    ``metrology.approval.mixin``.
    """

    _name = "metrology.proposal.mixin"
    _description = "Proposed by One, Approved by Another"
    _inherit = ["metrology.guard.mixin"]

    _guard_action_fields = ("state", "proposed_by_id", "approved_by_id", "approved_on")

    #: groups, separated by commas, one of which the approving person needs
    _proposal_roles = ""

    state = fields.Selection(
        # By name, so that a model may give the list without a warning of Odoo.
        selection="_proposal_states",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    approved_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _proposal_states(self):
        """Return the states; each model gives its own labels, which are translated."""
        return [(state, state) for state in ("draft", "approved", "ended")]

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s was approved and stays on file. End it instead.",
                        record=record.display_name,
                    )
                )

    def action_approve(self):
        """Approve proposals; never by the one who made them.

        :raises AccessError: the caller does not have the role that decides this
        :raises UserError: decided already, or proposed by the caller
        """
        self._proposal_check()
        self._require_state("draft")
        for record in self:
            if record.proposed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(record)s was proposed by you: another person approves it.",
                        record=record.display_name,
                    )
                )
        self._guard_open().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )

    def action_end(self):
        """End what was proposed or approved, at once."""
        self._proposal_check()
        self._require_state("draft", "approved")
        for record in self:
            record._guard_open().write(record._prepare_end())

    def _prepare_end(self):
        """Return the values that end this one record. Hook."""
        self.ensure_one()
        return {"state": "ended"}

    def _proposal_check(self):
        """Check the caller's right to decide and lock the records."""
        self.check_access("write")
        self._guard_check_group(self._proposal_roles)
        self._lock()
