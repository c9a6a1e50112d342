# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import ValidationError


class MetrologyCertificate(models.Model):
    """What always holds of a certificate."""

    _inherit = "metrology.certificate"

    @api.constrains("kind", "record_id")
    def _check_kind_of_service(self):
        """A line of one service kind yields only documents of that kind (S0-3.3)."""
        for certificate in self:
            job = certificate.record_id.job_id
            allowed = certificate._get_kinds(job.service_kind)
            if certificate.kind not in allowed:
                raise ValidationError(
                    self.env._(
                        "The job %(job)s is a %(service)s: no document of the kind "
                        "%(kind)s can be made from it.",
                        job=job.display_name,
                        service=self._label("service_kind", job.service_kind),
                        kind=self._label("kind", certificate.kind),
                    )
                )

    @api.constrains("valid_until", "test_date")
    def _check_valid_until(self):
        for certificate in self:
            if (
                certificate.valid_until
                and certificate.valid_until <= certificate.test_date
            ):
                raise ValidationError(
                    self.env._(
                        "The certificate %(name)s would be valid until %(until)s, which "
                        "is not after its date of test.",
                        name=certificate.display_name,
                        until=certificate.valid_until,
                    )
                )

    @api.constrains("layout_id", "kind")
    def _check_layout(self):
        for certificate in self:
            layout = certificate.layout_id
            if layout.kind != certificate.kind or layout.company_id not in (
                certificate.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._(
                        "The layout %(layout)s is not for this kind of document "
                        "(%(kind)s) of this institution.",
                        layout=layout.display_name,
                        kind=certificate._label("kind", certificate.kind),
                    )
                )
