# SPDX-License-Identifier: AGPL-3.0-only
import io
import re
import zipfile

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.safe_eval import safe_eval, time


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pades_sign = fields.Boolean(
        string="Sign",
        help="Sign every PDF of this report with the institution's key (PAdES).",
    )
    pades_seal = fields.Boolean(
        string="Seal",
        default=True,
        help="Draw the seal of the company where the signature is.",
    )
    pades_straddle = fields.Boolean(
        string="Straddling Seal",
        help="Draw the seal in slices over the right edges of the pages.",
    )

    def _get_readable_fields(self):
        return super()._get_readable_fields() | {"pades_sign"}

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        # Here and not where streams are prepared: other addons attach files there,
        # and nothing may touch a document after its signature.
        streams, kind = super()._pre_render_qweb_pdf(report_ref, res_ids, data)
        report = self._get_report(report_ref)
        if kind == "pdf" and report.pades_sign:
            if self.env.context.get("pades_one_file") and len(streams) > 1:
                raise self._merge_error(report)
            for values in streams.values():
                if values["stream"]:
                    content = values["stream"].getvalue()
                    values["stream"] = io.BytesIO(self._sign_report(report, content))
        return streams, kind

    def _sign_report(self, report, content):
        """Return the PDF ``content`` of ``report`` sealed and signed, once."""
        pades = self.env["report.pades"]
        if pades._is_signed(content):
            # Printed again from its attachment.
            return content
        company = self.env.company
        seal = pades._get_company_seal(company) if report.pades_seal else None
        straddling = pades._get_company_seal(company) if report.pades_straddle else None
        if straddling:
            content = pades._add_straddle_seal(content, straddling)
        return pades._sign_pdf(
            content,
            reason=report.name,
            location=company.city or None,
            seal=seal,
        )

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        # One file is wanted here; other callers of _pre_render take them apart.
        return super(
            IrActionsReport, self.with_context(pades_one_file=True)
        )._render_qweb_pdf(report_ref, res_ids, data)

    def _merge_error(self, report):
        return UserError(
            self.env._(
                "“%(report)s” prints signed documents. They cannot be put into one "
                "file without breaking their signatures: print them one by one, or "
                "download them as ZIP from the list.",
                report=report.name,
            )
        )

    def _render_signed_zip(self, report_ref, res_ids, data=None):
        """Return a ZIP file with one signed PDF for each record as bytes."""
        report = self._get_report(report_ref)
        records = self.env[report.model].browse(res_ids)
        output = io.BytesIO()
        taken = set()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
            for record in records:
                content, kind = self._render_qweb_pdf(
                    report_ref, record.ids, dict(data or {})
                )
                extension = "pdf" if kind == "pdf" else "html"
                name = self._get_file_name(report, record)
                while name in taken:
                    name = f"{name}_{record.id}"
                taken.add(name)
                archive.writestr(f"{name}.{extension}", content)
        return output.getvalue()

    def _get_file_name(self, report, record):
        """Return the name of a record's file, without what file systems refuse."""
        name = f"{report.name} {record.display_name}"
        if report.print_report_name:
            values = {"object": record, "time": time}
            name = str(safe_eval(report.print_report_name, values))
        name = re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "_", name).strip(" .")
        return name or str(record.id)
