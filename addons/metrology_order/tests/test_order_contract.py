# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import REVIEW, SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestOrderContract(OrderCommon):
    """What a contract review finds in the order, done by the clerk."""

    def _in_review(self, count=1, prefix="C", **values):
        order = self._new_order(self._new_instruments(count, prefix=prefix), **values)
        order.action_submit()
        order.action_start_review()
        order.write(REVIEW)
        return order

    def _refused(self, order, *texts):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            order.action_review_done()
        for text in texts:
            self.assertIn(text, str(caught.exception))
        self.assertEqual(order.state, "reviewing")
        return str(caught.exception)

    @requirement("S0-6.1.1")
    def test_content_basis_place_and_time(self):
        """A review without content, basis, place or time is refused and lists each of
        them; what was only spoken needs who, when and by which channel."""
        order = self._in_review()
        line = order.line_ids
        edition = self.verifying.method_id.edition_ids.sudo()._guard_open()
        due_date, in_force = line.due_date, edition.date_from
        line.due_date = False
        edition.date_from = self.today + relativedelta(days=3)
        order.write({"place": "onsite", "site_address": False})
        text = self._refused(
            order,
            f"basis: no method in force for {line.instrument_id.display_name}",
            "place: where the work is done",
            f"time: no promised date for {line.instrument_id.display_name}",
        )
        self.assertNotIn("content:", text)
        self.assertIn("place:", order.review_missing_text)
        order.place = "lab"
        line.due_date = due_date
        edition.date_from = in_force
        order.requirements_note = "Only the points 0.4 and 0.8 MPa"
        self._refused(order, "who asked, when and by which channel")
        order.write(
            {
                "spoken_by": "Li Si",
                "spoken_on": fields.Datetime.now(),
                "spoken_channel": "phone",
            }
        )
        order.action_review_done()
        self.assertEqual(order.state, "to_sign")
        self.assertEqual(order.review_id.spoken_channel, "phone")
        empty = self._in_review(prefix="E")
        empty.line_ids.unlink()
        self._refused(empty, "content: no instrument and no service")

    @requirement("S0-6.1.2-1")
    def test_every_check_of_ability(self):
        """Scope, range, method, standard, two persons, environment and workload: each
        that fails stands on the line and stops the acceptance; a line that passes all
        is capable."""
        order = self._in_review()
        line = order.line_ids
        persons = self.env["metrology.authorization"].search(
            [
                ("capability_id", "=", self.verifying.id),
                ("employee_id", "=", self.second.employee_ids.id),
            ]
        )
        edition = self.verifying.method_id.edition_ids
        room = self.env["metrology.room"].create({"name": "Pressure", "code": "P1"})
        self.standard.room_id = room
        alarm = self.env["metrology.environment.episode"].sudo()
        alarm = alarm._guard_open().create(
            {
                "room_id": room.id,
                "start": fields.Datetime.now(),
                "what": "26.1 °C",
                "state": "closed",
            }
        )
        instrument = line.instrument_id
        broken = (
            (self.verifying, {"state": "suspended"}, "not in use (Suspended)"),
            (instrument, {"range_text": "(0～100)MPa"}, "100"),
            (edition, {"date_from": self.today + relativedelta(days=3)}, "edition"),
            (self.standard, {"state": "suspended"}, "Pressure Standard"),
            (persons, {"state": "suspended"}, "2 persons are needed"),
            (alarm, {"state": "open"}, "26.1 °C"),
            (self.department, {"metrology_daily_jobs": 1}, None),
        )
        for record, values, text in broken:
            with self.subTest(record=record._name):
                if text is None:
                    # Five working days, and as many other jobs promised until then.
                    self._accepted(5, prefix="W")
                    text = "has 6 jobs, it can do 5"
                record = record.sudo()
                if hasattr(record, "_guard_open"):
                    record = record._guard_open()
                before = {name: record[name] for name in values}
                record.write(values)
                try:
                    order.line_ids.action_check_capability()
                    self.assertEqual(line.capability_state, "not_accepted")
                    self.assertIn(text, line.capability_note)
                    self._refused(order, text)
                finally:
                    record.write(before)
        line.action_check_capability()
        self.assertEqual(line.capability_state, "capable")
        self.assertFalse(line.capability_note)
        order.action_review_done()
        order.action_sign(SIGNATURE, "Li Si")
        self.standard._guard_open().state = "suspended"
        with self.assertRaisesRegex(UserError, "not in use"), self.env.cr.savepoint():
            order.action_accept()
        self.assertFalse(order.job_ids)
        self.standard._guard_open().state = "active"
        order.action_accept()
        self.assertEqual(order.state, "accepted")

    def test_workload_counts_do_not_grow(self):
        """Checking 60 lines takes as many queries as checking 3."""
        self.department.metrology_daily_jobs = 100
        counts = []
        for size in (3, 60):
            order = self._new_order(self._new_instruments(size, prefix=f"N{size}-"))
            lines = order.line_ids
            evaluate = self.env["metrology.eligibility"]._evaluate_lines
            counts.append(self._queries(lambda e=evaluate, found=lines: e(found)))
        self.assertLessEqual(counts[1], counts[0] + 1, counts)

    @requirement("S1-6.2-5")
    def test_mandatory_content_and_print(self):
        """A line without name, model, serial number or quantity is not submitted, '无'
        is a serial number; the print shows all seven items."""
        instrument = self._new_instruments(1, prefix="Q")
        order = self._new_order(
            instrument, special_instructions="keep upright", contact_name="Zhang"
        )
        order.line_ids.write({"accessories": "two probes", "quantity": 3})
        for record, name, label in (
            (instrument, "model_text", "Model / Specification"),
            (instrument, "serial_number", "Serial Number"),
            (order.line_ids, "quantity", "number of pieces"),
        ):
            with self.subTest(name=name):
                before = record[name]
                record[name] = False
                with (
                    self.assertRaises(UserError) as caught,
                    self.env.cr.savepoint(),
                ):
                    order.action_submit()
                self.assertIn(label, str(caught.exception))
                self.assertIn(instrument.display_name, str(caught.exception))
                self.assertEqual((order.state, order.name), ("draft", "New"))
                record[name] = before
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            instrument.name = False
            self.env.flush_all()
        instrument.serial_number = "无"
        order.action_submit()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html("metrology_order.report_order", order.ids)[0]
            .decode()
        )
        for text in (
            order.name,
            "Mining Company",
            "测试压力表",
            "Y-100",
            "无",
            'center">3</td>',
            "two probes",
            "keep upright",
        ):
            self.assertIn(text, html)

    @requirement("S3-5.7.1")
    def test_accept_modify_query(self):
        """A dispatched order changes by a new version that is reviewed and signed
        again; it is found by number, customer, state and date; numbered, it is
        cancelled and never deleted."""
        order = self._accepted(1, prefix="D")
        job = order.job_ids
        job.with_user(self.head)._assign(self._employees(self.tester, self.second))
        self._in_department(order)
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.special_instructions = "gently"
        with self.assertRaisesRegex(UserError, "why the order changes"):
            order.action_change(" ")
        order.action_change("the customer rang")
        self.assertEqual((order.state, order.version), ("reviewing", 2))
        self.assertEqual(order.review_ids.mapped("version"), [2, 1])
        self.assertFalse(order.signature)
        order.special_instructions = "gently"
        with self.assertRaisesRegex(UserError, "waits for review"):
            job.with_user(self.tester).action_start()
        with self.assertRaisesRegex(UserError, "not confirmed"):
            order.action_review_done()
        order.write(REVIEW)
        order.action_review_done()
        with self.assertRaisesRegex(UserError, "signature"):
            order.action_accept()
        order.action_sign(SIGNATURE, "Li Si")
        order.action_accept()
        job.with_user(self.tester).action_start()
        self.assertEqual((job.state, order.state), ("running", "in_progress"))
        orders = self.env["metrology.order"].with_user(self.clerk)
        other = self._accepted(1, prefix="F")
        for term in (
            ("name", "=", order.name),
            ("partner_id.name", "ilike", "mining"),
            ("state", "=", "in_progress"),
            ("date_order", "=", self.today),
        ):
            self.assertIn(order, orders.search([term]))
        self.assertNotIn(other, orders.search([("state", "=", "in_progress")]))
        self.assertNotIn(order, orders.search([("date_order", "<", self.today)]))
        with self.assertRaisesRegex(UserError, "Cancel it"):
            order.unlink()
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            other.action_cancel(" ")
        other.action_cancel("customer withdrew")
        self.assertEqual(other.state, "cancelled")
        with self.assertRaisesRegex(UserError, "Cancel it"):
            other.unlink()
