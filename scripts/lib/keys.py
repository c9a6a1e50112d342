# SPDX-License-Identifier: AGPL-3.0-only
"""The signing key of the demo laboratory: made once, below .local, never committed."""

import subprocess
import sys

from suite import ADDONS, LOCAL

DIRECTORY = LOCAL / "keys"
NAME = "示范计量检定测试所"


def signing_environment():
    """Make the key where there is none; return the variables that name it."""
    subprocess.run(
        [
            sys.executable,
            str(ADDONS / "report_pades" / "tools" / "demo_key.py"),
            "--output",
            str(DIRECTORY),
            "--name",
            NAME,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return {
        "PADES_KEY_FILE": str(DIRECTORY / "institution.p12"),
        "PADES_PASSPHRASE_FILE": str(DIRECTORY / "institution.pass"),
        "REPORT_FONT_DIR": str(LOCAL / "fonts"),
    }
