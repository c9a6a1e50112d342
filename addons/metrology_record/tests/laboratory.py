# SPDX-License-Identifier: AGPL-3.0-only
from unittest.mock import patch

from odoo.tests.common import TransactionCase

from .test_correction import CorrectionCommon


class Laboratory(CorrectionCommon):
    """The laboratory of CorrectionCommon in an environment of the caller's, to measure::

    laboratory = Laboratory.build(env)
    laboratory._submit(laboratory.corrected, typed(("3", "3.010")))
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
