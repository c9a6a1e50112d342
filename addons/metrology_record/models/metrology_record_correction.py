# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .metrology_record import OPEN_STATES, SEALED_STATES


class MetrologyRecord(models.Model):
    """How a record reads the correction tables of the equipment it is made with.

    A template names a table by its code (docs/record-templates.md). An open record reads
    the certificate in force on the day of measurement; at submission the tables and
    their certificates are kept in the evidence, and from then on only those are read.

    Sources: ISO/IEC 17025:2017 6.4.11; JJF 1069 7.3.3 g); S1-7.3.3-11.
    """

    _inherit = "metrology.record"

    equipment_line_ids = fields.One2many(
        comodel_name="metrology.record.equipment",
        inverse_name="record_id",
        string="Equipment Used",
        readonly=True,
    )
    correction_sources = fields.Json(
        readonly=True,
        copy=False,
        help="The certificates whose corrections the sheet was last saved with.",
    )
    corrections_note = fields.Text(
        string="New Corrections", compute="_compute_corrections_note"
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "correction_sources")

    # ------------------------------------------------------------------- reading
    def _get_correction_fields(self):
        """Return {field name: description} of the tables the template reads."""
        self.ensure_one()
        return self.version_id.sudo()._get_definition().corrections

    def _get_measurement_days(self):
        """Return {record id: day on which the last reading was typed, else today}.

        One query for any number of records.
        """
        self.env["metrology.record.entry"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT record_id, max(time) FROM metrology_record_entry
                 WHERE record_id = ANY(%s) AND section IN ('tables', 'budgets')
                 GROUP BY record_id
                """,
                self.ids,
            )
        )
        times = dict(self.env.cr.fetchall())
        calendar = self.env["metrology.calendar"]
        return {
            record.id: calendar._to_day(
                times.get(record.id) or fields.Datetime.now(), record.company_id
            )
            for record in self
        }

    def _get_curves(self):
        """Return the correction tables each record computes with, by field name.

        :return: ``{record.id: {field: {"points": [[value, correction, U or False]],
            "k", "name", "source", "unit", "equipment_id", "traceability_id", "day"}}}``;
            ``{"problem": code, "params": {...}}`` instead where none or more than one
            piece of equipment gives the table
        :rtype: dict[int, dict[str, dict]]

        Sealed records give what they kept. The number of queries does not depend on the
        number of records.
        """
        result = {record.id: {} for record in self}
        records = self.sudo().filtered(lambda record: record._get_correction_fields())
        sealed = records.filtered(lambda record: record.state in SEALED_STATES)
        for record in sealed:
            result[record.id] = (record.evidence or {}).get("corrections", {})
        records -= sealed
        if not records:
            return result
        days = records._get_measurement_days()
        used = records._get_equipment()
        equipment = self.env["maintenance.equipment"].union(*used.values())
        certificates = defaultdict(list)
        for certificate in (
            self.env["metrology.traceability"]
            .sudo()
            .search(
                [("equipment_id", "in", equipment.ids), ("state", "=", "confirmed")],
                order="equipment_id, date, id",
            )
        ):
            certificates[certificate.equipment_id.id].append(certificate)
        for record in records:
            day = days[record.id]
            roles = {
                member.equipment_id: member.role
                for member in record.job_id.standard_ids.member_ids
            }
            valid = {}
            for one in used[record.id]:
                known = [item for item in certificates[one.id] if item.date <= day]
                if known:
                    valid[one] = known[-1]
            result[record.id] = {
                name: self._choose_correction(item, valid, roles, day)
                for name, item in record._get_correction_fields().items()
            }
        return result

    def _get_equipment(self):
        """Return {record id: equipment its job uses today}, in a few queries.

        What was chosen for the job, else what its measurement standards work with.
        """
        by_job = self._get_job_equipment(self.sudo().job_id)
        return {record.id: by_job[record.job_id.id] for record in self.sudo()}

    @api.model
    def _get_job_equipment(self, jobs):
        """Return {job id: maintenance.equipment} of jobs; see ``_get_equipment``."""
        jobs = jobs.sudo()
        today = self.env["metrology.calendar"]._today(self.env.company)
        open_jobs = jobs.filtered(lambda job: not job.equipment_ids)
        by_standard = open_jobs.standard_ids._get_equipment(today)
        none = self.env["maintenance.equipment"].sudo()
        return {
            job.id: job.equipment_ids
            or none.union(*(by_standard[one] for one in job.standard_ids.ids))
            for job in jobs
        }

    @api.model
    def _get_equipment_of(self, job):
        """Return the equipment of one job, from what was asked for all of them."""
        known = self.env.context.get("metrology_job_equipment")
        # Over RPC the keys of an object are texts: a client's never fits.
        if isinstance(known, dict) and job.id in known:
            return known[job.id]
        return job._get_equipment()

    @api.model
    def _choose_correction(self, item, valid, roles, day):
        """Return the one table that fits ``item``, or why there is none.

        :param dict valid: {maintenance.equipment: its certificate of the day}
        :param dict roles: {maintenance.equipment: main or auxiliary}; what has been
            chosen beside the members of the standards counts as main
        """
        found = {}
        for equipment, certificate in valid.items():
            role = roles.get(equipment, "main")
            if item.get("role", "any") not in ("any", role):
                continue
            for table in certificate.correction_ids:
                if table.code == item["code"]:
                    found[equipment] = table
        if not found:
            return {
                "problem": "no_correction",
                "params": {"code": item["code"], "day": fields.Date.to_string(day)},
            }
        if len(found) > 1:
            names = ", ".join(one.display_name for one in found)
            return {
                "problem": "two_corrections",
                "params": {"code": item["code"], "equipment": names},
            }
        ((equipment, table),) = found.items()
        points = [list(point) for point in table._get_points()]
        if len(points) < 2:
            return {"problem": "curve_too_short", "params": {}}
        return {
            "points": points,
            "k": table.k or "2",
            "unit": table.unit_id.symbol or "",
            "name": equipment.name,
            "source": table.traceability_id.number,
            "equipment_id": equipment.id,
            "traceability_id": table.traceability_id.id,
            "day": fields.Date.to_string(day),
        }

    @api.model
    def _get_sources(self, curves):
        """Return {field: certificate id} of tables, the part that marks a version."""
        return {
            name: one["traceability_id"]
            for name, one in curves.items()
            if "traceability_id" in one
        }

    # ------------------------------------------------------------- newer versions
    def _get_outdated_corrections(self):
        """Return {record: {field: (certificate before, certificate now)}} of open ones.

        A record is outdated when its sheet was saved with other certificates than those
        in force on its day of measurement by now.
        """
        records = self.filtered(
            lambda record: record.state in OPEN_STATES and record.correction_sources
        )
        if not records:
            return {}
        curves = records._get_curves()
        Certificate = self.env["metrology.traceability"].sudo()
        outdated = {}
        for record in records:
            before, now = (
                record.correction_sources,
                self._get_sources(curves[record.id]),
            )
            changed = {
                name: (Certificate.browse(before[name]), Certificate.browse(now[name]))
                for name in now
                if before.get(name) and before[name] != now[name]
            }
            if changed:
                outdated[record] = changed
        return outdated

    @api.depends("correction_sources", "state")
    def _compute_corrections_note(self):
        outdated = self._get_outdated_corrections()
        for record in self:
            changes = outdated.get(record, {})
            record.corrections_note = (
                "\n".join(record._get_correction_sentences(changes)) or False
            )

    def _get_correction_sentences(self, changes):
        self.ensure_one()
        return [
            self.env._(
                "The corrections of %(equipment)s are now those of %(new)s; the sheet "
                "was saved with %(old)s. Save it again, or take them by the button, and "
                "look at the results.",
                equipment=new.equipment_id.display_name,
                new=new.number,
                old=old.number,
            )
            for old, new in dict.fromkeys(changes.values())
        ]

    def action_take_corrections(self):
        """Compute open records with the corrections in force, and note which."""
        self.check_access("write")
        self._lock()
        self._require_state(*OPEN_STATES)
        self._check_executor()
        outdated = self._get_outdated_corrections()
        for record, changes in outdated.items():
            record.message_post(
                body=self.env._(
                    "Computed with the corrections of %(certificates)s.",
                    certificates=", ".join(
                        new.number for _old, new in dict.fromkeys(changes.values())
                    ),
                )
            )
        self._note_correction_sources()
        return True

    def _note_correction_sources(self):
        """Keep with which certificates the sheets were computed last."""
        curves = self._get_curves()
        for record in self:
            sources = self._get_sources(curves[record.id])
            if (record.correction_sources or {}) != sources:
                record.sudo()._guard_open().with_context(tracking_disable=True).write(
                    {"correction_sources": sources or False}
                )

    # ----------------------------------------------------------------- submission
    def _get_submit_blockers(self):
        """A sheet computed with corrections that are replaced by now is not signed."""
        blockers = super()._get_submit_blockers()
        for record, changes in self._get_outdated_corrections().items():
            blockers += [
                ("correction_outdated", f"{record.display_name}: {sentence}")
                for sentence in record._get_correction_sentences(changes)
            ]
        return blockers

    def _log_equipment_usage(self):
        """Note in the files of the equipment that these records used it (S2-6.5b)."""
        groups = defaultdict(self.browse)
        used = self._get_equipment()
        for record in self:
            groups[used[record.id]] |= record
        for equipment, records in groups.items():
            equipment.sudo()._log_usage(records.sudo())
        self.env["metrology.record.equipment"].sudo()._fill(self)
