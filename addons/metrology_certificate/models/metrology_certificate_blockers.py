# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.metrology_record.models.metrology_record import SEALED_STATES

from .metrology_certificate_change import PENDING_STATES
from .metrology_certificate_layout import CONCLUSION_KINDS, VALID_UNTIL_KINDS


class MetrologyCertificate(models.Model):
    """What keeps a certificate from a step."""

    _inherit = "metrology.certificate"

    def _get_submit_blockers(self):
        """What keeps the certificate from being submitted: list of (code, text)."""
        self.ensure_one()
        blockers = []
        if self.record_id.state not in SEALED_STATES:
            return [
                (
                    "record_open",
                    self.env._(
                        "The technical record %(name)s has not been submitted.",
                        name=self.record_id.display_name,
                    ),
                )
            ]
        if self.kind != self.record_id._prepare_certificate_result()["kind"]:
            blockers.append(
                (
                    "kind_changed",
                    self.env._(
                        "The verdict of the record has changed, and the number "
                        "%(number)s belongs to another kind of document. Have the "
                        "certificate voided and make a new one.",
                        number=self.name,
                    ),
                )
            )
        required = self._get_required_fields()
        for name in sorted(required, key=list(self._fields).index):
            if not self[name]:
                blockers.append(
                    (
                        f"missing_{name}",
                        self.env._(
                            "%(field)s is empty.", field=self._label_fields([name])[0]
                        ),
                    )
                )
        if self.tester_id and self.tester_id not in self.job_id.employee_ids:
            blockers.append(
                (
                    "tester_foreign",
                    self.env._(
                        "%(tester)s has not done the work: choose one of %(executors)s.",
                        tester=self.tester_id.name,
                        executors=", ".join(self.job_id.employee_ids.mapped("name")),
                    ),
                )
            )
        blockers += self._get_cover_differences()
        blockers += self._get_standard_blockers()
        blockers += self._get_environment_blockers()
        blockers += self._get_result_blockers()
        blockers += self._get_conclusion_blockers()
        return blockers

    def _get_required_fields(self):
        names = {"partner_name", "instrument_name", "tester_id", "test_date"}
        if self.relation == "supplement":
            names.add("note")
        if self.kind in CONCLUSION_KINDS:
            names |= {"conclusion", "conclusion_text"}
        if self.kind in VALID_UNTIL_KINDS:
            names.add("valid_until")
        return names

    def _get_cover_differences(self):
        """The cover must say what the ledger says of the instrument (S3-7.1.1-1)."""
        blockers = []
        instrument = self.instrument_id
        for name, source in (
            ("serial_number", instrument.serial_number),
            ("model_text", instrument.model_text),
            ("manufacturer", instrument.manufacturer),
        ):
            if (self[name] or "").strip() != (source or "").strip():
                blockers.append(
                    (
                        f"differs_{name}",
                        self.env._(
                            "%(field)s on the cover is '%(cover)s', on the order "
                            "'%(order)s'. Correct the one that is wrong.",
                            field=self._label_fields([name])[0],
                            cover=self[name] or "",
                            order=source or "",
                        ),
                    )
                )
        return blockers

    def _get_approve_blockers(self):
        """What keeps the certificate from being issued: list of (code, text)."""
        self.ensure_one()
        blockers = self.record_id._get_signature_blockers()
        roles = set(
            self.signature_ids.filtered(lambda s: s.state == "valid").mapped("role")
        )
        labels = dict(
            self.signature_ids._fields["role"]._description_selection(self.env)
        )
        for role in ("tester", "checker"):
            if role not in roles:
                blockers.append(
                    (
                        f"unsigned_{role}",
                        self.env._(
                            "The signature '%(role)s' is missing.", role=labels[role]
                        ),
                    )
                )
        if self.layout_id.electronic:
            if not self.env["metrology.seal"]._find(self.kind, self.company_id):
                blockers.append(
                    (
                        "no_seal",
                        self.env._(
                            "The institution has no seal in use of the kind "
                            "'%(kind)s'. Ask the administrator to set one up under "
                            "Configuration > Seals.",
                            kind=self.env["metrology.seal"]._get_kind_label(self.kind),
                        ),
                    )
                )
        blockers += self._get_authorization_blockers()
        blockers += self._get_change_blockers()
        if self.relation == "replacement" and self.original_id.state != "released":
            blockers.append(
                (
                    "original_gone",
                    self.env._(
                        "%(name)s is not in force any more and cannot be replaced.",
                        name=self.original_id.display_name,
                    ),
                )
            )
        today = self.env["metrology.calendar"]._today(self.company_id)
        if self.test_date and self.test_date > today:
            blockers.append(
                (
                    "test_in_future",
                    self.env._("The date of test lies in the future."),
                )
            )
        return blockers

    def _get_change_blockers(self):
        """A pending request holds up approval, print and release (S3-7.2.2-2)."""
        self.ensure_one()
        pending = self.sudo().change_ids.filtered(
            lambda change: change.state in PENDING_STATES
        )
        return [
            (
                "change_pending",
                self.env._(
                    "A change of the certificate %(name)s was requested by %(user)s "
                    "and is not decided yet.",
                    name=self.display_name,
                    user=change.applicant_id.name,
                ),
            )
            for change in pending
        ]

    def _raise_blockers(self, blockers):
        self.ensure_one()
        if blockers:
            raise UserError(
                self.env._(
                    "The certificate %(name)s cannot go on:\n%(reasons)s",
                    name=self.display_name,
                    reasons="\n".join(f"• {text}" for _code, text in blockers),
                )
            )
