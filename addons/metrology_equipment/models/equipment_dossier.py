# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MaintenanceEquipment(models.Model):
    """The printable file of equipment, in the eight groups of JJF 1069 7.3.3."""

    _inherit = "maintenance.equipment"

    def _get_report_day(self):
        return self.env["metrology.calendar"]._today(self.env.company)

    def _get_dossier(self):
        """Return the file of this one equipment as groups of facts and rows.

        Certificates, checks and repairs are all in it, each by rising date.

        :return: {"groups": [{"title", "facts": [[(word, value)] of two], "head": [..],
            "rows": [[..]], "chart"}]}
        :rtype: dict
        """
        self.ensure_one()
        groups = [
            self._dossier_identity(),
            self._dossier_acceptance(),
            self._dossier_location(),
            self._dossier_manual(),
            self._dossier_certificates(),
            self._dossier_checks(),
            self._dossier_maintenance(),
            self._dossier_faults(),
            self._dossier_usage(),
        ]
        return {"groups": groups}

    def _word(self, record, name):
        """Return the words of a selection field of one record."""
        value = record[name]
        return dict(record._fields[name]._description_selection(self.env)).get(
            value, ""
        )

    def _pairs(self, facts):
        """Return facts as rows of two; empty values as a dash."""
        shown = [(word, value or "–") for word, value in facts]
        return [shown[index : index + 2] for index in range(0, len(shown), 2)]

    def _dossier_identity(self):
        return {
            "title": self.env._("a), b) Identity, maker, software"),
            "facts": self._pairs(
                [
                    (self.env._("Equipment Code"), self.metrology_code),
                    (self.env._("Name"), self.name),
                    (self.env._("Maker"), self.manufacturer),
                    (self.env._("Model"), self.model),
                    (self.env._("Serial Number"), self.serial_no),
                    (self.env._("Kind"), self._word(self, "metrology_kind")),
                    (self.env._("Measuring Range"), self.range_text),
                    (self.env._("Uncertainty / Class / MPE"), self.uncertainty_text),
                    (self.env._("Status"), self._word(self, "metrology_state")),
                    (self.env._("Limitation"), self.metrology_limitation),
                ]
            ),
            "head": [
                self.env._("Software"),
                self.env._("Version"),
                self.env._("Installed on"),
                self.env._("Validated"),
            ],
            "rows": [
                [
                    software.name,
                    software.version,
                    software.installed_on,
                    " ".join(
                        str(part)
                        for part in (
                            software.validated_on,
                            software.validated_by_id.name,
                        )
                        if part
                    ),
                ]
                for software in self.software_ids.sorted("installed_on")
            ],
        }

    def _dossier_acceptance(self):
        return {
            "title": self.env._("c) Purchase, acceptance and conformity check"),
            "facts": self._pairs(
                [
                    (self.env._("Purchase"), self.purchase_reference),
                    (self.env._("Supplier"), self.partner_id.name),
                    (self.env._("Accepted on"), self.accepted_on),
                    (self.env._("In Service since"), self.commissioned_on),
                    (self.env._("Acceptance"), self.acceptance_note),
                ]
            ),
        }

    def _dossier_location(self):
        events = self.metrology_event_ids.filtered(
            lambda event: event.kind in ("move", "leave", "back", "return")
        ).sorted("id")
        return {
            "title": self.env._("d) Location, keeper and movements"),
            "facts": self._pairs(
                [
                    (self.env._("Room"), self.room_id.display_name),
                    (self.env._("Laboratory"), self.metrology_department_id.name),
                    (self.env._("Keeper"), self.technician_user_id.name),
                ]
            ),
            "head": [
                self.env._("Date"),
                self.env._("Event"),
                self.env._("Where to"),
                self.env._("Reason and checks"),
                self.env._("By"),
            ],
            "rows": [
                [
                    event.date,
                    self._word(event, "kind"),
                    event.room_id.display_name or event.partner_id.name or "",
                    "; ".join(
                        text
                        for text in (
                            event.reason,
                            event.function_check,
                            event.status_check,
                        )
                        if text
                    ),
                    event.user_id.name,
                ]
                for event in events
            ],
        }

    def _dossier_manual(self):
        return {
            "title": self.env._("e) Instructions"),
            "facts": self._pairs(
                [
                    (self.env._("Manual"), self.manual_reference),
                    (self.env._("Manual File"), self.manual_file_name),
                    (self.env._("Operating Procedure"), self.sop_id.display_name),
                    (
                        self.env._("Check Procedure"),
                        self.check_procedure_id.display_name,
                    ),
                ]
            ),
        }

    def _dossier_certificates(self):
        return {
            "title": self.env._("f) Calibration and verification certificates"),
            "facts": self._pairs(
                [
                    (self.env._("Calibrated"), self.traceability_id.date),
                    (self.env._("Next due"), self.traceability_due),
                ]
            ),
            "head": [
                self.env._("Date"),
                self.env._("Valid until"),
                self.env._("Certificate"),
                self.env._("Issued by"),
                self.env._("Result and adjustment"),
                self.env._("Acceptance Criterion"),
                self.env._("Copy"),
                self.env._("Confirmation"),
            ],
            "rows": [
                [
                    record.date,
                    record.date_to,
                    record.number,
                    record.provider,
                    "; ".join(t for t in (record.result, record.adjustment) if t),
                    record.criterion,
                    record.file_name or "",
                    " ".join(
                        str(part)
                        for part in (
                            self._word(record, "state"),
                            record.confirmed_on,
                            record.confirmed_by_id.name,
                        )
                        if part
                    ),
                ]
                for record in self.traceability_ids.sorted(
                    lambda record: (record.date, record.id)
                )
            ],
        }

    def _dossier_checks(self):
        return {
            "title": self.env._("Intermediate checks"),
            "head": [
                self.env._("Date"),
                self.env._("Procedure"),
                self.env._("Points: reference, measured, deviation, limit"),
                self.env._("Conclusion"),
                self.env._("By"),
            ],
            "rows": [
                [
                    check.date or check.planned_on,
                    check.procedure_id.display_name,
                    "; ".join(
                        f"{line.name or ''} {line.reference}, {line.measured or '–'}, "
                        f"{line.deviation or '–'}, ±{line.limit}".strip()
                        for line in check.line_ids
                    ),
                    self._word(check, "state"),
                    check.done_by_id.name or "",
                ]
                for check in self.check_ids.sorted(
                    lambda check: (check.date or check.planned_on, check.id)
                )
            ],
            "chart": self._get_check_chart(),
        }

    def _get_repairs(self, kind):
        return (
            self.sudo()
            .maintenance_ids.filtered(lambda request: request.maintenance_type == kind)
            .sorted(
                lambda request: (
                    request.request_date or fields.Date.to_date("1900-01-01"),
                    request.id,
                )
            )
        )

    def _dossier_requests(self, kind):
        return [
            [
                request.request_date,
                request.name,
                request.close_date or "",
                request.stage_id.name or "",
                request.user_id.name or "",
            ]
            for request in self._get_repairs(kind)
        ]

    def _dossier_maintenance(self):
        return {
            "title": self.env._("g) Maintenance plan and maintenance done"),
            "facts": self._pairs(
                [
                    (self.env._("Maintenance Plan"), self.care_note),
                    (self.env._("Next Maintenance"), self.care_due),
                ]
            ),
            "head": self._dossier_request_head(),
            "rows": self._dossier_requests("preventive"),
        }

    def _dossier_request_head(self):
        return [
            self.env._("Date"),
            self.env._("Subject"),
            self.env._("Finished on"),
            self.env._("State"),
            self.env._("By"),
        ]

    def _dossier_faults(self):
        events = self.metrology_event_ids.filtered(
            lambda event: event.kind not in ("move", "leave", "back", "return")
        ).sorted("id")
        rows = [
            [
                event.date,
                " ".join(
                    text
                    for text in (
                        self._word(event, "kind"),
                        self._word(event, "fault_kind"),
                        event.reason,
                        event.limitation,
                    )
                    if text
                ),
                "",
                "",
                event.user_id.name,
            ]
            for event in events
        ]
        rows += self._dossier_requests("corrective")
        return {
            "title": self.env._("h) Damage, faults, changes and repairs"),
            "head": self._dossier_request_head(),
            "rows": sorted(rows, key=lambda row: str(row[0])),
        }

    def _dossier_usage(self):
        rows = self.usage_ids.sorted("time")
        # A file is printed to be read: of a long log the last uses.
        return {
            "title": self.env._(
                "Use (%(count)s entries, the last 50)", count=len(rows)
            ),
            "head": [
                self.env._("Time"),
                self.env._("Used for"),
                self.env._("By"),
                self.env._("Note"),
            ],
            "rows": [
                [
                    fields.Datetime.context_timestamp(row, row.time).strftime(
                        "%Y-%m-%d %H:%M"
                    ),
                    row.document_name or "",
                    row.user_id.name,
                    row.note or "",
                ]
                for row in rows[-50:]
            ],
        }
