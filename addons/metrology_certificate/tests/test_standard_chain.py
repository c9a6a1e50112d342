# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestStandardChain(CertificateCommon):
    def test_chain_goes_down_to_every_certificate(self):
        """Issued certificates are counted by capability and opened from the box."""
        standard = self.standard.with_user(self.anna)
        self.assertEqual(standard._get_issued(), {})
        draft = self._draft(serial="CH-1")
        self.assertEqual(standard._get_issued(), {})
        issued = self._to("to_print", serial="CH-2")
        found = standard._get_issued()[standard.id, self.capability.id]
        self.assertEqual(found, {"count": 1, "last": issued.issue_date})
        self.env.invalidate_all()
        self.assertIn(f'data-node="issued,{self.capability.id}"', standard.chain)
        action = standard.action_open_node(f"issued,{self.capability.id}")
        listed = self.env["metrology.certificate"].search(action["domain"])
        self.assertEqual(listed, issued)
        self.assertNotIn(draft, listed)

    def test_one_query_for_many_standards(self):
        """Counting costs one query, however many standards are asked."""
        standards = self.env["metrology.standard"].search([])
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        standards._get_issued()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
