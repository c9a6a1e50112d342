# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MetrologyRecord(models.Model):
    """The signatures on a record."""

    _inherit = "metrology.record"

    def _sign(self, role, now):
        """Append the caller's signature to each record."""
        vals_list = []
        for record in self.sudo():
            mine = self.env.user.employee_ids
            employee = (
                (mine & record.executor_ids)[:1] if role == "execute" else mine[:1]
            )
            vals_list.append(
                {
                    "record_id": record.id,
                    "role": role,
                    "employee_id": (employee or mine[:1]).id,
                    "user_id": self.env.uid,
                    "name": (employee or mine[:1]).sudo().name,
                    "signed_on": now,
                    "digest": record._get_digest(),
                }
            )
        self.env["metrology.record.signature"]._with_key().create(vals_list)

    def _get_signers(self, role, valid=False):
        """Return the users who signed this one record in a role.

        :param str role: ``execute`` or ``check``
        :param bool valid: only by signatures that hold, under what the record says now
        """
        self.ensure_one()
        record = self.sudo()
        digest = record._get_digest() if valid else None
        return record.signature_ids.filtered(
            lambda one: (
                one.role == role and (not valid or (one.valid and one.digest == digest))
            )
        ).user_id

    def _get_signature_blockers(self):
        """Say which signature records lack: an executor's, another person's check.

        :return: ``[(code, message)]``; JJF 1069, 7.5: no result leaves the house that
            was not executed by one person and checked by another (S1-7.5-2)
        """
        blockers = []
        for record in self:
            executors = record._get_signers("execute", valid=True)
            checkers = record._get_signers("check", valid=True) - executors
            if not executors:
                blockers.append(
                    (
                        "record_unsigned",
                        self.env._(
                            "The technical record %(name)s is not signed by an "
                            "executor.",
                            name=record.display_name,
                        ),
                    )
                )
            if not checkers or record.state not in ("checked", "locked"):
                blockers.append(
                    (
                        "record_unchecked",
                        self.env._(
                            "The technical record %(name)s has not been checked.",
                            name=record.display_name,
                        ),
                    )
                )
        return blockers

    @api.model
    def _lock_to_make(self, records):
        """Lock the rows for which something is made once: a record, a signature.

        A lock alone is no news to the second of two clicks: after waiting it still reads
        what was there before.  A row that has been updated makes PostgreSQL report a
        serialization failure, Odoo repeats the request, and it finds what is made.
        """
        records._lock()
        if records.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date WHERE id IN %s",
                    SQL.identifier(records._table),
                    tuple(records.ids),
                )
            )

    def action_cosign(self, password=None):
        """Sign a submitted record as a further executor."""
        if password is None:
            return self._open_signing("cosign")
        self._lock_to_make(self)
        self._require_state("submitted")
        self._check_executor()
        for record in self:
            signers = record.signature_ids.filtered(
                lambda one: one.valid and one.role == "execute"
            ).user_id
            if self.env.user in signers:
                raise UserError(
                    self.env._(
                        "You have signed %(record)s.", record=record.display_name
                    )
                )
        self.env["metrology.signing"]._authenticate(password)
        self._sign("execute", fields.Datetime.now())
        return True

    def _open_signing(self, step):
        names = {
            "submit": self.env._("Sign and Submit"),
            "cosign": self.env._("Sign as Executor"),
            "check": self.env._("Check and Sign"),
            "mentor": self.env._("Sign as Mentor"),
        }
        # Made beforehand: of a dialog that is only created by its button, the password
        # would not reach the button.
        dialog = self.env["metrology.record.sign"].create(
            {"step": step, "record_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": names[step],
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }
