# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo import Command, api, models
from odoo.exceptions import UserError

from .release import ELECTRONIC_STATES


class MetrologyRelease(models.Model):
    """What is handed over is chosen by scanning."""

    _inherit = "metrology.release"

    @api.onchange("scan")
    def _onchange_scan(self):
        code, self.scan = self.scan, False
        if not (code or "").strip():
            return None
        samples, certificates, message = self._find_by_code(code)
        if message:
            return {"warning": {"title": self.env._("Scan"), "message": message}}
        if not self.partner_id:
            partner = (samples.order_id | certificates.order_id)[:1].partner_id
            self.partner_id = partner.commercial_partner_id
        self.sample_ids |= samples
        self.certificate_ids |= certificates
        return None

    def action_scan(self, code):
        """Add what a scanned code names to a saved draft.

        :param str code: number of a sample, certificate, instrument label or order
        :return: dict of ``samples`` and ``certificates`` now in the hand-over
        :raises UserError: nothing that could be handed over has this code
        """
        self.ensure_one()
        self.check_access("write")
        self._require_draft()
        samples, certificates, message = self._find_by_code(code)
        if message:
            raise UserError(message)
        self.write(
            {
                "sample_ids": [Command.link(sample.id) for sample in samples],
                "certificate_ids": [Command.link(item.id) for item in certificates],
            }
        )
        return {
            "samples": self.sample_ids.mapped("name"),
            "certificates": self.certificate_ids.mapped("name"),
        }

    @api.model
    def _clean_code(self, code):
        """Return the number in a scanned text; a QR code may hold an address."""
        code = (code or "").strip()
        if re.match(r"https?://", code):
            code = code.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return code

    def _find_by_code(self, code):
        """Return (samples, certificates, message) for a scanned code.

        A sample brings its certificates along and an order everything that waits; a
        certificate comes alone.  ``message`` says why nothing was found.
        """
        code = self._clean_code(code)
        if not code:
            # An empty text would match everything that has no number yet.
            message = self.env._("Scan a label first.")
            return self.env["metrology.sample"], self.certificate_ids[:0], message
        Sample = self.env["metrology.sample"]
        Certificate = self.env["metrology.certificate"]
        companies = [
            ("company_id", "in", self.company_id.ids or self.env.companies.ids)
        ]
        certificates = Certificate.search(
            [*companies, "|", ("name", "=", code), ("token", "=", code)]
        )
        samples = Sample
        if not certificates:
            order = self.env["metrology.order"].search(
                [*companies, ("name", "=", code)]
            )
            samples = order.sample_ids or Sample.search(
                [*companies, ("name", "=", code)]
            )
            if not samples:
                samples = Sample.search(
                    [
                        *companies,
                        ("instrument_id.label_code", "=", code),
                        ("state", "not in", ("released", "cancelled")),
                    ]
                )
            certificates = samples.job_ids.certificate_ids
            if not samples and not order:
                return (
                    Sample,
                    Certificate,
                    self.env._("Nothing here has the number %(code)s.", code=code),
                )
        owner = self.partner_id.commercial_partner_id
        foreign = (samples.order_id | certificates.order_id).filtered(
            lambda o: owner and o.commercial_partner_id != owner
        )
        if foreign:
            return (
                Sample,
                Certificate,
                self.env._(
                    "%(code)s belongs to %(owner)s, this hand-over is for %(customer)s.",
                    code=code,
                    owner=foreign[0].commercial_partner_id.name,
                    customer=owner.name,
                ),
            )
        ready_samples = samples.filtered(lambda sample: sample._is_releasable())
        ready_certificates = certificates.filtered(
            lambda c: c.state in ELECTRONIC_STATES
        )
        if not ready_samples and not ready_certificates:
            gone = samples.filtered(lambda s: s.state == "released")
            gone_certificates = certificates.filtered(lambda c: c.state == "released")
            message = (
                self.env._("%(code)s has been handed over already.", code=code)
                if gone or gone_certificates
                else self.env._("Nothing of %(code)s is ready to hand over.", code=code)
            )
            return Sample, Certificate, message
        return ready_samples, ready_certificates, ""
