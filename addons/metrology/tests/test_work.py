# SPDX-License-Identifier: AGPL-3.0-only
from unittest.mock import patch

from odoo.tests import tagged

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestWork(MetrologyCase):
    def steps(self, user):
        return {
            step["key"]: step
            for step in self.env["metrology.work"].with_user(user).get_counts()
        }

    def with_step(self, **values):
        """Add one step over the sites, as another addon does by inheritance."""
        step = {
            "key": "test",
            "name": "Test",
            "model": "metrology.qualification",
            "domain": [("number", "=like", "W%")],
            "groups": "metrology.group_quality,metrology.group_office",
            "action": "metrology.action_qualification",
            "sequence": 1,
            "icon": "fa-star",
            "date_field": "date_to",
            **values,
        }
        work = type(self.env["metrology.work"])
        steps = work._get_steps
        return patch.object(work, "_get_steps", lambda self: [*steps(self), step])

    def qualifications(self, count):
        return self.env["metrology.qualification"].create(
            [
                {
                    "name": f"Q{i}",
                    "number": f"W{i}",
                    "date_from": "2020-01-01",
                    "date_to": "2021-01-01" if i == 0 else False,
                }
                for i in range(count)
            ]
        )

    def test_counts_and_overdue(self):
        """A card counts what waits and what is late, for whoever has the role."""
        self.qualifications(3)
        with self.with_step():
            step = self.steps(self.new_user("quality"))["test"]
            self.assertEqual((step["count"], step["overdue"]), (3, 1))
            self.assertIn("test", self.steps(self.new_user("office")))
            self.assertNotIn("test", self.steps(self.new_user("tester")))

    def test_first_things_first(self):
        """The cards come in the order of the work."""
        with self.with_step():
            keys = list(self.steps(self.new_user("quality")))
        self.assertEqual(keys[0], "test")

    def test_record_rules_count(self):
        """What a user may not see is not counted."""
        other = self.env["res.company"].create({"name": "Other"})
        self.qualifications(2).company_id = other
        with self.with_step():
            self.assertEqual(self.steps(self.new_user("quality"))["test"]["count"], 0)

    def test_queries_do_not_grow(self):
        """A hundred waiting documents cost as many queries as one."""
        user = self.new_user("quality")
        with self.with_step():
            self.qualifications(1)
            self.steps(user)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.steps(user)
            one = self.env.cr.sql_log_count - start
            self.env["metrology.qualification"].create(
                [
                    {"name": "Q", "number": f"WW{i}", "date_from": "2020-01-01"}
                    for i in range(100)
                ]
            )
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(self.steps(user)["test"]["count"], 101)
            self.assertLessEqual(self.env.cr.sql_log_count - start, one)
