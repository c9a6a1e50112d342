# SPDX-License-Identifier: AGPL-3.0-only
import os
import threading

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.report_weasyprint.tools.options import get_option

from ..tools.signing import CachedSigner

#: Opened keys by files and their times: a replaced key is opened again.
_SIGNERS = {}
_LOCK = threading.Lock()


class ReportPadesProviderPkcs12(models.AbstractModel):
    """The key is a PKCS#12 file beside the database, never in it."""

    _name = "report.pades.provider.pkcs12"
    _inherit = "report.pades.provider"
    _description = "Signing Key in a PKCS#12 File"

    def _get_signer(self):
        key_path, passphrase_path = self._get_paths()
        stamps = tuple(
            (path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
            for path in (key_path, passphrase_path)
            if path and (stat := self._stat(path))
        )
        with _LOCK:
            if stamps not in _SIGNERS:
                _SIGNERS.clear()
                _SIGNERS[stamps] = self._open(key_path, passphrase_path)
            return _SIGNERS[stamps]

    def _get_paths(self):
        """Return the paths of the key and of its passphrase (or None)."""
        key_path = get_option("pades_key_file", "report_pades")
        if not key_path:
            raise UserError(
                self.env._(
                    "No key is set for signing documents. The administrator of the "
                    "server names a PKCS#12 file in the option pades_key_file, and a "
                    "file with its passphrase in pades_passphrase_file."
                )
            )
        return key_path, get_option("pades_passphrase_file", "report_pades")

    def _stat(self, path):
        try:
            return os.stat(path)
        except OSError as error:
            # The path itself is nobody's business but the administrator's.
            raise UserError(
                self.env._(
                    "The file of the signing key cannot be read (%(reason)s). Please "
                    "tell the administrator of the server to check the options "
                    "pades_key_file and pades_passphrase_file.",
                    reason=error.strerror,
                )
            ) from error

    def _open(self, key_path, passphrase_path):
        passphrase = b""
        try:
            if passphrase_path:
                with open(passphrase_path, "rb") as stream:
                    passphrase = stream.read().strip(b"\r\n")
            with open(key_path, "rb") as stream:
                content = stream.read()
            signer = CachedSigner.from_pkcs12(content, passphrase)
        except (OSError, ValueError) as error:
            raise self._open_error() from error
        if signer is None or not signer.signing_cert:
            raise self._open_error()
        return signer

    def _open_error(self):
        return UserError(
            self.env._(
                "The signing key cannot be opened: the file is no PKCS#12 archive, or "
                "the passphrase is not the right one. Please tell the administrator "
                "of the server."
            )
        )
