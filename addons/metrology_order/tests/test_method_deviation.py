# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestMethodDeviation(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technical = cls._new_user("or_technical", "technical_head")

    def _job(self, kind="calibration", prefix="DV"):
        order = self._accepted(service_kind=kind, prefix=prefix)
        self._in_department(order)
        order.job_ids._assign(self._employees(self.tester, self.second))
        return order.job_ids.with_user(self.tester)

    def _deviation(self, job):
        return (
            self.env["metrology.method.deviation"]
            .with_user(self.tester)
            .create(
                {
                    "name": "Fewer points",
                    "order_line_id": job.order_line_id.id,
                    "description": "Clause 6.2: five instead of ten points",
                    "reason": "The customer uses this range only",
                }
            )
        )

    def _agree(self, deviation):
        deviation.with_user(self.technical).write(
            {"judgement": "No influence on U", "conclusion": "acceptable"}
        )
        deviation.with_user(self.technical).action_judge()
        deviation.with_user(self.technical).action_authorise()
        deviation.with_user(self.clerk).write(
            {
                "accepted_by": "Zhang San",
                "accepted_date": self.today,
                "contract_reference": "Contract 12, clause 3",
            }
        )
        deviation.with_user(self.clerk).action_accept()

    @requirement("S2-6.7c")
    def test_never_in_verification(self):
        """A deviation in a verification is refused, also when it is moved there."""
        job = self._job("verification")
        with self.assertRaises(ValidationError) as caught:
            self._deviation(job)
        self.assertIn("verification", str(caught.exception))
        other = self._deviation(self._job(prefix="DW"))
        with self.assertRaises(ValidationError):
            other.write({"order_line_id": job.order_line_id.id})
        # Nor does it come along with a calibration that is turned into one.
        line = self._new_order(
            self._new_instruments(1, prefix="DU"), "calibration"
        ).line_ids
        other.write({"order_line_id": line.id})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            line.with_user(self.clerk).service_kind = "verification"
        other.with_user(self.technical).action_refuse("Not wanted any more")
        line.with_user(self.clerk).service_kind = "verification"

    @requirement("S2-6.7c")
    def test_all_before_the_work(self):
        """The work starts after judgement, authorisation and acceptance, not before."""
        job = self._job()
        deviation = self._deviation(job)
        head = deviation.with_user(self.technical)
        for step in (
            lambda: None,
            lambda: (
                head.write({"judgement": "None", "conclusion": "acceptable"}),
                head.action_judge(),
            ),
            lambda: head.action_authorise(),
        ):
            step()
            with self.assertRaises(UserError) as caught:
                job.action_start()
            self.assertIn("Fewer points", str(caught.exception))
        clerk = deviation.with_user(self.clerk)
        with self.assertRaises(UserError) as caught:
            clerk.action_accept()
        self.assertIn("clause of the contract", str(caught.exception))
        clerk.write(
            {
                "accepted_by": "Zhang San",
                "accepted_date": self.today + timedelta(days=1),
                "contract_reference": "Contract 12",
            }
        )
        with self.assertRaises(UserError):
            clerk.action_accept()
        clerk.accepted_date = self.today
        clerk.action_accept()
        job.action_start()
        self.assertLessEqual(deviation.judged_on, job.started_on)
        self.assertLessEqual(deviation.authorised_on, job.started_on)
        self.assertLessEqual(deviation.accepted_on, job.started_on)

    @requirement("S2-6.7c")
    def test_not_after_the_work_began(self):
        """Once the work has begun no deviation is opened."""
        job = self._job(prefix="DX")
        job.action_start()
        with self.assertRaises(ValidationError) as caught:
            self._deviation(job)
        self.assertIn("before the work", str(caught.exception))

    def test_order_of_steps_and_persons(self):
        """Each step in its order, by its role, and not by who documented it."""
        deviation = self._deviation(self._job(prefix="DY"))
        head = deviation.with_user(self.technical)
        with self.assertRaises(UserError):
            head.action_authorise()
        with self.assertRaises(AccessError):
            deviation.with_user(self.second).action_judge()
        own = self.env["metrology.method.deviation"].with_user(self.technical)
        own = own.create(
            {
                "name": "Own",
                "order_line_id": deviation.order_line_id.id,
                "description": "x",
                "reason": "y",
                "judgement": "z",
                "conclusion": "acceptable",
            }
        )
        with self.assertRaises(AccessError):
            own.action_judge()
        self._agree(deviation)
        for values in ({"accepted_by": "X"}, {"judgement": "Y"}, {"state": "draft"}):
            with self.assertRaises(UserError):
                head.write(values)
        with self.assertRaises(UserError):
            head.unlink()

    def test_unacceptable_is_refused(self):
        """What is found not acceptable is over; the work follows the method."""
        job = self._job(prefix="DZ")
        deviation = self._deviation(job)
        head = deviation.with_user(self.technical)
        head.write({"judgement": "Too large", "conclusion": "unacceptable"})
        head.action_judge()
        self.assertEqual(deviation.state, "refused")
        job.action_start()
        self.assertEqual(job.state, "running")
