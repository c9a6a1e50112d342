# SPDX-License-Identifier: AGPL-3.0-only
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.job import Job

from ..models import metrology_impact_listing, metrology_impact_progress
from .common import ImpactCommon

SEEN = ("record_id", "rank", "ratio", "band", "changed_count", "verdict_after")


class ListingCommon(ImpactCommon):
    """Provides four records; every list of more than one result goes through the queue,
    one record a piece.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        common = cls(methodName="_filed")
        cls.records = cls.env["metrology.record"].union(
            *(
                common._filed(f"Q-{n}", 1, ("3", shown))
                for n, shown in enumerate(("3.010", "3.050", "3.030", "3.045"))
            )
        )
        cls.startClassPatcher(patch.object(metrology_impact_progress, "IMMEDIATE", 1))
        cls.startClassPatcher(patch.object(metrology_impact_listing, "CHUNK", 2))

    def _at_once(self):
        """Let lists be made while the person waits, in one piece."""
        stack = ExitStack()
        stack.enter_context(patch.object(metrology_impact_progress, "IMMEDIATE", 1_000))
        stack.enter_context(patch.object(metrology_impact_listing, "CHUNK", 1_000))
        return stack

    def _listed(self, shift="-0.010", **values):
        """Return an analysis with a complete list."""
        with self._at_once():
            return self._ranked(shift, **values)

    def _jobs(self, analysis=None, state="pending"):
        domain = [("model_name", "=", "metrology.impact.listing")]
        if analysis:
            name = f"metrology_impact_{analysis.sudo().listing_id.id}_"
            domain.append(("identity_key", "=like", f"{name}%"))
        return self.env["queue.job"].search([*domain, ("state", "=", state)])

    def _work(self, steps=100):
        """Run pending jobs as the queue would; return how many there were."""
        done = 0
        while done < steps and (jobs := self._jobs()):
            job = Job.load(self.env, jobs[-1].uuid)
            job.set_started()
            job.store()
            job.perform()
            job.set_done()
            job.store()
            self.env.flush_all()
            self.env.invalidate_all()
            done += 1
        return done

    def _seen(self, analysis):
        return [
            tuple(line[name] for name in SEEN)
            for line in analysis.line_ids.sorted("rank")
        ]

    def _staged(self):
        """Return the rows that belong to listings under way."""
        self.env.invalidate_all()
        return self.env["metrology.impact.line"].search([("analysis_id", "=", False)])


@tagged("post_install", "-at_install")
class TestListing(ListingCommon):
    """Long lists: in the queue, with progress, cancelled, failed, taken up again."""

    def test_few_are_listed_at_once(self):
        """A short list is there when the button returns, without any job."""
        analysis = self._listed(user=self.keeper)
        self.assertEqual((analysis.state, analysis.listing_state), ("open", "complete"))
        self.assertEqual(analysis.record_count, 4)
        self.assertEqual(analysis.computed_by_id, self.keeper)
        self.assertFalse(self._jobs())
        self.assertFalse(self.env["metrology.impact.listing"].search([]))

    def test_many_are_listed_in_the_queue(self):
        """A long list grows piece by piece, shows how far it is, and is in the end what
        a list made at once is; who started it is told."""
        wanted = self._seen(self._listed())
        analysis = self._ranked("-0.010", user=self.keeper)
        self.assertEqual((analysis.state, analysis.listing_state), ("draft", "running"))
        self.assertEqual(analysis.get_listing_state()["progress"], 0)
        seen = []
        while self._work(1):
            state = analysis.get_listing_state()
            seen.append(state["progress"])
            if state["state"] == "running":
                self.assertFalse(analysis.line_ids)
                self.assertIn(" of 8", state["text"])
        self.assertEqual(seen, [25, 50, 75, 0])
        self.assertEqual((analysis.state, analysis.listing_state), ("open", "complete"))
        self.assertEqual(self._seen(analysis), wanted)
        self.assertEqual(analysis.result_count, 8)
        self.assertEqual(len(analysis.line_ids.result_ids), 8)
        self.assertFalse(self._staged())
        self.assertFalse(self.env["metrology.impact.listing"].search([]))
        message = analysis.message_ids.filtered(lambda one: "complete" in one.body)
        self.assertIn(self.keeper.partner_id, message.partner_ids)

    def test_nothing_is_decided_meanwhile(self):
        """While the list is made again, no decision, no follow-up and no change of what
        it depends on is taken; afterwards they are."""
        analysis = self._listed(user=self.quality)
        line = analysis.line_ids[:1]
        analysis.action_compute()
        self._work(1)
        for name in ("no_effect", "hold", "repeat", "recall", "inform"):
            with self.assertRefused(UserError, "is being listed"):
                getattr(line, f"action_{name}")("reason")
        with self.assertRefused(UserError, "is being listed"):
            analysis.action_close("done")
        with self.assertRefused(UserError, "is being listed"):
            analysis.shift_value = "0.5"
        with self.assertRefused(UserError, "is being listed"):
            self.env["metrology.impact.shift"].with_user(self.quality).create(
                {"analysis_id": analysis.id, "point": "1", "shift": "1"}
            )
        analysis.note = "what does not matter for the list may be written"
        self.assertEqual(line.exists(), line)
        self._work()
        self.assertFalse(line.exists())
        analysis.line_ids.action_no_effect("small")
        self.assertFalse(analysis.undecided_count)

    def test_cancelled(self):
        """Cancelled, the earlier list is what it was, nothing half is left, the analysis
        says so, and it can be listed again."""
        analysis = self._listed(user=self.keeper)
        before = analysis.line_ids
        analysis.shift_value = "0.2"
        analysis.action_compute()
        self._work(2)
        self.assertEqual(len(self._staged()), 2)
        with self.assertRaises(AccessError):
            analysis.with_user(self.anna).action_cancel_listing()
        analysis.action_cancel_listing()
        self.assertEqual(analysis.listing_state, "cancelled")
        self.assertEqual(analysis.line_ids, before)
        self.assertFalse(self._staged())
        self.assertFalse(self.env["metrology.impact.listing"].search([]))
        self.assertIn("4 of 8", analysis.message_ids[0].body)
        # the job that was waiting finds nothing to do, and starts nothing
        self.assertEqual(self._work(), 1)
        self.assertEqual(analysis.line_ids, before)
        # the earlier list follows from another shift: nothing is decided on it
        with self.assertRefused(UserError, "rank again"):
            before[:1].with_user(self.quality).action_no_effect("small")
        with self.assertRefused(UserError, "not being listed"):
            analysis.action_cancel_listing()
        analysis.action_compute()
        self._work()
        self.assertEqual(
            (analysis.listing_state, analysis.change_count), ("complete", 4)
        )

    def test_cancelled_the_first_time(self):
        """Without an earlier list the analysis stays a draft without lines."""
        analysis = self._ranked(user=self.keeper)
        self._work(1)
        with self.assertRefused(UserError, "is being listed"):
            analysis.unlink()
        analysis.action_cancel_listing()
        self.assertEqual(
            (analysis.state, analysis.listing_state), ("draft", "cancelled")
        )
        self.assertFalse(analysis.line_ids)
        analysis.unlink()

    def test_cancelled_while_a_job_is_at_it(self):
        """What a running job writes after the cancelling is dropped by the next one."""
        analysis = self._ranked(user=self.keeper)
        self._work(1)
        Listing = type(self.env["metrology.impact.listing"])
        with patch.object(Listing, "_drop", lambda self: None):  # the row is locked
            analysis.action_cancel_listing()
        self.assertTrue(self._staged())
        self._work(1)
        self.assertFalse(self._staged())
        self.assertFalse(self._jobs())

    def test_leavings_are_swept(self):
        """What a cancelled listing left without a job goes in the nightly sweep; one
        under way stays."""
        gone, kept = self._ranked(), self._ranked()
        Listing = type(self.env["metrology.impact.listing"])
        listing = kept.sudo().listing_id
        with patch.object(Listing, "_drop", lambda self: None):
            gone.action_cancel_listing()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE metrology_impact_listing SET write_date = %s",
            [fields.Datetime.now() - timedelta(hours=2)],
        )
        self.env.invalidate_all()
        self.env["metrology.impact.listing"]._gc_dropped()
        self.assertEqual(self.env["metrology.impact.listing"].search([]), listing)

    def test_failed(self):
        """A piece that fails leaves the earlier list, the analysis says why, and it can
        be listed again."""
        analysis = self._listed(user=self.keeper)
        before = analysis.line_ids
        analysis.action_compute()
        self._work(1)
        Listing = type(self.env["metrology.impact.listing"])

        def broken(listing, which):
            raise ZeroDivisionError("a table of nothing")

        logger = "odoo.addons.metrology_impact.models.metrology_impact_listing"
        with patch.object(Listing, "_write_piece", broken), mute_logger(logger):
            self._work(1)
        self.assertEqual(analysis.listing_state, "failed")
        self.assertIn("a table of nothing", analysis.listing_error)
        self.assertEqual(analysis.line_ids, before)
        self.assertFalse(self._staged())
        self.assertFalse(self._jobs())
        message = analysis.message_ids[0]
        self.assertIn("a table of nothing", message.body)
        self.assertIn(self.keeper.partner_id, message.partner_ids)
        analysis.action_compute()
        self._work()
        self.assertEqual(analysis.listing_state, "complete")
        self.assertFalse(analysis.listing_error)

    def test_two_clicks(self):
        """A second click while it is listed starts no second listing."""
        analysis = self._ranked(user=self.keeper)
        listing = analysis.sudo().listing_id
        analysis.with_user(self.head).action_compute()
        self.assertEqual(analysis.sudo().listing_id, listing)
        self.assertEqual(len(self._jobs(analysis)), 1)
        self._work()
        self.assertEqual(analysis.record_count, 4)

    def test_killed_worker(self):
        """A listing whose worker was killed stands still; it is taken up where it was,
        by the hourglass of the server or by hand, and once only."""
        wanted = self._seen(self._listed())
        analysis = self._ranked("-0.010", user=self.keeper)
        self._work(2)
        self._jobs().write({"state": "started"})  # of a worker that is no more
        self.assertFalse(self._jobs())
        self.env["metrology.impact.listing"]._cron_resume()
        self.assertFalse(self._jobs())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE metrology_impact_listing SET write_date = %s",
            [fields.Datetime.now() - timedelta(minutes=6)],
        )
        self.env.invalidate_all()
        self.assertTrue(analysis.listing_stalled)
        self.env["metrology.impact.listing"]._cron_resume()
        self.assertEqual(len(self._jobs()), 1)
        with self.assertRaises(AccessError):
            analysis.with_user(self.anna).action_resume_listing()
        analysis.action_resume_listing()
        self.assertEqual(len(self._jobs()), 1)
        self.assertEqual(self._work(), 2)
        self.assertEqual(self._seen(analysis), wanted)
        with self.assertRefused(UserError, "not being listed"):
            analysis.action_resume_listing()

    def test_two_jobs_of_one_listing(self):
        """A job that comes a second time goes on with the next piece, none is twice."""
        analysis = self._ranked("-0.010", user=self.keeper)
        listing = analysis.sudo().listing_id
        self._work(1)
        listing._job_step()
        self._work()
        self.assertEqual(analysis.record_count, 4)
        self.assertEqual(len(set(analysis.line_ids.mapped("rank"))), 4)

    def test_what_changes_meanwhile(self):
        """Records that are submitted or returned while the pieces are written are in the
        list, or not in it, as they are in the end."""
        analysis = self._ranked("-0.010", user=self.keeper)
        self._work(2)
        self.assertEqual(self._staged().record_id, self.records[:2])
        self.records[0].sudo()._return("the wrong gauge")
        fresh = self._filed("Q-9", 0, ("3", "3.010"))
        self._work()
        self.assertEqual(
            set(analysis.line_ids.record_id), set(self.records[1:] | fresh)
        )
        self.assertEqual(sorted(analysis.line_ids.mapped("rank")), [1, 2, 3, 4])

    def test_decided_meanwhile(self):
        """A list somebody decided upon is never replaced, whatever came between."""
        analysis = self._listed(user=self.keeper)
        line = analysis.line_ids[:1]
        analysis.action_compute()
        line.sudo()._guard_open().write({"decision": "no_effect"})
        self._work()
        self.assertEqual(analysis.listing_state, "failed")
        self.assertIn("decided upon meanwhile", analysis.listing_error)
        self.assertEqual(len(analysis.line_ids), 4)
        self.assertTrue(line.exists())

    def test_changed_after_the_listing(self):
        """With another shift the list must be made again first; the same value written
        again changes nothing; once something is decided the shift is fixed."""
        analysis = self._listed(user=self.quality)
        analysis.write({"shift_value": "-0.010", "shift_kind": "constant"})
        self.assertFalse(analysis.is_outdated)
        analysis.shift_value = "-0.011"
        self.assertTrue(analysis.is_outdated)
        line = analysis.line_ids[:1]
        with self.assertRefused(UserError, "rank again"):
            line.action_hold("wait")
        with self.assertRefused(UserError, "rank again"):
            analysis.action_close("done")
        with self._at_once():
            analysis.action_compute()
        self.assertFalse(analysis.is_outdated)
        analysis.line_ids[:1].action_no_effect("small")
        with self.assertRefused(UserError, "cannot be changed"):
            analysis.shift_value = "-0.012"
        with self.assertRefused(UserError, "decided upon already"):
            self.env["metrology.impact.shift"].with_user(self.quality).create(
                {"analysis_id": analysis.id, "point": "1", "shift": "1"}
            )

    def test_hold_survives_a_new_list(self):
        """What was put on hold stays so when it is ranked again, and is let go when the
        new list does not name it any more."""
        analysis = self._listed("", shift_kind="unknown", user=self.quality)
        analysis.line_ids.action_hold("until the shift is known")
        analysis.write({"shift_kind": "constant", "shift_value": "-0.010"})
        analysis.action_compute()
        self._work()
        self.assertEqual(analysis.held_count, 4)
        self.assertEqual(self.records.impact_hold_id, analysis)
        analysis.finding_date = self.institution_day - timedelta(days=30)
        analysis.action_compute()
        self._work()
        self.assertFalse(analysis.line_ids)
        self.assertFalse(self.records.impact_hold_id)
        self.assertIn("does not list it", self.records[0].message_ids[0].body)

    def test_automatic_listing_goes_through_the_queue(self):
        """Stopped equipment with much behind it does not make its keeper wait."""
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "dropped")
        analysis = self.env["metrology.impact.analysis"].search(
            [("finding_model", "=", "metrology.equipment.event")]
        )
        self.assertEqual(analysis.listing_state, "running")
        self._work()
        self.assertEqual((analysis.state, analysis.record_count), ("open", 4))

    def test_rights(self):
        """Nobody sees or writes what is being listed, nor writes how far it is."""
        analysis = self._ranked(user=self.keeper)
        self._work(1)
        staged = self._staged()
        for user in (self.anna, self.quality, self.keeper):
            Line = self.env["metrology.impact.line"].with_user(user)
            self.assertFalse(Line.search([("id", "in", staged.ids)]))
            Result = self.env["metrology.impact.result"].with_user(user)
            self.assertFalse(Result.search([("line_id", "in", staged.ids)]))
            listing = analysis.sudo().listing_id.with_user(user)
            with self.assertRaises(AccessError):
                listing.write({"position": 4})
            with self.assertRaises(AccessError):
                listing.unlink()
        for name, value in (
            ("listing_state", "complete"),
            ("listing_id", False),
            ("is_outdated", False),
        ):
            with self.assertRefused(UserError, "buttons"):
                analysis.with_user(self.quality).write({name: value})
        with self.assertRaises(AccessError):
            analysis.with_user(self.anna).action_compute()

    def test_queries_of_a_step_do_not_grow(self):
        """A piece of four records needs as many queries as a piece of one."""
        analysis = self._ranked("-0.010", user=self.keeper)
        listing = analysis.sudo().listing_id
        self.env.flush_all()
        self.env.invalidate_all()
        one = self._count(listing._step)
        with patch.object(metrology_impact_listing, "CHUNK", 1_000):
            other = self._ranked("-0.010", user=self.keeper)
        listing = other.sudo().listing_id
        listing.bounds = [*listing.bounds, 10**9]  # the end is not part of it
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertLessEqual(self._count(listing._step), one)
        self.assertEqual(len(self._staged()), 5)

    def test_queries_of_decisions_do_not_grow(self):
        """Deciding on three records needs as many queries as deciding on one."""
        for name in ("hold", "no_effect"):
            analysis = self._listed(user=self.quality)
            first, rest = analysis.line_ids[:1], analysis.line_ids[1:]
            action = getattr(first, f"action_{name}")
            self.env.invalidate_all()
            one = self._count(lambda action=action: action("small"))
            action = getattr(rest, f"action_{name}")
            self.env.invalidate_all()
            three = self._count(lambda action=action: action("small"))
            self.assertLessEqual(three, one + 1, name)
