# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.metrology.tools import rounding

from ..tools.compute import compute
from ..tools.data import clean, clean_number, differences
from ..tools.definition import localised
from .metrology_record import OPEN_STATES, SEALED_STATES

_CONDITIONS = ("temperature", "humidity", "pressure")


class MetrologyRecord(models.Model):
    _inherit = "metrology.record"

    # ------------------------------------------------------------------- submit
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
        evidence = self.env["metrology.eligibility"]._check(
            self.job_id, "execute", step="finish"
        )
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

    # -------------------------------------------------------------------- check
    def action_check(self, password=None, lock=True):
        """Sign the records as checker, another person than who submitted.

        submitted → checked, and → locked unless ``lock`` is false.

        :param str password: of the caller; without it the signing dialog opens
        """
        if password is None:
            return self._open_signing("check")
        self._guard_check_group("metrology.group_checker")
        self.check_access("write")
        self._lock()
        self._require_state("submitted")
        employee = self._get_checker()
        self.env["metrology.signing"]._authenticate(password)
        self._refuse(self._get_check_blockers())
        evidence = self._check_eligible("check", employee)
        now = fields.Datetime.now()
        self._write_each(
            {
                record.id: {
                    "state": "checked",
                    "checked_by_id": self.env.uid,
                    "checked_on": now,
                    "evidence": {
                        **(record.evidence or {}),
                        "check": evidence[record.job_id.id],
                    },
                }
                for record in self.sudo()
            },
            self.env._("Checked and signed"),
        )
        self._sign("check", now)
        if lock:
            self.action_lock()
        return True

    def _check_eligible(self, activity, employee):
        """Ask whether a person may sign; the means count on the day of the work.

        What lapsed after the work was done does not make it undone; whose
        authorization lapsed does not sign.

        :return: {job id: evidence}
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        eligibility = self.env["metrology.eligibility"].with_context(
            metrology_signing_day=today
        )
        evidence = {}
        for day, records in self.grouped(lambda record: record._get_day()).items():
            evidence |= eligibility._check(
                records.job_id, activity, employee=employee, day=day
            )
        return evidence

    def _get_checker(self):
        """Return the caller's employee, who may check all records.

        :raises AccessError: he has submitted one, or executes one where the institution
            does not let executors check
        """
        employee = self.env.user.employee_ids[:1]
        if not employee:
            raise AccessError(
                self.env._(
                    "%(user)s is not linked to an employee and cannot check.",
                    user=self.env.user.name,
                )
            )
        for record in self:
            mine = record.submitted_by_id == self.env.user
            if not mine and not record.company_id.metrology_executor_may_check:
                mine = bool(self.env.user.employee_ids & record.executor_ids)
            if mine:
                raise AccessError(
                    self.env._(
                        "%(record)s is your own record: another person checks it.",
                        record=record.display_name,
                    )
                )
        return employee

    def _get_check_blockers(self):
        """Return what stands against the check as (code, message)."""
        blockers = []
        for record in self:
            if record.duplicate_ids and not (record.duplicate_answer or "").strip():
                blockers.append(
                    (
                        "duplicate",
                        self.env._(
                            "%(record)s has exactly the readings of %(others)s, another "
                            "instrument: return it, or explain it in the record.",
                            record=record.display_name,
                            others=", ".join(record.duplicate_ids.mapped("name")),
                        ),
                    )
                )
            digests = record.signature_ids.filtered(
                lambda one: one.valid and one.role == "execute"
            ).mapped("digest")
            if record.sudo()._get_digest() not in digests:
                blockers.append(
                    (
                        "digest",
                        self.env._(
                            "%(record)s is not what its executor signed.",
                            record=record.display_name,
                        ),
                    )
                )
        return blockers

    def action_explain_duplicate(self, answer):
        """Keep the checker's explanation of readings equal to another instrument's."""
        self._guard_check_group("metrology.group_checker")
        self._lock()
        self._require_state("submitted")
        answer = self._guard_check_reason(answer)
        self.sudo()._guard_open()._sealed_unlock(answer).write(
            {"duplicate_answer": answer}
        )
        return True

    # --------------------------------------------------------------------- lock
    def action_lock(self):
        """File the checked records: results are written as rows. checked → locked."""
        self._guard_check_group("metrology.group_checker")
        self._lock()
        todo = self.filtered(lambda record: record.state != "locked")
        todo._require_state("checked")
        now = fields.Datetime.now()
        todo.sudo()._guard_open()._sealed_unlock(self.env._("Locked")).write(
            {"state": "locked", "locked_on": now}
        )
        todo.sudo()._write_results()
        return True

    def _write_results(self):
        rows = []
        for record in self:
            rows += record._prepare_results()
        self.env["metrology.result"]._with_key().create(rows)

    def _prepare_results(self):
        """Return the rows of one locked record: checked values and budget results."""
        self.ensure_one()
        definition = self.version_id._get_definition()
        result = self.result
        base = {
            "record_id": self.id,
            "company_id": self.company_id.id,
            "instrument_id": self.instrument_id.id,
            "date": self._get_day(),
        }
        rows = []
        specs = {
            item["name"]: (item, node)
            for node in definition.conclusions
            for item in node["checks"]
        }
        for check in result["checks"]:
            spec, conclusion = specs[check["name"]]
            for index, line in enumerate(check["lines"]):
                if not line.get("value"):
                    continue
                symmetric = "limit" in spec
                values = spec["values"]
                label = self._quantity_label(spec)
                if len(values) > 1:
                    label += " " + self._column_label(
                        definition, spec, values[index % len(values)]
                    )
                rows.append(
                    {
                        **base,
                        "quantity": label,
                        "unit": localised(spec.get("unit", "")),
                        "point": self._point(
                            definition, spec.get("table"), line["row"]
                        ),
                        "value": line["text"],
                        "error": line["text"] if symmetric else False,
                        "U": line.get("U") or False,
                        "limit": _limit_text(spec, line),
                        "verdict": line["verdict"] or "none",
                        "rule": _rule_name(conclusion),
                        "compared": line["value"],
                        "lower": line.get("lower") or False,
                        "upper": line.get("upper") or False,
                        "interval": line.get("interval") or False,
                    }
                )
        for node in definition.budgets:
            for index, one in enumerate(result["budgets"].get(node["name"], [])):
                if "y" not in one:
                    continue
                row = index if node["table"] else None
                rows.append(
                    {
                        **base,
                        "quantity": self._quantity_label(node["result"]),
                        "unit": localised(node["result"].get("unit", "")),
                        "point": self._point(definition, node["table"], row),
                        "value": one["reported"]["value"],
                        "compared": one["y"],
                        "U": one["reported"]["uncertainty"],
                        "k": one["k_text"],
                    }
                )
        for row in rows:
            for name in ("point", "value", "U"):
                row[f"{name}_float"] = _mirror(row.get(name))
        return rows

    def _point(self, definition, table, row):
        """Return the typed first number column of the row: the nominal point."""
        if not table or row is None:
            return ""
        column = next(
            (one for one in definition.columns(table) if one["type"] == "number"), None
        )
        return self.data["tables"][table][row].get(column["name"], "") if column else ""

    def _column_label(self, definition, spec, name):
        for column in definition.columns(spec["table"]) if spec.get("table") else []:
            if column["name"] == name:
                return self._quantity_label(column)
        return name

    def _get_day(self):
        """The institution's calendar day on which the work was submitted."""
        zone = self.company_id.partner_id.tz or "Asia/Shanghai"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.submitted_on
        ).date()

    # ------------------------------------------------------------------- return
    def action_return(self, reason=None):
        """Give submitted or checked records back to the executors, with the reason.

        :raises UserError: no reason
        """
        if reason is None:
            return self._guard_ask_reason("action_return")
        self._guard_check_group(
            "metrology.group_checker,metrology.group_signatory,metrology.group_technical_head"
        )
        reason = self._guard_check_reason(reason)
        self._lock()
        self._require_state("submitted", "checked")
        self._return(reason)
        return True

    def _return(self, reason):
        """Open the records again; locked ones too (a recall asks through Python)."""
        self._lock()
        self._require_state(*SEALED_STATES)
        locked = self.filtered(lambda record: record.state == "locked")
        locked.sudo().result_ids._with_key().write({"superseded": True})
        self.sudo().signature_ids._with_key().write({"valid": False})
        for record in self.sudo():
            record._guard_open()._sealed_unlock(reason).write(
                {
                    "state": "running",
                    "return_count": record.return_count + 1,
                    "return_reason": reason,
                    "checked_by_id": False,
                    "checked_on": False,
                    "locked_on": False,
                    "draft_data": record.data,
                    "entry_token": record.entry_token + 1,
                }
            )
            record.message_post(
                body=self.env._("Returned: %(reason)s", reason=reason),
                partner_ids=record.executor_ids.user_id.partner_id.ids,
            )

    # ------------------------------------------------------------------ signing
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

    def action_cosign(self, password=None):
        """Sign a submitted record as a further executor."""
        if password is None:
            return self._open_signing("cosign")
        self._lock()
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


def _limit_text(spec, line):
    """Return the limit a value was compared with, as it is written."""
    lower, upper = line.get("lower"), line.get("upper")
    if "limit" in spec:
        return f"±{upper}"
    if lower and upper:
        return f"{lower} ~ {upper}"
    return f"≥ {lower}" if lower else f"≤ {upper}"


def _rule_name(conclusion):
    """Return the decision rule of a conclusion as results keep it."""
    if conclusion["rule"] == "ilac_g8" and conclusion["mode"] == "nonbinary":
        return "ilac_g8_nonbinary"
    return conclusion["rule"]


def _mirror(text):
    """Return a float copy of a printed number, 0.0 where there is none."""
    try:
        return float(rounding.exact(text)) if text else 0.0
    except ValueError:
        return 0.0
