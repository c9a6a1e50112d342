# SPDX-License-Identifier: AGPL-3.0-only
"""Signing PDF files with pyHanko: the parts that know no Odoo records."""

import binascii
import io
import uuid

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import get_pyca_cryptography_hash
from pyhanko.stamp import StaticStampStyle

#: Digest of signatures. SM3 with SM2 is the matter of another provider.
DIGEST = "sha256"


class CachedSigner(signers.SimpleSigner):
    """A signer whose key was opened, and checked, once.

    The stock signer decodes the key for every signature, and OpenSSL's check of an RSA
    key takes ten times as long as signing.
    """

    _open_key = None

    @classmethod
    def from_pkcs12(cls, content, passphrase):
        """Return a signer of the key in a PKCS#12 archive, or None if it is broken."""
        signer = cls.load_pkcs12_data(content, [], passphrase)
        if signer is None:
            return None
        # The stock method returns the stock class.
        return cls(signer.signing_cert, signer.signing_key, signer.cert_registry)

    @property
    def open_key(self):
        if self._open_key is None:
            self._open_key = serialization.load_der_private_key(
                self.signing_key.dump(), password=None
            )
        return self._open_key

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        key = self.open_key
        if isinstance(key, rsa.RSAPrivateKey):
            if dry_run:
                return bytes(key.key_size // 8)
            mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
            if mechanism.signature_algo == "rsassa_pkcs1v15":
                return key.sign(
                    data,
                    padding.PKCS1v15(),
                    get_pyca_cryptography_hash(digest_algorithm),
                )
        elif isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(
                data, ec.ECDSA(get_pyca_cryptography_hash(digest_algorithm))
            )
        return await super().async_sign_raw(data, digest_algorithm, dry_run)


class Writer(IncrementalPdfFileWriter):
    """Adds to a file and leaves its metadata alone.

    The stock writer names itself as producer, differently in the information
    dictionary and in XMP, so that the two contradict each other.
    """

    def _update_meta(self):
        pass


class SealContent(ImportedPdfPage):
    """A seal as the appearance of a signature, from memory."""

    def __init__(self, pdf):
        super().__init__(file_name=None)
        self.pdf = pdf

    def render(self):
        reader = PdfFileReader(io.BytesIO(self.pdf))
        form = self._ensure_writer.import_page_as_xobject(reader, page_ix=0)
        name = b"/Seal" + binascii.hexlify(uuid.uuid4().bytes)
        self.resources.xobject[name.decode("ascii")] = form
        x1, y1, x2, y2 = form.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
        return name + b" Do"


def sign(
    pdf, signer, *, field_name, reason, location, seal=None, box=None, timestamper=None
):
    """Return ``pdf`` with one more signature, as an incremental update.

    :param bytes pdf: the document
    :param bytes seal: PDF of one page that becomes the visible appearance
    :param box: (page index, x1, y1, x2, y2) in points, only with a seal
    """
    writer = Writer(io.BytesIO(pdf))
    # PAdES baseline B (ETSI EN 319 142-1); with a time stamp it is level T.
    metadata = signers.PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm=DIGEST,
        reason=reason,
        location=location,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    style = None
    specification = fields.SigFieldSpec(sig_field_name=field_name)
    if seal:
        page, *rectangle = box
        specification = fields.SigFieldSpec(
            sig_field_name=field_name,
            on_page=page,
            box=tuple(round(value) for value in rectangle),
        )
        style = StaticStampStyle(
            background=SealContent(seal), border_width=0, background_opacity=1
        )
    output = io.BytesIO()
    signers.PdfSigner(
        metadata,
        signer=signer,
        timestamper=timestamper,
        stamp_style=style,
        new_field_spec=specification,
    ).sign_pdf(writer, output=output)
    return output.getvalue()
