# SPDX-License-Identifier: AGPL-3.0-only
import hashlib

from odoo import api, models
from odoo.exceptions import UserError

from .metrology_certificate import ISSUED_STATES


class MetrologyCertificate(models.Model):
    """What the public may know: valid or not, and of what, never more."""

    _inherit = "metrology.certificate"

    def _get_public_url(self):
        """The address in the QR code.

        :raises UserError: before approval there is none (S3-5.4.6-2)
        """
        self.ensure_one()
        token = self.sudo().token
        if not token:
            raise UserError(
                self.env._(
                    "The certificate %(name)s is not approved, so it has no QR code.",
                    name=self.display_name,
                )
            )
        company = self.company_id
        base = company.metrology_public_url or self.get_base_url()
        return f"{base.rstrip('/')}/c/{token}"

    @api.model
    def _find_public(self, token):
        """Return the issued certificate of a ``token``, or none."""
        if not token or len(token) > 64:
            return self.browse()
        return self.sudo().search(
            [("token", "=", token), ("state", "in", ISSUED_STATES)], limit=1
        )

    def _get_public_values(self):
        """The few facts the public page shows (S3-7.2.3)."""
        self.ensure_one()
        content = self.content or {}
        return {
            "number": self.name,
            "status": self._get_public_status(),
            "title": (content.get("layout") or {}).get("title") or self.layout_id.title,
            "institution": (content.get("institution") or {}).get("name", ""),
            "customer": self._mask((content.get("customer") or {}).get("name", "")),
            "instrument": (content.get("instrument") or {}).get("name", ""),
            "serial": self._mask((content.get("instrument") or {}).get("serial", "")),
            "test_date": self.test_date,
            "issue_date": self.issue_date,
            "valid_until": self.valid_until,
            "expired": bool(
                self.valid_until
                and self.valid_until
                < self.env["metrology.calendar"]._today(self.company_id)
            ),
            "sha256": self.pdf_sha256,
            "replaced_by": self.successor_ids.filtered(
                lambda other: (
                    other.relation == "replacement" and other.state in ISSUED_STATES
                )
            ).name,
            "supplements": self.successor_ids.filtered(
                lambda other: (
                    other.relation == "supplement" and other.state in ISSUED_STATES
                )
            ).mapped("name"),
        }

    def _get_public_status(self):
        """One of valid, superseded, void, unclear.

        Unclear: what is stored is not what was signed, so nothing is vouched for.
        """
        if self.content_digest != self._get_digest(self.content):
            return "unclear"
        return self.state if self.state in ("superseded", "void") else "valid"

    def _check_public_file(self, data):
        """Compare a file somebody holds with the issued one.

        :param bytes data: the file
        :return: "same" (the issued bytes) or "different"
        """
        self.ensure_one()
        if hashlib.sha256(data).hexdigest() == self.pdf_sha256:
            return "same"
        return "different"

    @api.model
    def _mask(self, text):
        """Keep the first and last characters: 某矿业有限公司 -> 某矿***公司."""
        text = text or ""
        if len(text) <= 2:
            return text[:1] + "*" if text else ""
        keep = 2 if len(text) > 5 else 1
        return f"{text[:keep]}***{text[-keep:]}"
