# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestLibraries(OrderCommon):
    """Projects, persons, methods and standards: one library's end is all the others'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.tester | cls.clerk | cls.head).lang = "en_US"
        cls.far = cls.today + relativedelta(years=2)
        # Nothing else ends on the day that is tried.
        cls.verifying._guard_open().date_to = cls.far
        cls.standard._guard_open().write(
            {"date_to": cls.far, "social_date_to": cls.far}
        )
        cls.certificate = cls.standard.equipment_ids.traceability_id
        cls.certificate._guard_open().date_to = cls.far
        cls.authorizations = cls.env["metrology.authorization"].search(
            [("capability_id", "=", cls.verifying.id)]
        )
        cls.authorizations._guard_open().date_to = cls.far
        cls.last = cls.today + relativedelta(days=30)

    def _ends(self, what):
        """Let one thing end on ``last``."""
        records, names = {
            "project": (self.verifying, ["date_to"]),
            "person": (self.authorizations[:1], ["date_to"]),
            "method": (self.verifying.current_edition_id, ["date_to"]),
            "standard": (self.standard, ["date_to"]),
            "equipment": (self.certificate, ["date_to"]),
        }[what]
        records._guard_open().write(dict.fromkeys(names, self.last))

    def _offer(self):
        """A new line, as far as the clerk gets with it."""
        number = self.env["metrology.instrument"].search_count([])
        order = self._new_order(self._new_instruments(1, prefix=f"LIB{number}-"))
        return self._to_sign(order)

    def _valid(self):
        self.env.invalidate_all()
        return self.verifying.with_user(self.tester).validity in ("valid", "expiring")

    @requirement("S2-6.8a")
    def test_an_end_is_seen_the_same_day_and_refuses_new_lines(self):
        """On its last day each entry serves; on the day after, the project shows
        invalid with the reason, without any nightly run, and new lines are refused."""
        for what in ("project", "person", "method", "standard", "equipment"):
            with self.subTest(what=what), self.env.cr.savepoint() as savepoint:
                self._ends(what)
                with freeze_time(f"{self.last} 04:00:00"):
                    self.assertTrue(self._valid(), what)
                    self.assertEqual(self._offer().state, "to_sign", what)
                with freeze_time(f"{self.last + relativedelta(days=1)} 04:00:00"):
                    self.assertFalse(self._valid(), what)
                    self.assertTrue(self.verifying.with_user(self.tester).validity_note)
                    with self.assertRaises(UserError, msg=what):
                        self._offer()
                savepoint.rollback()
                self.env.invalidate_all()

    @requirement("S2-6.8b")
    def test_only_what_belongs_to_the_project(self):
        """A job takes only its project's persons, standards and equipment; the id of
        another is refused, also past the page, and names it."""
        job = self._accepted(1, prefix="LIBJ").job_ids.with_user(self.head)
        foreign = self._new_standard(self.calibrating)
        pair = self._employees(self.tester, self.second)
        with self.assertRaisesRegex(UserError, "does not serve"):
            job._assign(pair, foreign)
        with self.assertRaisesRegex(UserError, "or_outsider"):
            job._assign(self._employees(self.tester, self.outsider))
        wizard = self.env["metrology.job.assign"].with_user(self.head)
        offered = wizard.create({"job_ids": [fields.Command.set(job.ids)]}).person_ids
        self.assertLessEqual(
            set(offered.filtered("eligible").employee_id.ids), set(pair.ids)
        )
        job._assign(pair)
        self.assertEqual(job.standard_ids, self.standard)
        with self.assertRaisesRegex(ValidationError, foreign.equipment_ids.name):
            job.equipment_ids = foreign.equipment_ids
        # What the project says is not written over by anybody.
        for values in (
            {"capability_id": self.calibrating.id},
            {"edition_id": self.calibrating.current_edition_id.id},
            {"standard_ids": [fields.Command.set(foreign.ids)]},
            {"employee_ids": [fields.Command.set(self.outsider.employee_ids.ids)]},
        ):
            with self.assertRaises(UserError):
                job.write(values)
        self.assertEqual(job.capability_id, self.verifying)
