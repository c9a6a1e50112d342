# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.metrology.tools import impact, rounding

FINDING_MODELS = {
    "metrology.traceability": "certificate",
    "metrology.equipment.check": "check",
    "metrology.equipment.event": "event",
}


class MetrologyImpactAnalysis(models.Model):
    """What was found, since when the results are in question, and by how much."""

    _inherit = "metrology.impact.analysis"

    # ------------------------------------------------------------------ finding
    @api.model
    def _start(self, equipment, finding):
        """Return the analysis of a finding: the one there is, or a new one, listed.

        :param equipment: one maintenance.equipment
        :param finding: a refused metrology.traceability, a failed
            metrology.equipment.check or a metrology.equipment.event
        """
        equipment.ensure_one()
        found = self.search(
            [("finding_model", "=", finding._name), ("finding_id", "=", finding.id)]
        )
        if found:
            return found
        vals = {
            "equipment_id": equipment.id,
            "company_id": (equipment.company_id or self.env.company).id,
            **self._prepare_finding(finding),
        }
        analysis = self.sudo()._guard_open().create(vals)
        analysis = analysis._guard_close()
        try:
            analysis._get_shift()
        except UserError as error:
            # Bad equipment is taken out of use although its tables give no shift.
            analysis._guard_open().shift_kind = "unknown"
            analysis.message_post(body=str(error))
        analysis._list()
        return analysis.with_env(self.env)

    @api.model
    def _prepare_finding(self, finding):
        company = self.env.company
        vals = {
            "finding_model": finding._name,
            "finding_id": finding.id,
            "finding_kind": FINDING_MODELS[finding._name],
            "finding_date": self.env["metrology.calendar"]._today(company),
        }
        if finding._name == "metrology.traceability":
            used = finding.equipment_id._get_traceabilities(finding.date).get(
                finding.equipment_id.id, finding.browse()
            )
            common = set(used.correction_ids.mapped("code")) & set(
                finding.correction_ids.mapped("code")
            )
            vals |= {
                "finding_date": finding.confirmed_on or vals["finding_date"],
                "note": finding.confirmation_note,
                "old_traceability_id": used.id,
                "new_traceability_id": finding.id,
            }
            if len(common) == 1:
                code = common.pop()
                vals |= {
                    "shift_kind": "certificates",
                    "correction_code": code,
                    "shift_unit_id": finding.correction_ids.filtered(
                        lambda table: table.code == code
                    ).unit_id.id,
                }
        elif finding._name == "metrology.equipment.check":
            vals |= {"finding_date": finding.date, "note": finding.note}
        else:
            vals |= {"finding_date": finding.date, "note": finding.reason}
        return vals

    def _get_finding(self):
        """Return the document of the finding, or None."""
        self.ensure_one()
        if self.finding_model not in FINDING_MODELS or not self.finding_id:
            return None
        return self.env[self.finding_model].browse(self.finding_id).exists()

    def _find_evidence(self):
        """Note the last good evidence before the finding, and from when on to ask.

        What a finding is about is no evidence, nor is anything dated after it: for a
        certificate in, the day of its calibration counts.
        """
        for analysis in self:
            finding = analysis._get_finding()
            before = analysis.finding_date
            if finding and finding._name == "metrology.traceability":
                before = min(before, finding.date)
            equipment = analysis.equipment_id
            candidates = []
            certificate = self.env["metrology.traceability"].search(
                [
                    ("equipment_id", "=", equipment.id),
                    ("state", "=", "confirmed"),
                    ("date", "<", before),
                ],
                order="date desc, id desc",
                limit=1,
            )
            if certificate:
                candidates.append((certificate.date, "certificate", certificate.number))
            check = self.env["metrology.equipment.check"].search(
                [
                    ("equipment_id", "=", equipment.id),
                    ("state", "=", "passed"),
                    ("date", "<", before),
                ],
                order="date desc, id desc",
                limit=1,
            )
            if check:
                candidates.append((check.date, "check", check.display_name))
            day, kind, name = max(candidates, default=(False, "none", False))
            analysis._guard_open().with_context(tracking_disable=True).write(
                {
                    "good_date": day,
                    "good_kind": kind,
                    "good_name": name,
                    "date_from": day,
                }
            )

    def action_open_finding(self):
        """Show the document that made the finding."""
        self.ensure_one()
        finding = self._get_finding()
        if not finding:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": finding._name,
            "res_id": finding.id,
            "view_mode": "form",
        }

    # --------------------------------------------------------------------- shift
    def _get_shift(self):
        """Return the shift as ``tools.impact.Shift``, None while it is not known.

        :raises UserError: what is missing
        """
        self.ensure_one()
        values = {"analysis": self.display_name}
        if self.shift_kind == "unknown":
            return None
        if self.relative_to == "span" and not self._get_span():
            raise UserError(
                self.env._(
                    "%(analysis)s: give the span the relative errors refer to.",
                    **values,
                )
            )
        try:
            if self.shift_kind == "constant":
                if not (self.shift_value or "").strip():
                    raise UserError(
                        self.env._("%(analysis)s: give the shift.", **values)
                    )
                return impact.Shift(constant=self.shift_value)
            points = (
                [(line.point, line.shift) for line in self.shift_line_ids]
                if self.shift_kind == "table"
                else self._get_certificate_difference()
            )
            if len(points) < 2:
                raise UserError(
                    self.env._(
                        "%(analysis)s: a table of shifts needs at least two points.",
                        **values,
                    )
                )
            return impact.Shift(points=points)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(analysis)s: the shift cannot be read: %(cause)s",
                    cause=error,
                    **values,
                )
            ) from error

    def _get_span(self):
        """Return the typed span of fiducial errors; None where it is none."""
        text = (self.relative_span or "").strip()
        return text if text and rounding.exact(text) > 0 else None

    def _get_certificate_difference(self):
        """Return new minus old correction of the two certificates, point by point."""
        tables = []
        for certificate in (self.old_traceability_id, self.new_traceability_id):
            points = certificate and certificate._get_correction_table(
                self.correction_code or ""
            )
            if not points:
                raise UserError(
                    self.env._(
                        "%(analysis)s: %(certificate)s has no correction table "
                        "“%(code)s”. Enter its corrections, or give the shift as a "
                        "table.",
                        analysis=self.display_name,
                        certificate=certificate.number
                        or self.env._("one of the certificates"),
                        code=self.correction_code or "",
                    )
                )
            tables.append(points)
        return impact.difference(*tables)
