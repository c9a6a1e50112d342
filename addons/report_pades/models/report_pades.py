# SPDX-License-Identifier: AGPL-3.0-only
import base64
import binascii
import hashlib
import io
import logging
from datetime import UTC
from functools import lru_cache

import pikepdf
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.report_weasyprint.tools.anchors import find_boxes
from odoo.addons.report_weasyprint.tools.options import get_option

from ..tools import seal as seal_tools
from ..tools import signing, verify
from ..tools.glyphs import MissingGlyph

_logger = logging.getLogger(__name__)

#: Element of a template on whose middle the seal is put.
SEAL_ANCHOR = "pades-seal"
MAX_VERIFY_SIZE = 50 * 1024**2


class ReportPades(models.AbstractModel):
    """Sign, seal and verify PDF documents with the institution's key."""

    _name = "report.pades"
    _description = "Signatures of PDF Documents"

    # ------------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------------
    @api.model
    def _get_provider(self):
        """Return the model that keeps the key, as the server option says."""
        code = get_option("pades_provider", "report_pades", "pkcs12")
        name = f"report.pades.provider.{code}"
        if name not in self.env:
            raise UserError(
                self.env._(
                    "The option pades_provider asks for “%(code)s”, but no installed "
                    "addon provides such signing keys.",
                    code=code,
                )
            )
        return self.env[name]

    @api.model
    def _is_configured(self):
        """Return whether documents can be signed on this server."""
        try:
            return bool(self._get_provider()._get_signer())
        except UserError:
            return False

    @api.model
    def _get_key_info(self):
        """Return name, validity (UTC) and fingerprint of the key, or None."""
        try:
            certificate = self._get_provider()._get_certificate()
        except UserError:
            return None
        return {
            "signer": verify.common_name(certificate),
            "issuer": certificate.issuer.human_friendly,
            "self_signed": certificate.self_signed in ("yes", "maybe"),
            "valid_from": certificate.not_valid_before,
            "valid_to": certificate.not_valid_after,
            "fingerprint": hashlib.sha256(certificate.dump()).hexdigest(),
        }

    @api.model
    def _get_trust_roots(self):
        """Return the certificates whose signatures are trusted.

        The institution's present key, and those of ``pades_trust_file`` (PEM): former
        keys, and the roots that vouch for time stamps.
        """
        roots = []
        try:
            roots.append(self._get_provider()._get_certificate())
        except UserError:
            _logger.info("no signing key: signatures are checked without it")
        if path := get_option("pades_trust_file", "report_pades"):
            try:
                with open(path, "rb") as stream:
                    roots.extend(load_certs_from_pemder_data(stream.read()))
            except (OSError, ValueError) as error:
                raise UserError(
                    self.env._(
                        "The trusted certificates (option pades_trust_file) cannot be "
                        "read. Please tell the administrator of the server."
                    )
                ) from error
        return roots

    @api.model
    def _get_timestamper(self):
        """Return a client of the time stamping authority, or None."""
        url = get_option("pades_tsa_url", "report_pades")
        return HTTPTimeStamper(url, timeout=10) if url else None

    # ------------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------------
    @api.model
    def _sign_pdf(
        self,
        pdf,
        *,
        reason,
        location=None,
        field_name="Signature1",
        seal=None,
        seal_box=None,
    ):
        """Return ``pdf`` signed with the institution's key (PAdES B-B, B-T with TSA).

        The file is only added to: earlier signatures and PDF/A remain valid.

        :param bytes pdf: the document
        :param str reason: why it is signed, shown by viewers
        :param location: where it is signed
        :param str field_name: name of the signature field; another one for each signer
        :param bytes seal: PDF or SVG drawn as the signature's appearance
        :param seal_box: (page index, x1, y1, x2, y2) in points from the lower left;
            without it the seal is put on the element with the id ``pades-seal``, or at
            the lower right of the last page
        :raise UserError: without a key, for bytes that are no PDF, for a field that is
            signed already
        """
        signer = self._get_provider()._get_signer()
        if seal:
            seal = self._get_seal_pdf(seal)
        try:
            if seal and not seal_box:
                seal_box = self._get_seal_box(pdf, seal)
            return signing.sign(
                pdf,
                signer,
                field_name=field_name,
                reason=reason,
                location=location,
                seal=seal,
                box=seal_box,
                timestamper=self._get_timestamper(),
            )
        except TimestampRequestError as error:
            raise UserError(
                self.env._(
                    "The document could not be signed: the time stamping authority "
                    "gave no time stamp (%(reason)s). Please try again later.",
                    reason=error,
                )
            ) from error
        except (SigningError, PdfError, pikepdf.PdfError, ValueError) as error:
            raise UserError(
                self.env._(
                    "The document could not be signed (field %(field)s): %(reason)s",
                    field=field_name,
                    reason=error,
                )
            ) from error

    @api.model
    def _get_seal_box(self, pdf, seal):
        """Return the place of the seal: on its anchor, else at the end."""
        width, height = seal_tools.page_size(seal)
        anchor = find_boxes(pdf).get(SEAL_ANCHOR)
        if anchor:
            page, x1, y1, x2, y2 = anchor
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            return (page, x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            page = len(document.pages) - 1
            _left, bottom, right, _top = (
                float(value) for value in document.pages[page].cropbox
            )
        right, bottom = right - 20 * seal_tools.MM, bottom + 35 * seal_tools.MM
        return (page, right - width, bottom, right, bottom + height)

    @api.model
    def _add_straddle_seal(self, pdf, seal, y=None):
        """Return ``pdf`` with ``seal`` in slices over the right edges of its pages.

        Before signing: it rewrites the file.

        :param bytes seal: PDF or SVG
        :param y: height of the middle of the seal in points
        """
        self._check_unsigned(pdf)
        try:
            return seal_tools.straddle(pdf, self._get_seal_pdf(seal), y)
        except pikepdf.PdfError as error:
            raise UserError(
                self.env._("The document is not a PDF file: %(reason)s", reason=error)
            ) from error

    @api.model
    def _get_pages_without_straddle(self, pdf):
        """Return the numbers of the pages of ``pdf`` that carry no slice of a seal."""
        return seal_tools.pages_without_straddle(pdf)

    @api.model
    def _check_unsigned(self, pdf):
        if self._is_signed(pdf):
            raise UserError(
                self.env._(
                    "The document is signed already; a seal over its edges would break "
                    "the signature. Put the seal first, then sign."
                )
            )

    @api.model
    def _is_signed(self, pdf):
        """Return whether ``pdf`` has a signature."""
        if b"/ByteRange" not in pdf:
            return False
        try:
            with pikepdf.open(io.BytesIO(pdf)) as document:
                form = document.Root.get("/AcroForm", {})
                return any(_is_signed_field(item) for item in form.get("/Fields", []))
        except pikepdf.PdfError:
            return False

    # ------------------------------------------------------------------
    # Seals
    # ------------------------------------------------------------------
    @api.model
    def _seal_svg(self, name, title="", *, code="", color=None, diameter_mm=None):
        """Return a round seal as SVG bytes, for demonstrations.

        :param name: the institution, :param title: what the seal is for
        :param code: number around the bottom
        """
        return _drawn_seal(
            self,
            name or "",
            title or "",
            code or "",
            color or seal_tools.RED,
            diameter_mm or seal_tools.DIAMETER_MM,
        )

    @api.model
    def _get_company_seal(self, company=None):
        """Return the seal that ``company`` has uploaded as bytes, or None."""
        company = (company or self.env.company).sudo().with_context(bin_size=False)
        return base64.b64decode(company.pades_seal) if company.pades_seal else None

    @api.model
    def _get_seal_pdf(self, seal):
        """Return the seal as PDF of one page, or raise UserError."""
        try:
            return seal_tools.seal_pdf(seal)
        except seal_tools.SealError as error:
            raise UserError(self._describe_seal_error(error)) from error

    @api.model
    def _describe_seal_error(self, error):
        """Return the sentence for a SealError."""
        texts = {
            "name": self.env._("A seal needs a name."),
            "long": self.env._(
                "The name is too long for a seal: at most %s characters.", error.detail
            ),
            "colour": self.env._("“%s” is not a colour for a seal.", error.detail),
            "pages": self.env._("A seal in PDF must have exactly one page."),
            "format": self.env._("A seal must be an SVG or PDF file."),
            "broken": self.env._("The PDF of the seal is broken: %s", error.detail),
            "empty": self.env._("The SVG of the seal draws nothing."),
        }
        return texts[error.code]

    # ------------------------------------------------------------------
    # Verifying
    # ------------------------------------------------------------------
    @api.model
    def _document_hash(self, pdf):
        """Return the SHA-256 of ``pdf`` in hexadecimal."""
        return hashlib.sha256(pdf).hexdigest()

    @api.model
    def _verify_pdf(self, pdf):
        """Return what the signatures of ``pdf`` are worth.

        :param bytes pdf: the file
        :return: ``valid`` (every signature holds and the file was not changed after
            them), ``signers`` (a dict for each signature) and ``findings`` (what is
            wrong, in sentences)
        """
        try:
            signatures = verify.verify(pdf, self._get_trust_roots())
        except verify.Unreadable as error:
            finding = self.env._("The file cannot be read as PDF: %s", error)
            return {"valid": False, "signers": [], "findings": [finding]}
        findings = [
            text for item in signatures for text in self._get_signature_findings(item)
        ]
        if not signatures:
            findings.append(self.env._("The document is not signed."))
        elif not findings and not any(item.covers_all for item in signatures):
            findings.append(
                self.env._("Something was added to the file after the last signature.")
            )
        return {
            "valid": bool(signatures)
            and not findings
            and all(item.valid for item in signatures),
            "signers": [self._prepare_signer(item) for item in signatures],
            "findings": findings,
        }

    @api.model
    def _prepare_signer(self, signature):
        signed_on = signature.signed_on
        if signed_on is not None and signed_on.tzinfo:
            signed_on = signed_on.astimezone(UTC).replace(tzinfo=None)
        return {
            "field": signature.field_name,
            "signer": signature.signer,
            "valid": signature.valid,
            "intact": signature.intact,
            "trusted": signature.trusted,
            "signed_on": signed_on,
            "timestamped": signature.timestamped,
            "reason": signature.reason,
            "location": signature.location,
            "covers_all": signature.covers_all,
            "modification": signature.modification,
            "fingerprint": signature.fingerprint,
        }

    @api.model
    def _get_signature_findings(self, signature):
        field_name = signature.field_name
        for code, detail in signature.problems:
            if code == "changed_bytes":
                yield self.env._(
                    "%(field)s: bytes that were signed have been changed; the content "
                    "is not what was signed.",
                    field=field_name,
                )
            elif code == "wrong_signature":
                yield self.env._(
                    "%(field)s: the signature does not fit the signer's key.",
                    field=field_name,
                )
            elif code == "untrusted":
                yield self.env._(
                    "%(field)s: signed by “%(signer)s”, whom this institution does not "
                    "trust.",
                    field=field_name,
                    signer=detail,
                )
            elif code == "timestamp":
                yield self.env._(
                    "%(field)s: the time stamp is not valid or not trusted.",
                    field=field_name,
                )
            elif code == "changed_after":
                yield self.env._(
                    "%(field)s: the document was changed after it was signed: "
                    "%(changes)s.",
                    field=field_name,
                    changes=self._describe_changes(signature.changes),
                )
            else:
                yield self.env._(
                    "%(field)s: the signature is damaged (%(reason)s).",
                    field=field_name,
                    reason=detail,
                )

    @api.model
    def _describe_changes(self, changes):
        texts = {
            "page": self.env._("content of page %s"),
            "pages": self.env._("number of pages, now %s"),
            "file": self.env._("attached file %s"),
        }
        described = [texts[kind] % value for kind, value in changes]
        return ", ".join(described) or self.env._("structure of the file")

    @api.model
    def verify_pdf(self, data):
        """Verify an uploaded file; for the web client and external programs.

        :param str data: the file, base64
        :return: as ``_verify_pdf``, times as text (UTC)
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees may verify files here."))
        if not isinstance(data, str) or len(data) > MAX_VERIFY_SIZE * 4 // 3:
            raise UserError(
                self.env._(
                    "Send the file as base64 text of at most %s MB.",
                    MAX_VERIFY_SIZE // 1024**2,
                )
            )
        try:
            pdf = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file is not valid base64.")) from error
        result = self._verify_pdf(pdf)
        for signer in result["signers"]:
            signer["signed_on"] = (
                signer["signed_on"].isoformat(sep=" ") if signer["signed_on"] else False
            )
        return {**result, "sha256": self._document_hash(pdf)}


def _is_signed_field(item):
    if item.get("/FT") == "/Sig" and "/V" in item:
        return True
    return any(_is_signed_field(child) for child in item.get("/Kids", []))


@lru_cache(maxsize=64)
def _seal_bytes(name, title, code, color, diameter_mm):
    return seal_tools.seal_svg(
        name, title, code=code, color=color, diameter_mm=diameter_mm
    )


def _drawn_seal(pades, name, title, code, color, diameter_mm):
    try:
        return _seal_bytes(name, title, code, color, diameter_mm)
    except MissingGlyph as error:
        raise UserError(
            pades.env._(
                "No font on this server can draw “%(character)s”. Install Chinese "
                "fonts, or set the option report_font_dir.",
                character=error,
            )
        ) from error
    except seal_tools.SealError as error:
        raise UserError(pades._describe_seal_error(error)) from error
