# SPDX-License-Identifier: AGPL-3.0-only
from datetime import datetime

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestJobReadiness(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(1)
        cls.job = cls.order.job_ids
        cls.mine = cls.job.with_user(cls.tester)

    def _assigned(self):
        self.job.with_user(self.head)._assign(self._employees(self.tester, self.second))

    def _light(self):
        self.job.invalidate_recordset()
        return self.mine.readiness

    @requirement("S2-4.1")
    def test_one_light(self):
        """Process, equipment, people, environment, method, data, security: where one fails
        the light is red, says why at its element, and starting is refused; with all in
        order it is green and the job starts."""
        self.assertEqual(self._light(), "red")
        self.assertIn("not been assigned", self.mine.readiness_table)
        self._assigned()
        self.assertEqual(self._light(), "red")
        with self.assertRaisesRegex(UserError, "not been handed to a department"):
            self.mine.action_start()
        self._in_department(self.order)
        self.assertEqual(self._light(), "green")
        room = self.env["metrology.room"].create({"name": "Pressure", "code": "P1"})
        room._guard_open().state = "active"
        self.job.sudo().room_id = room
        alarm = self.env["metrology.environment.episode"].sudo()._guard_open()
        alarm = alarm.create(
            {
                "room_id": room.id,
                "start": fields.Datetime.now(),
                "what": "26.1 °C",
                "state": "closed",
            }
        )
        authorization = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.second.employee_ids.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        broken = (
            ("process", self.order, {"state": "reviewing"}, "waits for review"),
            ("equipment", self.standard, {"state": "suspended"}, "not in use"),
            ("people", authorization, {"state": "suspended"}, "or_second"),
            ("environment", alarm, {"state": "open"}, "26.1 °C"),
            (
                "method",
                self.verifying,
                {"state": "suspended"},
                "not in use (Suspended)",
            ),
            ("data", self.job.instrument_id, {"serial_number": " "}, "Serial Number"),
            (
                "security",
                self.second,
                {"active": False},
                "login of or_second is blocked",
            ),
        )
        for element, record, values, text in broken:
            with self.subTest(element=element):
                record = record.sudo()
                if hasattr(record, "_guard_open"):
                    record = record._guard_open()
                before = {name: record[name] for name in values}
                record.write(values)
                try:
                    self._check_red(element, text)
                finally:
                    record.write(before)
        self.assertEqual(self._light(), "green")
        self.mine.action_start()
        self.assertEqual(self.job.state, "running")
        self.assertFalse(self._light())

    def _check_red(self, element, text):
        """Only ``element`` is red, with ``text``, and starting is refused for it."""
        self.assertEqual(self._light(), "red")
        found = self.mine._get_readiness()[self.job.id]
        self.assertIn(text, " ".join(found[element]))
        self.assertFalse([name for name in found if name != element and found[name]])
        self.assertIn(text, self.mine.readiness_table)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.mine.action_start()
        self.assertIn(text, str(caught.exception))
        self.assertEqual(self.job.state, "ready")

    def test_light_is_searched(self):
        """Jobs are found by their light."""
        jobs = self.env["metrology.job"].with_user(self.tester)
        self.assertIn(self.job, jobs.search([("readiness", "=", "red")]))
        self._assigned()
        self._in_department(self.order)
        self.job.invalidate_recordset()
        self.assertIn(self.job, jobs.search([("readiness", "=", "green")]))
        self.mine.action_start()
        self.assertIn(self.job, jobs.search([("readiness", "=", False)]))

    def test_light_of_many(self):
        """The light of 60 jobs takes as many queries as that of 3."""
        counts = []
        for size in (3, 60):
            jobs = self._accepted(size, prefix=f"L{size}-").job_ids
            jobs.with_user(self.head)._assign(self._employees(self.tester, self.second))
            jobs = jobs.browse(jobs.ids)  # as a page reads them
            counts.append(self._queries(lambda found=jobs: found.mapped("readiness")))
        self.assertLessEqual(counts[1], counts[0] + 1, counts)

    @requirement("S3-5.4.4")
    def test_time_in_each_state(self):
        """A finished job shows how long it was in each state; no state is skipped or
        written by hand, nor are the times."""
        job = self.job
        start = fields.Datetime.now().replace(hour=2, minute=0, second=0, microsecond=0)
        self.job.stay_ids.sudo().write({"begun_on": start - relativedelta(hours=5)})
        with freeze_time(start):
            self._assigned()
        with self.assertRaisesRegex(UserError, "Running"):
            self.mine.action_finish()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.mine.write({"state": "done"})
        with freeze_time(start + relativedelta(hours=1)):
            self._in_department(self.order)
        with freeze_time(start + relativedelta(hours=3)):
            self.mine.action_start()
        with freeze_time(start + relativedelta(hours=3, minutes=30)):
            self.mine.action_finish()
        self.assertEqual(
            job.stay_ids.mapped(lambda stay: (stay.state, stay.hours)),
            [("new", 5), ("assigned", 1), ("ready", 2), ("running", 0.5), ("done", 0)],
        )
        stays = job.with_user(self.tester).stay_ids
        self.assertEqual(stays[2].hours_text, "0 d 2 h 0 min")
        self.assertFalse(stays[-1].ended_on)
        self.assertEqual(stays[-1].user_id, self.tester)
        with self.assertRaisesRegex(UserError, "kept by the system"):
            stays[0].write({"begun_on": datetime(2020, 1, 1)})
        with self.assertRaises(AccessError):
            stays[0].unlink()
        form = self.env["metrology.job"].with_user(self.tester)
        self.assertIn("stay_ids", form.get_view(view_type="form")["arch"])

    @requirement("S3-5.8.10")
    def test_extension(self):
        """A date that is not later, no reason, a date that has passed and the own
        approval are refused; approved, the new date holds for job and order, the
        customer is told, and the extension is found and counted."""
        later = self.job.due_date + relativedelta(days=7)
        extensions = self.env["metrology.job.extension"]

        def register(user, **values):
            return extensions.with_user(user).create(
                {
                    "job_ids": [fields.Command.set(self.job.ids)],
                    "new_date": later,
                    "reason": "part on order",
                    **values,
                }
            )

        for day in (self.job.due_date, self.job.due_date - relativedelta(days=1)):
            with self.assertRaisesRegex(UserError, "is not later"):
                register(self.tester, new_date=day)
        with self.assertRaisesRegex(UserError, "why more time"):
            register(self.tester, reason=" ")
        own = register(self.head)
        own.action_submit_approval()
        with self.assertRaisesRegex(AccessError, "own"), self.env.cr.savepoint():
            own.action_approve()
        self.assertNotEqual(self.job.due_date, later)
        asked = register(self.tester)
        asked.action_submit_approval()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            asked.with_user(self.second).action_approve()
        asked.with_user(self.head).action_approve()
        self.assertEqual((self.job.due_date, self.order.due_date), (later, later))
        self.assertEqual(self.order.line_ids.due_date, later)
        message = self.order.message_ids[0]
        self.assertIn("part on order", message.body)
        self.assertIn(self.partner, message.partner_ids)
        found = extensions.with_user(self.head).search(
            [("approval_state", "=", "approved"), ("job_ids", "in", self.job.ids)]
        )
        self.assertEqual(found, asked.with_user(self.head))
        (row,) = extensions.with_user(self.head).formatted_read_group(
            [("id", "in", found.ids)],
            ["department_id"],
            ["job_count:sum", "delay_days:avg", "__count"],
        )
        self.assertEqual(
            (row["__count"], row["job_count:sum"], row["delay_days:avg"]), (1, 1, 7)
        )
        self.assertEqual(row["department_id"][0], self.department.id)
        self.assertEqual(self.job.extension_count, 1)
        late = register(self.tester, new_date=later + relativedelta(days=1))
        with freeze_time(f"{later + relativedelta(days=1)} 04:00:00"):
            with self.assertRaisesRegex(UserError, "registered before"):
                late.action_submit_approval()
