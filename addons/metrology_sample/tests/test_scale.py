# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from odoo.addons.metrology_order.tests.common import OrderCommon


@tagged("post_install", "-at_install")
class TestScale(OrderCommon):
    def test_receiving_does_not_grow(self):
        """Receiving 300 samples takes hardly more queries than 20, and so does every
        further step."""
        few = self._accepted(20, prefix="F").sample_ids.with_user(self.keeper)
        many = self._accepted(300, prefix="G").sample_ids.with_user(self.keeper)
        self.env.company._metrology_custody_setup()
        self.department._get_custody_location(self.env.company)
        receiver = self.tester.employee_ids
        for step in (
            lambda samples: samples._receive(),
            lambda samples: samples._hand_to(self.department, receiver),
            lambda samples: samples._return_to_store(),
            lambda samples: samples._release_to_customer("Li Si"),
        ):
            small = self._queries(lambda step=step: step(few))
            large = self._queries(lambda step=step: step(many))
            self.assertLess(large, small + 25)
            self.assertLess(large, 160)
