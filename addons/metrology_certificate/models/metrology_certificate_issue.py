# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import io
import json
import secrets

import pikepdf

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import hash_sign

from .metrology_certificate import ISSUED_STATES

# An object cannot be sent over RPC or in a report's address: only Python makes the
# document itself, everybody else gets a marked copy.
_OFFICIAL = object()

TICKET_SCOPE = "metrology_certificate.print"
TICKET_HOURS = 1


class MetrologyCertificate(models.Model):
    """Issuing: one transaction makes number, QR, PDF/A, seal and signature.

    Either all of it is there at the end or nothing is; a second click finds the row
    locked and then the state changed, so there is never a second file.
    """

    _inherit = "metrology.certificate"

    def _issue(self, approver):
        """Make the document of an approved certificate.

        :param approver: the authorised signatory (hr.employee)
        """
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.company_id)
        seal = (
            self.env["metrology.seal"]._find(self.kind, self.company_id)
            if self.layout_id.electronic
            else self.env["metrology.seal"]
        )
        step = self._step(self.env._("Approved and issued"))
        step.write(
            {
                "approver_id": approver.id,
                "issue_date": today,
                "token": secrets.token_urlsafe(16),
                "seal_id": seal.id,
            }
        )
        pdf = self._seal_and_sign(self._render(), seal)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._get_file_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                    "res_field": "pdf_id",
                }
            )
        )
        if seal:
            seal._log_use(self)
        step.sudo().write(
            {
                "state": "to_print",
                "pdf_id": attachment.id,
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
            }
        )
        self.record_id._supersede_origin()
        if self.relation == "replacement":
            self.original_id._step(
                self.env._("Replaced by %(number)s", number=self.name)
            ).write({"state": "superseded"})
        self.env["metrology.certificate.change"]._after_issue(self)

    def _render(self):
        """Return the PDF/A of the certificate, not yet sealed or signed."""
        self.ensure_one()
        report = self.layout_id.report_id
        pdf, _format = (
            self.env["ir.actions.report"]
            .with_context(
                force_report_rendering=True,
                metrology_official=_OFFICIAL,
                lang=self.company_id.partner_id.lang or "zh_CN",
            )
            ._render_qweb_pdf(report, self.ids)
        )
        return pdf

    def _get_reading_copy(self):
        """Return the certificate for reading: marked, without QR, seal, signature."""
        self.ensure_one()
        return (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True, metrology_official=None)
            ._render_qweb_pdf(self.layout_id.sudo().report_id, self.ids)[0]
        )

    def _is_official(self):
        """Tell whether what is rendered now is the document itself, not a copy."""
        return self.env.context.get("metrology_official") is _OFFICIAL

    def _seal_and_sign(self, pdf, seal):
        """Return ``pdf`` with the straddling seal, the seal and the signature."""
        pades = self.env["report.pades"]
        picture = seal._get_svg() if seal else None
        if picture:
            with pikepdf.open(io.BytesIO(pdf)) as document:
                pages = len(document.pages)
            if pages > 1:
                pdf = pades._add_straddle_seal(pdf, picture)
                self._check_straddled(pdf)
        return pades._sign_pdf(
            pdf,
            reason=self.env._("Approved: %(number)s", number=self.name),
            location=self.company_id.name,
            seal=picture,
        )

    def _check_straddled(self, pdf):
        """Refuse to issue an electronic certificate with a page without its slice."""
        bare = self.env["report.pades"]._get_pages_without_straddle(pdf)
        if bare:
            raise UserError(
                self.env._(
                    "The certificate %(name)s would be issued without the straddling "
                    "seal on page %(pages)s. Check the drawing of the seal under "
                    "Configuration > Seals.",
                    name=self.display_name,
                    pages=", ".join(map(str, bare)),
                )
            )

    def _get_file_name(self):
        return f"{self.name}.pdf".replace("/", "-")

    def _get_pdf_data(self):
        """The content as the JSON file that is attached to the PDF."""
        return json.dumps(self.content, ensure_ascii=False, indent=1).encode()

    def _get_issued_pdf(self):
        """Return the stored bytes; refuses if they are not the issued ones."""
        self.ensure_one()
        return self._check_bytes(self.sudo().pdf_id, self.pdf_sha256)

    def _check_bytes(self, attachment, sha256):
        pdf = attachment.sudo().raw
        if not pdf or hashlib.sha256(pdf).hexdigest() != sha256:
            raise UserError(
                self.env._(
                    "The stored file of the certificate %(name)s is not the one that "
                    "was issued. Tell the administrator; do not hand it out.",
                    name=self.name,
                )
            )
        return pdf

    def _action_download(self):
        """Return the action that fetches the documents, for this user and this hour."""
        ticket = hash_sign(
            self.sudo().env,
            TICKET_SCOPE,
            [self.env.uid, self.ids, self._get_print_mark()],
            expiration_hours=TICKET_HOURS,
        )
        url = (
            f"/metrology/certificate/{self.id}/pdf"
            if len(self) == 1
            else "/metrology/certificates/zip"
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}?ticket={ticket}",
            "target": "new",
        }

    def _get_print_mark(self):
        """Return what a ticket is for: these files, as often as they were printed.

        A ticket of before a recall, or of an earlier print, opens nothing any more.
        """
        return [
            f"{certificate.pdf_sha256}:{certificate.print_count}"
            for certificate in self
        ]

    def _check_ticket(self, mark):
        """Refuse a ticket for other files, or while a change is asked for (S3-7.2.2-2).

        :param list mark: ``_get_print_mark`` of when it was given
        :raises UserError: it does not open these certificates any more
        """
        if mark != self._get_print_mark():
            raise UserError(
                self.env._(
                    "This is the address of an earlier print. Print the certificate "
                    "again, with the reason."
                )
            )
        for certificate in self:
            certificate._raise_blockers(certificate._get_change_blockers())

    # --- BATCH ---

    def _sign_batch(self, step):
        """Sign each certificate by itself; one that is refused does not stop others.

        :param str step: submit, confirm, check or approve
        :return: list of (certificate, reason) of those that were refused
        """
        method = {
            "submit": "_submit",
            "confirm": "_confirm",
            "check": "_check_step",
            "approve": "_approve",
        }[step]
        refused = []
        for certificate in self:
            try:
                with self.env.cr.savepoint():
                    getattr(certificate, method)()
            except UserError as error:
                refused.append((certificate, str(error)))
        return refused

    def _is_approved(self, digest):
        """Tell whether the caller has approved this very content already."""
        return (
            self.state in ISSUED_STATES
            and self.content_digest == digest
            and self.approver_id == self.env.user.employee_id
        )

    def _job_approve(self, digest):
        """Approve one certificate in the queue, as the person who signed the batch.

        :param str digest: of the content the person saw; another one is not approved
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._lock()
                if self._is_approved(digest):
                    # Approved by hand meanwhile: what was wanted is done.
                    return self.env._("Approved.")
                self._check_state("approving")
                if self.content_digest != digest:
                    raise UserError(
                        self.env._(
                            "The content of the certificate %(name)s is not what was "
                            "signed. Return it to the tester.",
                            name=self.display_name,
                        )
                    )
                self._approve()
        except UserError as error:
            self.message_post(
                body=self.env._("Not approved: %(reason)s", reason=str(error))
            )
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Not approved"),
                note=str(error),
                user_id=self.env.uid,
                date_deadline=fields.Date.context_today(self),
            )
            return str(error)
        return self.env._("Approved.")
