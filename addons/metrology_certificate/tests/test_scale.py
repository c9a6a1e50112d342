# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestScale(CertificateCommon):
    """Queries grow with the certificates by a bound, or not at all."""

    #: Queries one more certificate may cost, measured and rounded up.
    SUBMIT, CHECK, APPROVE = 60, 50, 70

    def _drafts(self, prefix, count):
        certificates = self.env["metrology.certificate"]
        for number in range(count):
            certificates |= self._draft(f"{prefix}{number}")
        return certificates

    def test_list_does_not_query_per_row(self):
        """The list reads 2 and 6 certificates with as many queries."""
        fields = ["name", "kind", "waits_for", "state", "valid_until", "conclusion"]
        few, many = self._drafts("A", 2), self._drafts("B", 6)

        def read(certificates):
            return certificates.with_user(self.boris).web_read(
                {name: {} for name in fields}
            )

        # What is cached for good (groups, labels) is read before.
        self._count(lambda: read(few))
        self._count(lambda: read(many))
        self.assertEqual(
            self._count(lambda: read(few)), self._count(lambda: read(many))
        )

    def test_steps_of_many(self):
        """Each further certificate costs a bounded number of queries."""
        few, many = self._drafts("A", 2), self._drafts("B", 6)
        for method, user, bound in (
            ("_submit", self.anna, self.SUBMIT),
            ("_check_step", self.carl, self.CHECK),
            ("_approve", self.erna, self.APPROVE),
        ):
            with self.subTest(method):
                first = self._count(getattr(few.with_user(user), method))
                second = self._count(getattr(many.with_user(user), method))
                self.assertLessEqual((second - first) / 4, bound)
