# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..const import USABLE_STATES


class MaintenanceEquipment(models.Model):
    """Whether equipment may be used on a day, and by which certificate."""

    _inherit = "maintenance.equipment"

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_usable(self, day):
        """Return the domain of what may be offered for work on ``day``.

        It is what a selector shows; ``_get_validity_blockers`` decides.
        """
        return (
            Domain("metrology_use", "!=", "none")
            & Domain("metrology_state", "in", USABLE_STATES)
            & Domain("is_away", "=", False)
            & (
                Domain("traceability_required", "=", False)
                | Domain("traceability_due", ">=", day)
            )
        )

    def _get_traceabilities(self, day):
        """Return the confirmed certificate each equipment works by on ``day``.

        :return: {equipment id: metrology.traceability}; missing where there is none
        :rtype: dict[int, recordset]

        One query for any number of equipment.
        """
        found = self.env["metrology.traceability"].search(
            [
                ("equipment_id", "in", self.ids),
                ("state", "=", "confirmed"),
                ("date", "<=", day),
            ],
            order="equipment_id, date, id",
        )
        return {record.equipment_id.id: record for record in found}

    def _get_validity_blockers(self, day):
        """Say why each equipment may not be used on ``day``.

        Its state, whether it left our control, its seal, its software, the operating
        procedure of a smart device, and its traceability: a certificate, confirmed by
        a person, not past its last day, and no newer one waiting for confirmation.

        :return: {equipment id: [(code, message)]}, an empty list where it may be used
        :rtype: dict[int, list[tuple[str, str]]]

        A fixed number of queries for any number of equipment.
        """
        states = dict(self._fields["metrology_state"]._description_selection(self.env))
        traceability = self._get_traceability_blockers(day)
        software = self._get_software_blockers(day)
        return {
            equipment.id: [
                *equipment._own_state_blockers(day, states),
                *software[equipment.id],
                *traceability[equipment.id],
            ]
            for equipment in self
        }

    def _own_state_blockers(self, day, states):
        """Return the blockers of this one equipment by its own state."""
        self.ensure_one()
        values = {"equipment": self.display_name, "day": day}
        blockers = []
        if self.metrology_use == "none":
            blockers.append(
                (
                    "equipment_not_for_measuring",
                    self.env._("%(equipment)s is not for measuring.", **values),
                )
            )
        if self.metrology_state not in USABLE_STATES:
            blockers.append(
                (
                    "equipment_state",
                    self.env._(
                        "%(equipment)s may not be used: its status is %(state)s.",
                        state=states[self.metrology_state],
                        **values,
                    ),
                )
            )
        if self.is_away:
            blockers.append(
                (
                    "equipment_away",
                    self.env._(
                        "%(equipment)s came back and was not checked yet: check its "
                        "function and calibration status first.",
                        **values,
                    )
                    if self.is_back
                    else self.env._(
                        "%(equipment)s left our control and was not checked on its "
                        "return: check it first.",
                        **values,
                    ),
                )
            )
        if self.seal_state == "broken":
            blockers.append(
                (
                    "equipment_seal_broken",
                    self.env._(
                        "The seal of %(equipment)s is broken: have it calibrated and "
                        "sealed again first.",
                        **values,
                    ),
                )
            )
        if self.is_smart and not self.sop_id._is_in_force(day):
            blockers.append(
                (
                    "equipment_no_sop",
                    self.env._(
                        "%(equipment)s is a smart device without an operating "
                        "procedure in force.",
                        **values,
                    ),
                )
            )
        return blockers

    def _get_software_blockers(self, day):
        """Say which equipment works with software that nobody validated.

        :return: {equipment id: [(code, message)]}; one query for any number
        """
        newest = defaultdict(dict)
        for record in self.env["metrology.equipment.software"].search(
            [("equipment_id", "in", self.ids), ("installed_on", "<=", day)],
            order="installed_on, id",
        ):
            newest[record.equipment_id.id][record.name] = record
        return {
            equipment.id: [
                (
                    "equipment_software",
                    self.env._(
                        "%(equipment)s works with %(software)s, which is not "
                        "validated.",
                        equipment=equipment.display_name,
                        software=record.display_name,
                    ),
                )
                for record in newest[equipment.id].values()
                if not record.validated_on
            ]
            for equipment in self
        }

    def _get_traceability_blockers(self, day):
        """Say what is wrong with the traceability of each equipment on ``day``.

        :return: {equipment id: [(code, message)]}; one query for any number
        :rtype: dict[int, list[tuple[str, str]]]
        """
        certificates = defaultdict(self.env["metrology.traceability"].browse)
        for record in self.env["metrology.traceability"].search(
            [
                ("equipment_id", "in", self.ids),
                ("state", "in", ("draft", "confirmed")),
                ("date", "<=", day),
            ],
            order="equipment_id, date, id",
        ):
            certificates[record.equipment_id.id] |= record
        return {
            equipment.id: equipment._own_traceability_blockers(
                certificates[equipment.id], day
            )
            for equipment in self
        }

    def _own_traceability_blockers(self, certificates, day):
        """Return the blockers of this one equipment, given its certificates."""
        self.ensure_one()
        values = {"equipment": self.display_name, "day": day}
        blockers = []
        if not self.traceability_required:
            return blockers
        confirmed = certificates.filtered(lambda record: record.state == "confirmed")
        newest, valid = certificates[-1:], confirmed[-1:]
        if newest and newest.state == "draft":
            blockers.append(
                (
                    "equipment_unconfirmed",
                    self.env._(
                        "The certificate %(number)s of %(equipment)s waits for its "
                        "metrological confirmation.",
                        number=newest.number,
                        **values,
                    ),
                )
            )
        elif not valid and self.traceability_mode == "alternative":
            blockers.append(
                (
                    "equipment_no_evidence",
                    self.env._(
                        "%(equipment)s has no direct traceability and no confirmed "
                        "comparison or other evidence on %(day)s.",
                        **values,
                    ),
                )
            )
        elif not valid:
            blockers.append(
                (
                    "equipment_untraceable",
                    self.env._(
                        "%(equipment)s has no confirmed calibration or verification "
                        "certificate on %(day)s.",
                        **values,
                    ),
                )
            )
        if valid and valid.date_to and valid.date_to < day:
            blockers.append(
                (
                    "equipment_overdue",
                    self.env._(
                        "%(equipment)s is overdue: its certificate %(number)s ended on "
                        "%(to)s.",
                        number=valid.number,
                        to=valid.date_to,
                        **values,
                    ),
                )
            )
        return blockers

    def _log_usage(self, documents, note=False):
        """Record that this equipment was used for each of some documents.

        Rows that exist already are left as they are, so that a second submit of the
        same record makes no second row.

        :param documents: recordset of any model, for example technical records
        :return: the new rows
        :raises UserError: the user may not operate the equipment
        """
        self._check_operator(documents)
        Usage = self.env["metrology.equipment.usage"].sudo()
        known = {
            (row.document_id, row.equipment_id.id)
            for row in Usage.search(
                [
                    ("document_model", "=", documents._name),
                    ("document_id", "in", documents.ids),
                    ("equipment_id", "in", self.ids),
                ]
            )
        }
        return Usage.create(
            [
                {
                    "equipment_id": equipment.id,
                    "user_id": self.env.uid,
                    "document_model": documents._name,
                    "document_id": document.id,
                    "document_name": document.display_name,
                    "note": note or self._get_usage_note(document),
                }
                for document in documents
                for equipment in self
                if (document.id, equipment.id) not in known
            ]
        )

    def _get_usage_note(self, document):
        """Return what the log says beside the document: the sample. Hook."""
        return False

    def _log_use_by_hand(self, purpose, note=False):
        """Record that the user uses this equipment for something without document.

        :param str purpose: what for; never empty
        :return: the new rows
        :raises UserError: the user may not operate the equipment
        """
        self._check_operator(self)
        purpose = self._guard_check_reason(purpose)
        return (
            self.env["metrology.equipment.usage"]
            .sudo()
            .create(
                [
                    {
                        "equipment_id": equipment.id,
                        "user_id": self.env.uid,
                        "document_model": self._name,
                        "document_id": equipment.id,
                        "document_name": purpose,
                        "note": note,
                    }
                    for equipment in self
                ]
            )
        )

    def _check_operator(self, documents):
        """Check that the user is authorised to operate this equipment. Hook.

        Who is, the addon of orders knows, which sees authorizations.

        :param documents: what it is used for
        :raises UserError: naming the person and the equipment
        """

    def action_log_use(self):
        """Open the dialog that logs a use without document."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log Use"),
            "res_model": "metrology.equipment.use",
            "view_mode": "form",
            "target": "new",
            "context": {"default_equipment_ids": self.ids},
        }

    def _get_correction_table(self, code, day):
        """Return the correction table this one equipment had on ``day``.

        :param code: metrology.quantity, or the code of the correction (str)
        :param datetime.date day: the day of the measurement
        :return: [(value, correction, expanded uncertainty)] as typed texts, by
            rising value; the uncertainty is False where none is given.  An empty list
            where the certificate in force that day has no such table.
        :rtype: list[tuple[str, str, str | bool]]
        """
        self.ensure_one()
        certificate = self._get_traceabilities(day).get(self.id)
        if not certificate:
            return []
        return certificate._get_correction_table(code)
