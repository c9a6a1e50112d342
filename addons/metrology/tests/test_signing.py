# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestSigning(MetrologyCase):
    @mute_logger("odoo.addons.base.models.res_users")
    def test_password(self):
        """Only the acting person's own password signs."""
        user = self.new_user("signatory")
        self.new_user("checker")
        signing = self.env["metrology.signing"].with_user(user)
        self.assertTrue(signing._authenticate("test_signatory"))
        for wrong in ("test_checker", "", None, False, 5, "TEST_SIGNATORY"):
            with self.assertRaisesRegex(UserError, "Nothing was signed"):
                signing._authenticate(wrong)
