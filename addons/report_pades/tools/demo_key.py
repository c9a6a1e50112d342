#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-only
"""Make a self-signed institution key, for demonstrations and tests only.

usage: demo_key.py --output DIRECTORY [--name NAME] [--years N] [--force]

Writes three files that only their owner can read:

    institution.p12    key and certificate (PKCS#12); option pades_key_file
    institution.pass   its passphrase;                option pades_passphrase_file
    institution.pem    the certificate alone, to hand to those who verify

A key that is there is kept.  Nobody vouches for such a key: for real certificates the
institution buys one from a licensed certification authority.  Needs only the package
`cryptography`; no Odoo, no openssl.
"""

import argparse
import datetime
import os
import secrets
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

KEY_FILE, PASSPHRASE_FILE, CERTIFICATE_FILE = (
    "institution.p12", "institution.pass", "institution.pem",
)  # fmt: skip
DEFAULT_NAME = "Demonstration laboratory (not a real institution)"
KEY_SIZE = 3072


def make_key(name=DEFAULT_NAME, passphrase=b"", years=10, key_size=KEY_SIZE):
    """Return ``(PKCS#12 bytes, PEM bytes)`` of a new self-signed key.

    :param name: common name and organization, at most 64 characters are kept
    :param bytes passphrase: protects the PKCS#12 file
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=key_size)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    usage = dict.fromkeys(
        (
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
            "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is a little behind must not refuse a new key.
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage),
            True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
        )
        .sign(key, hashes.SHA256())
    )
    archive = pkcs12.serialize_key_and_certificates(
        name.encode(),
        key,
        certificate,
        None,
        serialization.BestAvailableEncryption(passphrase),
    )
    return archive, certificate.public_bytes(serialization.Encoding.PEM)


def write_key(directory, name=DEFAULT_NAME, years=10, force=False):
    """Write the three files into ``directory``; return False when they are there."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (directory / KEY_FILE).exists() and not force:
        return False
    passphrase = secrets.token_urlsafe(24).encode()
    archive, certificate = make_key(name, passphrase, years)
    # The key last: where it is, the other two are complete.
    _write(directory / PASSPHRASE_FILE, passphrase)
    _write(directory / CERTIFICATE_FILE, certificate)
    _write(directory / KEY_FILE, archive)
    return True


def _write(path, content):
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    temporary.replace(path)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--name", default=DEFAULT_NAME)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--force", action="store_true", help="replace a key")
    options = parser.parse_args(arguments)
    made = write_key(options.output, options.name, options.years, options.force)
    # pylint: disable-next=print-used
    print(f"{options.output / KEY_FILE} {'written' if made else 'is there, kept'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
