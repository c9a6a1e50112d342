# SPDX-License-Identifier: AGPL-3.0-only
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from odoo.tests import BaseCase, tagged
from odoo.tools import file_path


@tagged("post_install", "-at_install")
class TestDemoKey(BaseCase):
    """The plain script that makes a key for demonstrations."""

    def run_script(self, *arguments):
        script = file_path("report_pades/tools/demo_key.py")
        return subprocess.run(
            [sys.executable, script, *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def test_key_is_private_usable_and_kept(self):
        """The key opens with its passphrase, only the owner can read it, and a second
        call does not replace it."""
        with tempfile.TemporaryDirectory() as directory:
            target = Path(directory) / "keys"
            self.run_script("--output", str(target), "--name", "演示中心")
            passphrase = (target / "institution.pass").read_bytes()
            archive = (target / "institution.p12").read_bytes()
            key, certificate, _more = pkcs12.load_key_and_certificates(
                archive, passphrase
            )
            self.assertGreaterEqual(key.key_size, 3072)
            name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[
                0
            ]
            self.assertEqual(name.value, "演示中心")
            for path in target.iterdir():
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path.name)
            self.assertIn("kept", self.run_script("--output", str(target)))
            self.assertEqual((target / "institution.p12").read_bytes(), archive)
