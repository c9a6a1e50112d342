# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


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
        certificates = self._make_certificate()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificates"),
            "res_model": "metrology.certificate",
        }
        if len(certificates) == 1:
            return action | {"view_mode": "form", "res_id": certificates.id}
        return action | {
            "view_mode": "list,form",
            "domain": [("id", "in", certificates.ids)],
        }

    def action_view_certificates(self):
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificates"),
            "res_model": "metrology.certificate",
        }
        if len(self.certificate_ids) == 1:
            return action | {"view_mode": "form", "res_id": self.certificate_ids.id}
        return action | {
            "view_mode": "list,form",
            "domain": [("record_id", "in", self.ids)],
        }

    def _make_certificate(self):
        """Make a draft certificate for each record that has none in work.

        Idempotent: a record whose certificate exists yields that one.

        :return: certificates, in the order of ``self``
        :raise UserError: a record is not submitted, or its kind has no layout
        """
        Certificate = self.env["metrology.certificate"]
        self.lock_for_update()
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
        if self.state not in ("submitted", "checked", "locked"):
            raise UserError(
                self.env._(
                    "Submit the technical record %(name)s first: a certificate states "
                    "what a finished record found.",
                    name=self.display_name,
                )
            )
        job = self.job_id
        kind = job.service_kind
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
            "kind": kind,
            "layout_id": layout.id,
            "partner_name": order.report_partner_name or order.partner_id.name,
            "partner_address": order.partner_id.contact_address_inline,
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
            "test_date": self._get_test_date(),
            "conclusion_text": self._get_conclusion_text(kind),
            "interval_months": job.capability_id.interval_months
            or instrument.interval_months,
            "tester_id": tester.id,
            "editor_id": self.env.user.employee_id.id,
        }

    def _get_test_date(self):
        """The institution's calendar day on which the work was finished."""
        self.ensure_one()
        moment = self.submitted_on or fields.Datetime.now()
        calendar = self.env["metrology.calendar"]
        if hasattr(calendar, "_to_day"):
            return calendar._to_day(moment, self.company_id)
        return fields.Datetime.context_timestamp(self, moment).date()

    def _get_conclusion_text(self, kind):
        if kind == "verification":
            return "合格"
        if kind == "rejection":
            return "不合格"
        return False
