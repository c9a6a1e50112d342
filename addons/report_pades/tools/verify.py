# SPDX-License-Identifier: AGPL-3.0-only
"""Verifying signed PDF files: is the file whole, is the signer ours, what was changed."""

import hashlib
import io
import logging
from dataclasses import dataclass, field

import pikepdf
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import ValidationContext, validate_pdf_signature
from pyhanko.sign.validation.errors import (
    SignatureValidationError,
    ValidationInfoReadingError,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel

# It tells tracebacks of every path it could not build; the answer says it in words.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass
class Signature:
    """What is known about one signature.

    ``problems`` holds codes with values, for the caller to put into sentences:
    broken, changed_bytes, wrong_signature, untrusted, changed_after, timestamp.
    """

    field_name: str
    signer: str = ""
    fingerprint: str = ""
    signed_on: object = None
    timestamped: bool = False
    reason: str | None = None
    location: str | None = None
    intact: bool = False
    genuine: bool = False
    trusted: bool = False
    covers_all: bool = False
    modification: str = ""
    valid: bool = False
    changes: list = field(default_factory=list)
    problems: list = field(default_factory=list)


class Unreadable(ValueError):
    """The bytes cannot be read as a PDF file."""


def verify(pdf, trust_roots):
    """Return the signatures of ``pdf`` in their order in the file.

    :param bytes pdf: the file
    :param trust_roots: certificates (asn1crypto) that may sign, or vouch for signers
    :raise Unreadable: when it is no PDF file
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        embedded = list(reader.embedded_regular_signatures)
    except (PdfError, ValueError, KeyError, TypeError, IndexError, OSError) as error:
        raise Unreadable(str(error)) from error
    return [_verify_one(pdf, signature, trust_roots) for signature in embedded]


def _verify_one(pdf, embedded, trust_roots):
    result = Signature(field_name=embedded.field_name)
    try:
        certificate = embedded.signer_cert
        result.signer = common_name(certificate)
        result.fingerprint = hashlib.sha256(certificate.dump()).hexdigest()
        result.reason = _text(embedded.sig_object.get("/Reason"))
        result.location = _text(embedded.sig_object.get("/Location"))
        context = ValidationContext(trust_roots=list(trust_roots), allow_fetching=False)
        status = validate_pdf_signature(
            embedded, context, ts_validation_context=context
        )
    except (
        SignatureValidationError, ValidationInfoReadingError, UnacceptableSignerError,
        PdfError, ValueError, KeyError, TypeError, AttributeError,
    ) as error:  # fmt: skip
        result.problems.append(("broken", str(error)))
        return result
    result.signed_on = status.signer_reported_dt
    timestamp = status.timestamp_validity
    if timestamp is not None:
        result.timestamped = True
        result.signed_on = timestamp.timestamp
        if not (timestamp.valid and timestamp.intact and timestamp.trusted):
            result.problems.append(("timestamp", ""))
    result.intact = status.intact
    result.genuine = status.valid
    result.trusted = status.trusted
    result.covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    level = status.modification_level
    result.modification = level.name if level is not None else ""
    result.valid = status.bottom_line
    if not status.intact:
        result.problems.append(("changed_bytes", ""))
    elif not status.valid:
        result.problems.append(("wrong_signature", ""))
    elif not status.trusted:
        # Trust is not even looked at before the bytes are right.
        result.problems.append(("untrusted", result.signer))
    if not (status.docmdp_ok or level is None) or (level and level.name == "OTHER"):
        result.changes = changes_after(pdf, embedded.byte_range)
        result.problems.append(("changed_after", ""))
    if not result.valid and not result.problems:
        result.problems.append(("broken", status.summary()))
    return result


def common_name(certificate):
    """Return the name to show for a certificate (asn1crypto)."""
    name = certificate.subject.native.get("common_name")
    return name if isinstance(name, str) else certificate.subject.human_friendly


def _text(value):
    return str(value) if value is not None else None


def changes_after(pdf, byte_range):
    """Return what differs between the signed revision and the file.

    :return: list of ("page", number), ("file", name), ("pages", count), ("form", "")
    """
    end = int(byte_range[-2]) + int(byte_range[-1])
    try:
        with (
            pikepdf.open(io.BytesIO(pdf[:end])) as signed,
            pikepdf.open(io.BytesIO(pdf)) as present,
        ):
            return _differences(signed, present)
    except pikepdf.PdfError:
        return []


def _differences(signed, present):
    changes = []
    if len(signed.pages) != len(present.pages):
        changes.append(("pages", len(present.pages)))
    for number, (before, after) in enumerate(
        zip(signed.pages, present.pages, strict=False), 1
    ):
        if _page_digest(before) != _page_digest(after):
            changes.append(("page", number))
    files_before, files_after = _files(signed), _files(present)
    for name in sorted(files_before.keys() | files_after.keys()):
        if files_before.get(name) != files_after.get(name):
            changes.append(("file", name))
    return changes


def _page_digest(page):
    digest = hashlib.sha256()
    contents = page.obj.get("/Contents", [])
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        digest.update(stream.read_bytes())
    for name, form in sorted(
        page.obj.get("/Resources", {}).get("/XObject", {}).items()
    ):
        digest.update(name.encode() + form.read_raw_bytes())
    digest.update(repr([float(value) for value in page.mediabox]).encode())
    for annotation in page.obj.get("/Annots", []):
        # A later signature adds a field: that is no change of the page.
        if annotation.get("/FT") != "/Sig":
            digest.update(repr(annotation.get("/Subtype")).encode())
            digest.update(repr(annotation.get("/Contents", "")).encode())
            digest.update(repr(annotation.get("/Rect", "")).encode())
    return digest.digest()


def _files(document):
    return {
        name: specification.get_file().read_bytes()
        for name, specification in document.attachments.items()
    }
