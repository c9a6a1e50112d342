# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyLifecycleMixin(models.AbstractModel):
    """What is put in use, suspended and ended, each by a named role and for a reason.

    ``draft -> active <-> suspended -> ended``.  How to use: give ``state`` the model's
    own labels, name the roles in ``_lifecycle_roles``, say in
    ``_get_activation_blockers`` what is missing, and add the action that ends::

        def action_withdraw(self, reason=None):
            return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    ``state`` changes by these actions only, RPC included (``metrology.guard.mixin``).
    """

    _name = "metrology.lifecycle.mixin"
    _description = "Put in Use, Suspended, Ended"
    _inherit = ["metrology.guard.mixin"]

    _guard_action_fields = ("state",)

    #: state -> groups, separated by commas, one of which the deciding person needs;
    #: without an entry the right to write the record is enough
    _lifecycle_roles = {}

    state = fields.Selection(
        # By name, so that a model may give the list without a warning of Odoo.
        selection="_lifecycle_states",
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char(
        string="Reason", readonly=True, copy=False, tracking=True
    )

    @api.model
    def _lifecycle_states(self):
        """Return the states; each model gives its own labels, which are translated."""
        return [
            (state, state) for state in ("draft", "active", "suspended", "withdrawn")
        ]

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "state_reason")

    def write(self, vals):
        """Archive nothing in use: it would be out of work without role and reason."""
        kept = "active" in self._guard_frozen_fields or self._guard_has_key()
        if not vals.get("active", True) and not kept:
            for record in self:
                if record.state in ("active", "suspended"):
                    raise UserError(
                        self.env._(
                            "%(record)s is in use: end it by its button, with the "
                            "reason, before it is archived.",
                            record=record.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s has been in use and stays on file. End it by its "
                        "button instead.",
                        record=record.display_name,
                    )
                )

    def action_activate(self):
        """Put drafts and suspended records in use, when nothing is missing.

        :raises AccessError: the caller does not have the role that decides this
        :raises UserError: with every missing thing of every record, once each
        """
        self._lifecycle_check("active")
        today = self.env["metrology.calendar"]._today(self.env.company)
        blockers = self._get_activation_blockers(today)
        messages = [message for record in self for _c, message in blockers[record.id]]
        if messages:
            # Records that lack the same thing say so once.
            raise UserError("\n".join(dict.fromkeys(messages)))
        self._guard_open().write(self._prepare_activation(today))
        return True

    def _get_activation_blockers(self, day):
        """Say what is missing before each record can be put in use. Hook.

        :param datetime.date day: the institution's calendar day
        :return: {record id: [(code, message)]}, with an entry for each
        :rtype: dict[int, list[tuple[str, str]]]
        """
        return {
            record.id: record._lifecycle_state_blockers(("draft", "suspended"))
            for record in self
        }

    def _prepare_activation(self, day):
        """Return the values that putting in use writes. Hook."""
        return {"state": "active", "state_reason": False}

    def action_suspend(self, reason=None):
        """Take active records out of use for a time, for a reason."""
        return self._lifecycle_leave("action_suspend", "suspended", reason)

    def _lifecycle_leave(self, method, state, reason, allowed=None):
        """Take records out of use, or ask for the reason when none was given.

        :param str method: name of the calling action, which the dialog calls again
        :param str state: what follows
        :param allowed: states from which; by default ``active`` to suspend, and
            everything that was not ended to end
        :raises UserError: a record is in another state, or the reason is empty
        """
        if reason is None:
            return self._guard_ask_reason(method)
        if allowed is None:
            allowed = ("active",) if state == "suspended" else self._lifecycle_open()
        reason = self._guard_check_reason(reason)
        self._lifecycle_check(state)
        messages = [
            message
            for record in self
            for _code, message in record._lifecycle_state_blockers(allowed)
        ]
        if messages:
            raise UserError("\n".join(messages))
        self._guard_open().write({"state": state, "state_reason": reason})
        return True

    def _lifecycle_open(self):
        """Return the states from which a record can be ended."""
        return ("draft", "active", "suspended")

    def _lifecycle_check(self, state):
        """Check the caller's right to decide and lock the records."""
        roles = self._lifecycle_roles.get(state)
        if roles:
            self._guard_check_group(roles)
        self.check_access("write")
        self._lock()

    def _lifecycle_state_blockers(self, allowed):
        """Return the blocker of this one record where its state is another."""
        self.ensure_one()
        if self.state in allowed:
            return []
        return [
            (
                "state",
                self.env._(
                    "%(record)s cannot change from %(state)s that way.",
                    record=self.display_name,
                    state=self._state_label(),
                ),
            )
        ]
