# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.tools import rounding

from ..tools.compute import compute
from ..tools.data import clean, clean_number, differences
from ..tools.definition import localised
from .metrology_record import OPEN_STATES

_CONDITIONS = ("temperature", "humidity", "pressure")


class MetrologyRecord(models.Model):
    """An executor signs a record and so seals it."""

    _inherit = "metrology.record"

    def action_submit(self, password=None, reason=None):
        """Sign the records as executor and seal them. draft, running → submitted.

        :param str password: of the caller; without it the signing dialog opens
        :param str reason: why values sealed before were changed (after a return)
        :raises UserError: what is missing or not allowed, every record and cell named
        """
        if password is None:
            return self._open_signing("submit")
        self.check_access("write")
        self._lock()
        self._require_state(*OPEN_STATES)
        self._check_executor()
        self.env["metrology.signing"]._authenticate(password)
        self._refuse(self._get_submit_blockers())
        evidence = self._check_execution()
        now = fields.Datetime.now()
        curves = self._get_curves()
        records = self.sudo().with_context(
            metrology_job_equipment=self._get_job_equipment(self.job_id)
        )
        self._write_each(
            {
                record.id: record._prepare_submit(
                    now, reason, evidence[record.job_id.id], curves[record.id]
                )
                for record in records
            },
            reason or self.env._("Submitted and signed by an executor"),
        )
        self._sign("execute", now)
        self._log_equipment_usage()
        return True

    def _check_execution(self):
        """Ask whether the work may be signed as done. Hook.

        :return: {job id: evidence}
        """
        return self.env["metrology.eligibility"]._check(
            self.job_id, "execute", step="finish"
        )

    def _prepare_submit(self, now, reason, evidence, curves):
        definition = self.version_id._get_definition()
        data, _problems = clean(definition, self.draft_data)
        result = compute(definition, data, curves=curves)
        kept = {**(self.evidence or {}), "submit": evidence}
        kept.pop("corrections", None)
        if curves:
            kept["corrections"] = curves
        corrections = self._prepare_corrections(data, now, reason)
        return {
            "state": "submitted",
            "data": data,
            "result": result,
            "verdict": result["verdict"] or "none",
            "corrections": corrections or False,
            "observation_digest": self._observations(data),
            "standard_snapshot": self._prepare_standards(self.job_id),
            "evidence": kept,
            "submitted_by_id": self.env.uid,
            "submitted_on": now,
            **{
                name: clean_number(self[name]) if self[name] else False
                for name in _CONDITIONS
            },
        }

    def _prepare_corrections(self, data, now, reason):
        """Return all values replaced after a submission, the new ones appended."""
        corrections = list(self.corrections or [])
        if self.data:
            messages = self.env["metrology.record.messages"]
            definition = self.version_id._get_definition()
            corrections += [
                {
                    **change,
                    "place": messages._place(
                        definition, change["block"], change["cell"], change["row"]
                    ),
                    "user": self.env.user.name,
                    "time": fields.Datetime.to_string(now),
                    "reason": reason or "",
                }
                for change in differences(self.data, data)
            ]
            if (
                len(corrections) > len(self.corrections or [])
                and not (reason or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "%(record)s: give the reason why these values change: %(cells)s.",
                        record=self.display_name,
                        cells=", ".join(
                            f"{one['place']} {one['old'] or '–'} → {one['new'] or '–'}"
                            for one in corrections[len(self.corrections or []) :]
                        ),
                    )
                )
        return corrections

    def _get_submit_blockers(self):
        """Return what stands against submission as (code, message), all records."""
        blockers = []
        messages = self.env["metrology.record.messages"]
        curves = self._get_curves()
        for record in self:
            name = record.display_name
            definition = record.version_id.sudo()._get_definition()
            data, problems = clean(definition, record.draft_data)
            sentences = [
                ("cell", messages._problem_text(one, definition)) for one in problems
            ]
            sentences += [
                ("missing", text)
                for text in record._missing_sentences(definition, data)
            ]
            if not sentences:
                result = compute(definition, data, curves=curves[record.id])
                sentences += [
                    ("error", messages._error_text(one, definition))
                    for one in result["errors"]
                ]
                sentences += record._get_result_blockers(definition, result)
            if not record.job_id.standard_ids:
                sentences.append(
                    ("no_standard", self.env._("No measurement standard is named."))
                )
            sentences += record._get_condition_blockers()
            blockers += [(code, f"{name}: {text}") for code, text in sentences]
        return blockers

    def _get_result_blockers(self, definition, result):
        sentences = []
        for node in definition.budgets:
            for number, one in enumerate(result["budgets"].get(node["name"], []), 1):
                if "y" not in one:
                    title = localised(node.get("title") or node["name"], self.env.lang)
                    sentences.append(
                        (
                            "budget",
                            self.env._(
                                "%(budget)s, row %(row)s: not computed, “%(quantity)s” "
                                "waits for a value.",
                                budget=title,
                                row=number,
                                quantity=one.get("waiting") or one.get("failed"),
                            ),
                        )
                    )
        if definition.has_verdict() and not result["verdict"]:
            sentences.append(
                ("verdict", self.env._("The verdict cannot be given yet."))
            )
        return sentences

    def _get_condition_blockers(self):
        """Conditions are given, are numbers and keep the limits of the room.

        A verification outside the limits is not possible; a calibration needs the
        remark (S2-6.7c: no deviation in verification).
        """
        self.ensure_one()
        labels = self.fields_get(_CONDITIONS, ["string"])
        values, sentences = {}, []
        for name in _CONDITIONS:
            text = clean_number(self[name] or "")
            label = labels[name]["string"]
            if not text:
                if name != "pressure":
                    sentences.append(
                        (
                            "environment",
                            self.env._("%(label)s is missing.", label=label),
                        )
                    )
                continue
            try:
                values[name] = rounding.exact(text)
            except ValueError:
                sentences.append(
                    (
                        "environment",
                        self.env._(
                            "%(label)s: “%(text)s” is not a number.",
                            label=label,
                            text=text,
                        ),
                    )
                )
        if self.order_id.place == "onsite":
            return sentences
        for limit in self._get_room(self.job_id.sudo()).limit_ids:
            value = values.get(limit.kind)
            if value is None:
                continue
            low = limit.minimum and value < rounding.exact(limit.minimum)
            high = limit.maximum and value > rounding.exact(limit.maximum)
            if not (low or high):
                continue
            if (
                self.service_kind != "verification"
                and (self.environment_note or "").strip()
            ):
                continue
            sentences.append(
                (
                    "environment_limit",
                    self.env._(
                        "%(label)s %(value)s is outside %(minimum)s … %(maximum)s of "
                        "%(room)s: no verification is possible; a calibration needs a "
                        "remark on the conditions.",
                        label=labels[limit.kind]["string"],
                        value=self[limit.kind],
                        minimum=limit.minimum or "",
                        maximum=limit.maximum or "",
                        room=limit.room_id.display_name,
                    ),
                )
            )
        return sentences

    def _refuse(self, blockers):
        if blockers:
            shown = [message for _code, message in blockers[:20]]
            if len(blockers) > len(shown):
                shown.append(
                    self.env._(
                        "… and %(count)s more.", count=len(blockers) - len(shown)
                    )
                )
            raise UserError("\n".join(shown))
