# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestRetention(CertificateCommon):
    """The copy of a certificate is kept for six years or two intervals."""

    def test_kept_and_disposed_of(self):
        """Kept until the later day, refused before it; then another person approves."""
        certificate = self._to("released", "K-1")
        certificate.sudo()._step("test").write({"interval_months": 48})
        until = certificate.issue_date + relativedelta(years=8)
        self.assertEqual(certificate.retention_until, until)
        mine = certificate.with_user(self.otto)
        with self.assertRefused(UserError, str(until)):
            mine.action_propose_disposal()
        with self.assertRefused(UserError):
            certificate.with_user(self.anna).unlink()
        with freeze_time(f"{until + relativedelta(days=2)} 04:00:00"):
            action = mine.action_propose_disposal()
            disposal = self.env["metrology.disposal"].browse(action["res_id"])
            own = disposal.with_user(self.otto)
            own.witness_ids = self.anna | self.carl
            own.action_propose()
            disposal.with_user(self.thea).action_approve()
        self.assertEqual(certificate.disposal_id, disposal)
        self.assertEqual(disposal.line_ids.name, certificate.name)

    def test_draft_is_not_kept(self):
        """A certificate that was never issued has no retention."""
        self.assertFalse(self._draft("K-2").retention_until)
