# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from .common import SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestScale(OrderCommon):
    def _signed(self, count, prefix):
        order = self._to_sign(
            self._new_order(self._new_instruments(count, prefix=prefix))
        )
        order.action_sign(SIGNATURE, "Li Si")
        return order

    def test_evaluation_of_500_jobs_is_constant(self):
        """500 jobs are answered with as many queries as 20."""
        few = self._accepted(20, prefix="F").job_ids
        many = self._accepted(500, prefix="G").job_ids
        evaluate = self.env["metrology.eligibility"]._evaluate
        self.assertEqual(
            self._queries(lambda: evaluate(few, "execute")),
            self._queries(lambda: evaluate(many, "execute")),
        )

    def test_accepting_does_not_grow(self):
        """Accepting 200 lines takes hardly more queries than 20 (batches of the ORM
        only)."""
        few, many = self._signed(20, "H"), self._signed(200, "K")
        small = self._queries(few.action_accept)
        large = self._queries(many.action_accept)
        self.assertLess(large, small + 15)
        self.assertEqual(len(many.job_ids), 200)

    def test_assigning_does_not_grow(self):
        """Assigning 200 jobs takes hardly more queries than 20."""
        few = self._accepted(20, prefix="L").job_ids.with_user(self.head)
        many = self._accepted(200, prefix="M").job_ids.with_user(self.head)
        persons = self._employees(self.tester, self.second)
        small = self._queries(lambda: few._assign(persons))
        large = self._queries(lambda: many._assign(persons))
        self.assertLess(large, small + 15)
