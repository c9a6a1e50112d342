# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from .metrology_certificate import ISSUED_STATES, SIGNING_STATES


class MetrologyRecord(models.Model):
    _inherit = "metrology.record"

    certificate_ids = fields.One2many(
        comodel_name="metrology.certificate",
        inverse_name="record_id",
        string="Certificates",
        readonly=True,
    )

    def action_make_certificate(self):
        """Make the draft certificates of the records and open them."""
        return self._make_certificate()._get_action()

    def action_view_certificates(self):
        return self.certificate_ids._get_action()

    def action_return(self, reason=None):
        """Lock the certificates first, as their own steps do, then the records."""
        if reason is not None:
            self.sudo().certificate_ids._lock()
        return super().action_return(reason)

    def _return(self, reason):
        """Take the certificates in signing back with their records.

        :raises UserError: a certificate was issued from one of them
        """
        certificates = self.sudo().certificate_ids
        issued = certificates.filtered(
            lambda one: one.state in ISSUED_STATES and one.state != "void"
        )
        if issued:
            raise UserError(
                self.env._(
                    "The certificate %(certificate)s was issued from %(record)s, which "
                    "therefore stays as it is. Request a change of the certificate and "
                    "say in it that the record is wrong.",
                    certificate=issued[0].display_name,
                    record=issued[0].record_id.display_name,
                )
            )
        certificates.filtered(lambda one: one.state in SIGNING_STATES)._give_back(
            reason
        )
        return super()._return(reason)

    def _make_certificate(self):
        """Make a draft certificate for each record that has none in work.

        Idempotent: a record whose certificate exists yields that one.

        :return: certificates, in the order of ``self``
        :raise UserError: a record is not submitted, or its kind has no layout
        """
        Certificate = self.env["metrology.certificate"]
        self._lock_to_make(self)
        existing = {
            certificate.record_id: certificate
            for certificate in Certificate.search(
                [
                    ("record_id", "in", self.ids),
                    ("state", "not in", ("superseded", "void")),
                ]
            )
        }
        missing = self - self.browse([record.id for record in existing])
        vals_list = [record._prepare_certificate_vals() for record in missing]
        created = (
            Certificate._step(self.env._("Made from the technical record"))
            .create(vals_list)
            .with_env(self.env)
        )
        existing |= dict(zip(missing, created, strict=True))
        return Certificate.union(*(existing[record] for record in self))

    def _prepare_certificate_vals(self):
        self.ensure_one()
        if self.origin_id:
            raise UserError(
                self.env._(
                    "%(record)s corrects %(origin)s: it is for the replacement of its "
                    "certificate only.",
                    record=self.display_name,
                    origin=self.origin_id.display_name,
                )
            )
        if self.state not in ("submitted", "checked", "locked"):
            raise UserError(
                self.env._(
                    "Submit the technical record %(name)s first: a certificate states "
                    "what a finished record found.",
                    name=self.display_name,
                )
            )
        job = self.job_id
        instrument = job.sample_id.instrument_id
        order = job.order_id
        # The tester is the executor who submitted the record, or the first one.
        user_employee = self.submitted_by_id.employee_id
        tester = (
            user_employee if user_employee in job.employee_ids else job.employee_ids[:1]
        )
        return {
            "record_id": self.id,
            "company_id": self.company_id.id,
            **self._prepare_certificate_result(),
            "partner_name": order.report_partner_name or order.partner_id.name,
            "partner_address": order.report_partner_address,
            "instrument_name": instrument.name,
            "model_text": instrument.model_text,
            "serial_number": instrument.serial_number,
            "manufacturer": instrument.manufacturer,
            "range_text": instrument.range_text,
            "accuracy_text": instrument.accuracy_text,
            "received_date": job.sample_id.received_on
            and fields.Datetime.context_timestamp(
                self, job.sample_id.received_on
            ).date(),
            "interval_months": job.capability_id.interval_months
            or instrument.interval_months,
            "tester_id": tester.id,
            "editor_id": self.env.user.employee_id.id,
        }

    def _prepare_certificate_result(self):
        """Return what a certificate takes over from the result of the record."""
        self.ensure_one()
        kind = self.service_kind
        if kind == "verification" and self.verdict == "fail":
            kind = "rejection"
        layout = self.env["metrology.certificate.layout"]._find(kind, self.company_id)
        if not layout:
            raise UserError(
                self.env._(
                    "There is no active layout for the kind of document that "
                    "%(name)s needs. Make one under Configuration > Certificate "
                    "Layouts.",
                    name=self.display_name,
                )
            )
        return {
            "kind": kind,
            "layout_id": layout.id,
            "test_date": self._get_day(),
            "conclusion_text": self._get_conclusion_text(kind),
        }

    def _get_conclusion_text(self, kind):
        if kind == "verification":
            return "合格"
        if kind == "rejection":
            return "不合格"
        return False
