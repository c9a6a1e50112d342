# SPDX-License-Identifier: AGPL-3.0-only
from unittest.mock import patch

from odoo.tests.common import TransactionCase

from .common import CertificateCommon


class Laboratory(CertificateCommon):
    """The laboratory of CertificateCommon in an environment of the caller's.

    For what commits (tests with processes) or measures::

        laboratory = Laboratory.build(env)
        certificate = laboratory._to("approving")
        ...
        Laboratory.doClassCleanups()
    """

    @classmethod
    def build(cls, env):
        """Make everything in ``env``; return an object with the methods of a test."""
        cls.env = env
        with patch.object(
            TransactionCase, "setUpClass", classmethod(lambda _cls: None)
        ):
            cls.setUpClass()
        return cls("run_nothing")

    def run_nothing(self):
        """Is no test of its own."""
