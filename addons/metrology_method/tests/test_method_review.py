# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMethodReview(MethodCommon):
    def _started(self, **values):
        review = (
            self.env["metrology.method.review"]
            .with_user(self.quality)
            .create({"date_to": self.today, **values})
        )
        review.action_start()
        return review

    def _line(self, review, edition):
        return review.line_ids.filtered(lambda line: line.edition_id == edition)

    def _check_others(self, review, edition):
        others = review.line_ids - self._line(review, edition)
        others.write({"source": "Public catalogue"})
        others.action_current()

    def test_lists_what_is_in_use(self):
        """Every edition in use is a line once; superseded ones are not looked up."""
        review = self._started()
        self.assertIn(self.new, review.line_ids.edition_id)
        self.assertNotIn(self.old, review.line_ids.edition_id)
        count = len(review.line_ids)
        review.action_start()
        self.assertEqual(len(review.line_ids), count)

    @requirement("S0-5.2.3-1")
    def test_unchecked_does_not_close(self):
        """A review with a document unchecked, or looked up nowhere, does not close."""
        review = self._started()
        with self.assertRefused(UserError, "JJG 99052-2020", "has not been checked"):
            review.action_close()
        self._check_others(review, self.new)
        line = self._line(review, self.new)
        with self.assertRefused(UserError, "where you looked"):
            line.action_current()
        line.result = "current"
        with self.assertRefused(UserError, "Where Looked"):
            review.action_close()
        line.source = "Announcement 12"
        self.assertEqual(line.checked_by_id, self.quality)
        self.assertEqual(line.checked_on, self.today)
        review.action_close()
        self.assertEqual(review.state, "closed")
        self.assertEqual(review.closed_by_id, self.quality)
        self.assertEqual(self.new.state, "in_force")

    @requirement("S0-5.2.3-1")
    def test_taken_out_is_unchecked(self):
        """Neither a line taken out nor one turned to another edition is a check."""
        review = self._started()
        self._check_others(review, self.new)
        self._line(review, self.new).unlink()
        with self.assertRefused(UserError, "JJG 99052-2020", "has not been checked"):
            review.action_close()
        review.action_start()
        line = self._line(review, self.new)
        line.write({"source": "Public catalogue", "result": "current"})
        with self.assertRefused(UserError, "JJG 99052-2020"):
            line.edition_id = self.old
        review.action_close()
        self.assertEqual(review.state, "closed")

    @requirement("S0-5.2.3-1")
    def test_replaced_becomes_superseded(self):
        """What was replaced is superseded, the new one a draft, what it touches open."""
        review = self._started()
        self._check_others(review, self.new)
        line = self._line(review, self.new)
        line.write({"result": "replaced", "source": "Announcement 12"})
        with self.assertRefused(UserError, "Replaced by"):
            review.action_close()
        line.write({"new_name": "JJG 99052-2020", "effective_date": self.today})
        with self.assertRefused(UserError, "not a later edition"):
            review.action_close()
        line.write({"new_name": "JJG 99052-2026", "note": "New limits"})
        review.action_close()
        self.assertEqual(self.new.date_to, self.today - relativedelta(days=1))
        self.assertEqual(self.new.state, "superseded")
        later = self.method.edition_ids.filtered(
            lambda one: one.name == "JJG 99052-2026"
        )
        self.assertEqual(later.state, "draft")
        self.assertEqual(later.amendment, "New limits")
        effect = self.env["metrology.method.effect"].search(
            [("edition_id", "=", self.new.id), ("state", "=", "open")]
        )
        self.assertIn(
            ("metrology.capability", self.capability.id),
            [(one.res_model, one.res_id) for one in effect],
        )
        codes = self.capability._get_validity_blockers(self.today)
        self.assertEqual(codes[self.capability.id][0][0], "edition_missing")

    def test_abolished_and_amended(self):
        """Abolished ends the edition; an amendment is written down and flagged."""
        other = self.method.copy({"code": "JJG 99060", "edition_ids": False})
        edition = self._new_edition(
            "JJG 99060-2020", date(2020, 1, 1), method_id=other.id
        )
        self._new_capability(code="R-1", method_id=other.id)
        review = self._started()
        self._check_others(review, self.new | edition)
        review.line_ids.filtered(lambda one: one.edition_id == self.new).write(
            {"result": "abolished", "source": "A", "effective_date": self.today}
        )
        self._line(review, edition).write(
            {
                "result": "amended",
                "source": "B",
                "effective_date": self.today,
                "note": "Clause 5.2",
            }
        )
        review.action_close()
        self.assertEqual(self.new.state, "withdrawn")
        self.assertIn("Clause 5.2", edition.amendment)
        changes = self.env["metrology.method.effect"].search(
            [("edition_id", "in", (self.new | edition).ids)]
        )
        self.assertEqual(set(changes.mapped("change")), {"withdrawn", "amended"})

    def test_next_is_planned(self):
        """Closing plans the next review; its person is told in time, once."""
        review = self._started(interval_months=6)
        review.line_ids.write({"source": "Public catalogue"})
        review.line_ids.action_current()
        review.action_close()
        follow = review.next_review_id
        self.assertEqual(follow.date_to, self.today + relativedelta(months=6))
        self.assertEqual(follow.state, "planned")
        follow.date_to = self.today + relativedelta(days=7)
        Review = self.env["metrology.method.review"]
        Review._notify_expiry()
        Review._notify_expiry()
        self.assertEqual(len(follow.activity_ids), 1)
        self.assertEqual(follow.activity_ids.user_id, self.quality)

    def test_closed_is_kept(self):
        """Nobody closes by writing, changes a closed review or its lines."""
        review = self._started()
        with self.assertRaises(UserError):
            review.write({"state": "closed"})
        with self.assertRaises(UserError):
            review.line_ids[0].write({"checked_by_id": self.head.id})
        review.line_ids.write({"source": "Public catalogue"})
        review.line_ids.action_current()
        with self.assertRaises(AccessError):
            review.with_user(self.user).action_close()
        review.action_close()
        head = review.with_user(self.head)
        for call in (
            lambda: head.line_ids[0].write({"result": "unchecked"}),
            lambda: head.write({"summary": "Other"}),
            lambda: head.unlink(),
            lambda: head.line_ids[0].unlink(),
        ):
            with self.assertRaises(UserError):
                call()

    def test_effects_are_worked_off(self):
        """The person named, or quality, says what was done; others do not."""
        self.department.manager_id = self.env["hr.employee"].create(
            {"name": "Head", "user_id": self.user.id}
        )
        self.new.with_user(self.head).action_withdraw("Abolished")
        effect = self.env["metrology.method.effect"].search(
            [
                ("edition_id", "=", self.new.id),
                ("res_model", "=", "metrology.capability"),
                ("res_id", "=", self.capability.id),
            ]
        )
        self.assertEqual(effect.user_id, self.user)
        stranger = self._new_user("md_other", "tester")
        with self.assertRaises(AccessError):
            effect.with_user(stranger).action_done("Done")
        with self.assertRaises(UserError):
            effect.with_user(self.user).write({"state": "done"})
        effect.with_user(self.user).action_done("Suspended")
        self.assertEqual((effect.state, effect.note), ("done", "Suspended"))
        with self.assertRefused(UserError, "done already"):
            effect.with_user(self.quality).action_done("Again")

    def test_queries_do_not_grow(self):
        """Flagging many editions costs as many queries as one."""
        methods = self.env["metrology.method"].create(
            [
                {
                    "code": f"JJG 8{n:04}",
                    "name": "Method",
                    "service_kind": "verification",
                    "edition_ids": [
                        (0, 0, {"name": f"JJG 8{n:04}-2020", "date_from": "2020-01-01"})
                    ],
                }
                for n in range(20)
            ]
        )
        editions = methods.edition_ids.with_prefetch()
        editions.action_approve()
        for n, method in enumerate(methods):
            self._new_capability(code=f"E-{n}", method_id=method.id)
        one = self._queries(lambda: editions[:1]._get_affected())
        many = self._queries(lambda: editions._get_affected())
        self.assertEqual(one, many)
