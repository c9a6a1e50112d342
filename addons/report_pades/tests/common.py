# SPDX-License-Identifier: AGPL-3.0-only
import os
import shutil
import tempfile
from functools import cache
from unittest.mock import patch

from ..tools.demo_key import make_key, write_key


@cache
def _demo_directory():
    """Making an RSA key takes a second: one for the whole process."""
    directory = tempfile.mkdtemp(prefix="demo-key-")
    write_key(directory, "演示计量检定中心")
    return directory


@cache
def stranger_key():
    """Return (PKCS#12, passphrase) of somebody whom nobody here trusts."""
    return make_key("Somebody else", b"stranger", key_size=2048)[0], b"stranger"


class DemoKeyMixin:
    """Signs with a demonstration key that the class makes for itself.

    ``cls.key_directory`` holds institution.p12, .pass and .pem.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key_directory = tempfile.mkdtemp(prefix="demo-key-")
        cls.addClassCleanup(shutil.rmtree, cls.key_directory, ignore_errors=True)
        shutil.copytree(_demo_directory(), cls.key_directory, dirs_exist_ok=True)
        variables = patch.dict(
            os.environ,
            {
                "PADES_KEY_FILE": f"{cls.key_directory}/institution.p12",
                "PADES_PASSPHRASE_FILE": f"{cls.key_directory}/institution.pass",
                "PADES_TSA_URL": "",
                "PADES_TRUST_FILE": "",
                "PADES_PROVIDER": "",
            },
        )
        variables.start()
        cls.addClassCleanup(variables.stop)
