# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.data import clean, differences
from ..tools.definition import localise
from .metrology_record import OPEN_STATES, SEALED_STATES


class EditConflict(UserError):
    """Somebody else has saved the record in the meantime."""


class MetrologyRecord(models.Model):
    """What the entry sheet asks for over RPC."""

    _inherit = "metrology.record"

    @api.readonly
    def get_entry_sheet(self):
        """Return everything the entry grid shows, in the user's language."""
        self.ensure_one()
        self.check_access("read")
        definition = self.version_id.sudo()._get_definition()
        data = self._get_entries()
        sheet = {
            "name": self.name,
            "editable": self.state in OPEN_STATES and self._may_type(),
            "trial": False,
            "token": self.entry_token,
            "definition": localise(definition.source, self.env.lang or "en_US"),
            "corrections": self.corrections or [],
            "saved_by": self.saved_by_id.sudo().name or "",
            "saved_on": fields.Datetime.to_string(self.saved_on) or "",
        }
        if self.state in SEALED_STATES:
            computed = self._compute_sheet(data)
            return {
                **sheet,
                **computed,
                "data": data,
                "result": self._localised_result(computed),
            }
        return {**sheet, "data": data, **self.compute_preview(data)}

    def _localised_result(self, computed):
        """The sealed texts, with sentences in the user's language where they agree."""
        sealed = self.result or {}
        same = sealed.get("fingerprint") == computed["result"]["fingerprint"]
        return computed["result"] if same and not self._result_differences() else sealed

    @api.readonly
    def compute_preview(self, data):
        """Compute typed data that are not saved; nothing is written.

        :param dict data: typed texts as in ``tools.data``
        :return: ``{"data": cleaned, "result": …, "problems": [{block, cell, row,
            message}], "errors": [sentences]}``
        """
        self.ensure_one()
        self.check_access("read")
        return self._compute_sheet(data)

    def _compute_sheet(self, data):
        return self.version_id.sudo()._compute_sheet(data, self._get_curves()[self.id])

    def save_draft(self, data, token, source="keyboard"):
        """Save typed data.

        :param dict data: the whole of what is typed
        :param int token: ``entry_token`` the caller has read; refused when somebody
            else has saved since
        :param str source: ``keyboard``, ``paste`` or ``api``
        :return: ``{"token": new token, "data": …, "result": …}``
        :raises EditConflict: the record was saved by somebody else in the meantime
        :raises UserError: a cell is no number (naming it), or the record is sealed
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        self._require_state(*OPEN_STATES)
        self._check_executor()
        if not isinstance(token, int) or token != self.entry_token:
            raise EditConflict(
                self.env._(
                    "%(user)s has saved %(record)s at %(time)s, after you opened it. "
                    "Nothing of yours was saved: load the record again, then type what "
                    "is missing.",
                    user=self.saved_by_id.sudo().name or self.env._("Somebody"),
                    record=self.name,
                    time=fields.Datetime.context_timestamp(
                        self, self.saved_on or fields.Datetime.now()
                    ).strftime("%H:%M:%S"),
                )
            )
        version = self.version_id.sudo()
        definition = version._get_definition()
        cleaned, problems = clean(definition, data)
        if problems:
            version.with_env(self.env)._refuse_cells(problems)
        changes = differences(self.draft_data, cleaned)
        if changes:
            self._write_entries(changes, source, definition)
            vals = {
                "draft_data": cleaned,
                "entry_token": self.entry_token + 1,
                "saved_by_id": self.env.uid,
                "saved_on": fields.Datetime.now(),
            }
            if self.state == "draft":
                vals["state"] = "running"
            self.sudo()._guard_open().with_context(
                sealed_reason=self.env._("Entry began"), tracking_disable=True
            ).write(vals)
        self._note_correction_sources()
        return {"token": self.entry_token, **self._compute_sheet(cleaned)}

    def _write_entries(self, changes, source, definition):
        now = fields.Datetime.now()
        phase = "correction" if self.data else "entry"
        messages = self.env["metrology.record.messages"].with_context(
            lang=self.company_id.partner_id.lang or self.env.lang
        )
        source = source if source in ("keyboard", "paste", "api") else "api"
        self.env["metrology.record.entry"]._with_key().create(
            [
                {
                    "record_id": self.id,
                    "section": change["section"],
                    "block": change["block"],
                    "row": change["row"],
                    "cell": change["cell"],
                    "place": messages._place(
                        definition, change["block"], change["cell"], change["row"]
                    ),
                    "old": change["old"] or False,
                    "value": change["new"] or False,
                    "source": source,
                    "phase": phase,
                    "user_id": self.env.uid,
                    "time": now,
                }
                for change in changes
            ]
        )
