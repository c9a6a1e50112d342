# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyFourEyesMixin(models.AbstractModel):
    """A document that counts once another person than who entered it approved it.

    How to use: put ``action_approve`` into the form, say in ``_get_approval_blockers``
    what is missing, and do in ``_after_approved`` what follows.  What
    ``_guard_frozen_fields`` names is closed from then on.
    """

    _name = "metrology.four.eyes.mixin"
    _description = "Approved by Another Person"
    _inherit = ["metrology.guard.mixin"]

    _guard_action_fields = ("approved_on", "approved_by_id")
    #: Groups, separated by commas, one of which the approving person needs.
    _four_eyes_roles = "metrology.group_technical_head"

    approved_on = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )

    def action_approve(self):
        """Approve drafts of somebody else's.

        :raises AccessError: the caller does not have the role
        :raises UserError: what is missing, by document
        """
        self._guard_check_group(self._four_eyes_roles)
        self.check_access("write")
        self._four_eyes_lock()
        day = self.env["metrology.calendar"]._today(self.env.company)
        blockers = self._get_approval_blockers(day)
        messages = [message for record in self for _c, message in blockers[record.id]]
        if messages:
            raise UserError("\n".join(dict.fromkeys(messages)))
        self._approve(day)
        self._after_approved()
        return True

    def _four_eyes_lock(self):
        """Lock what two approvals at once must not both change. Hook."""
        self._lock()

    def _approve(self, day):
        """Write the approval. Hook."""
        return self._guard_open().write(
            {"approved_on": day, "approved_by_id": self.env.uid}
        )

    def _after_approved(self):
        """Do what follows an approval. Hook."""

    def _get_approval_blockers(self, day):
        """Say what stands against approving each document. Hook.

        The superuser (data files, set-up) takes over what was in use before, so his
        own documents are no matter.

        :return: {record id: [(code, message)]}, with an entry for each
        :rtype: dict[int, list[tuple[str, str]]]
        """
        result = {}
        for record in self:
            blockers = []
            name = record.display_name
            if record.approved_on:
                blockers.append(
                    ("approved", self.env._("%(name)s is approved already.", name=name))
                )
            elif record.create_uid == self.env.user and not self.env.su:
                blockers.append(
                    (
                        "own",
                        self.env._(
                            "%(name)s was entered by you: another person must approve "
                            "it.",
                            name=name,
                        ),
                    )
                )
            result[record.id] = blockers
        return result

    def _guard_is_frozen(self):
        return bool(self.approved_on)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for record in self:
            if record.approved_on:
                raise UserError(
                    self.env._(
                        "%(name)s was approved for use and stays on file. Withdraw it "
                        "instead.",
                        name=record.display_name,
                    )
                )
