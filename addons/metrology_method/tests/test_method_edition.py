# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMethodEdition(MethodCommon):
    def test_approving_the_next_ends_the_one_before(self):
        """The edition before ends on the day before the next one comes into force."""
        self.assertEqual(self.old.date_to, date(2020, 11, 30))
        self.assertEqual(self.old.state, "superseded")
        self.assertEqual(self.new.state, "in_force")
        self.assertEqual(self.old.replaced_by_id, self.new)

    def test_undated_reference_resolves_by_the_day(self):
        """Each day has its own edition: the change happens at midnight."""
        Edition = self.env["metrology.method.edition"]
        for day, expected in (
            (date(2020, 11, 30), self.old),
            (date(2020, 12, 1), self.new),
        ):
            found = Edition._get_in_force(self.method, day)
            self.assertEqual(found, {self.method.id: expected})
        self.assertEqual(Edition._get_in_force(self.method, date(2010, 5, 31)), {})

    def test_superseded_edition_is_refused_with_the_name_of_the_current(self):
        """Who chooses the edition of 2010 is told that 2020 is in force."""
        blockers = self.old.with_user(self.user)._get_validity_blockers(self.today)
        [(code, message)] = blockers[self.old.id]
        self.assertEqual(code, "edition_superseded")
        self.assertIn("JJG 99052-2010", message)
        self.assertIn("JJG 99052-2020", message)
        self.assertEqual(self.new._get_validity_blockers(self.today), {self.new.id: []})

    def test_editions_do_not_overlap(self):
        """An edition inside the time of another one is refused."""
        inside = self._new_edition("JJG 99052-2015", date(2015, 1, 1), approve=False)
        self._prove(inside)
        with self.assertRefused(ValidationError, "JJG 99052-2010"):
            inside.with_user(self.head).action_approve()
        # The same one, ended in time before the first, is no overlap.
        earlier = self._new_edition(
            "JJG 99052-2000", date(2000, 1, 1), approve=False, date_to=date(2010, 5, 31)
        )
        self._prove(earlier)
        earlier.with_user(self.head).action_approve()
        self.assertEqual(earlier.state, "superseded")

    def test_approved_dates_are_not_edited(self):
        """After approval nobody moves the dates, not even into a gap."""
        with self.assertRefused(UserError, "JJG 99052-2020"):
            self.new.with_user(self.head).date_from = date(2021, 1, 1)

    def test_nobody_approves_what_he_entered(self):
        """Who enters an edition is not who approves it."""
        mine = (
            self.env["metrology.method.edition"]
            .with_user(self.head)
            .create(
                {
                    "name": "JJG 99052-2030",
                    "method_id": self.method.id,
                    "date_from": self.today + relativedelta(years=1),
                }
            )
        )
        with self.assertRefused(UserError, "another person"):
            mine.action_approve()
        self._prove(mine)
        other = self._new_user("md_head2", "technical_head")
        mine.with_user(other).action_approve()
        self.assertEqual(mine.state, "upcoming")
        self.assertEqual(mine.approved_by_id, other)
        self.assertEqual(self.new.date_to, mine.date_from - relativedelta(days=1))

    def test_only_the_technical_head_approves(self):
        """Quality may enter editions; approving is the technical head's."""
        draft = self._new_edition("JJG 99052-2031", date(2031, 1, 1), approve=False)
        with self.assertRaises(AccessError):
            draft.with_user(self.quality).action_approve()
        with self.assertRaises(AccessError):
            draft.with_user(self.user).action_approve()

    def test_approval_is_not_written_from_outside(self):
        """What only the button sets is refused by create and write over the API."""
        draft = self._new_edition("JJG 99052-2032", date(2032, 1, 1), approve=False)
        with self.assertRaises(UserError):
            draft.with_user(self.head).write({"approved_on": "2032-01-01"})
        with self.assertRaises(UserError):
            self.env["metrology.method.edition"].with_user(self.head).create(
                {
                    "name": "JJG 99052-2033",
                    "method_id": self.method.id,
                    "date_from": "2033-01-01",
                    "approved_on": "2020-01-01",
                }
            )
        self.assertEqual(draft.state, "draft")

    def test_approving_twice_is_refused(self):
        """A double click approves once."""
        with self.assertRefused(UserError, "already"):
            self.new.with_user(self.head).action_approve()

    def test_withdrawn_at_once(self):
        """A withdrawn edition is not worked by from that day on, and says why."""
        head = self.new.with_user(self.head)
        with self.assertRaises(UserError):
            head.action_withdraw(" ")
        head.action_withdraw("Abolished")
        self.assertEqual(self.new.state, "withdrawn")
        self.assertEqual(self.new.withdrawn_reason, "Abolished")
        self.assertFalse(self.method.current_edition_id)
        self.assertIn(
            self.method,
            self.env["metrology.method"].search([("current_edition_id", "=", False)]),
        )

    def test_approved_editions_are_not_deleted(self):
        """What was approved stays on file."""
        with self.assertRaises(UserError):
            self.new.with_user(self.head).unlink()

    @requirement("S0-2")
    def test_approved_ones_are_not_archived(self):
        """An edition in force does not vanish: it is withdrawn, for a reason."""
        for person in (self.quality, self.head):
            with self.assertRefused(UserError, "JJG 99052-2020", "Active"):
                self.new.with_user(person).action_archive()
        self.new.invalidate_recordset()
        self.assertEqual(self.method.current_edition_id, self.new)

    def test_state_can_be_searched(self):
        """The computed state is a filter like any other."""
        Edition = self.env["metrology.method.edition"]
        domain = [("method_id", "=", self.method.id)]
        self.assertEqual(
            Edition.search([*domain, ("state", "=", "in_force")]), self.new
        )
        self.assertEqual(
            Edition.search([*domain, ("state", "!=", "in_force")]), self.old
        )

    @requirement("S2-6.7a")
    def test_verification_by_regulations_only(self):
        """A company's own standard is no method of verification."""
        with self.assertRefused(ValidationError, "verification"):
            self.method.with_user(self.head).source_level = "8"
        with self.assertRaises(ValidationError):
            self.env["metrology.method"].with_user(self.head).create(
                {
                    "code": "Q/AB 001",
                    "name": "Company Standard",
                    "service_kind": "verification",
                    "source_level": "3",
                }
            )

    def test_queries_do_not_grow(self):
        """In-force editions of many methods cost as many queries as of one."""
        methods = self.env["metrology.method"].create(
            [
                {
                    "code": f"JJF 9{n:04}",
                    "name": "Method",
                    "service_kind": "calibration",
                    "edition_ids": [
                        (0, 0, {"name": f"JJF 9{n:04}-2020", "date_from": "2020-01-01"})
                    ],
                }
                for n in range(40)
            ]
        )
        methods.edition_ids.action_approve()
        Edition = self.env["metrology.method.edition"]
        one = self._queries(lambda: Edition._get_in_force(methods[:1], self.today))
        many = self._queries(lambda: Edition._get_in_force(methods, self.today))
        self.assertEqual(one, many)
        one = self._queries(
            lambda: methods[:1].edition_ids._get_validity_blockers(self.today)
        )
        many = self._queries(
            lambda: methods.edition_ids._get_validity_blockers(self.today)
        )
        self.assertEqual(one, many)
