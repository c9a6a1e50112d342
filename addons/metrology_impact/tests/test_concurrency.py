# SPDX-License-Identifier: AGPL-3.0-only
from odoo import SUPERUSER_ID, api

from odoo.addons.metrology.tests.concurrency import ConcurrencyCase
from odoo.addons.metrology_record.tests.laboratory import Laboratory
from odoo.addons.metrology_record.tests.test_correction import typed

from ..models import metrology_impact_listing, metrology_impact_progress


class TestImpactConcurrency(ConcurrencyCase):
    """Two persons at one analysis at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(Laboratory.doClassCleanups)
        with cls.registry.cursor() as cr:
            laboratory = Laboratory.build(api.Environment(cr, SUPERUSER_ID, {}))
            cls.equipment_id = laboratory.gauge_tester.id
            for number in range(3):
                record = laboratory._open(f"IC-{number}")
                laboratory._submit(record, typed(("3", "3.050")))
                record.with_user(laboratory.carl).action_check(laboratory.carl.login)
            laboratory._new_user("ic_quality", "quality")
            cls.logins = ["ic_quality", laboratory.head.login]

    def setUp(self):
        super().setUp()
        for module, name, value in (
            (metrology_impact_progress, "IMMEDIATE", 1),
            (metrology_impact_listing, "CHUNK", 2),
        ):
            before = getattr(module, name)
            setattr(module, name, value)
            self.addCleanup(setattr, module, name, before)

    def _new(self):
        with self.committed(login=self.logins[0]) as env:
            return (
                env["metrology.impact.analysis"]
                .create(
                    {
                        "equipment_id": self.equipment_id,
                        "shift_kind": "constant",
                        "shift_value": "-0.010",
                    }
                )
                .id
            )

    def _compute(self, analysis, count=2):
        return self.in_processes(
            count,
            lambda env, number: (
                env["metrology.impact.analysis"].browse(analysis).action_compute()
            ),
            login=self.logins,
        )

    def test_listed_twice_at_once(self):
        """Two clicks at once give one listing and one job."""
        analysis = self._new()
        outcomes = self._compute(analysis)
        self.assertTrue(all(outcome.ok for outcome in outcomes), outcomes)
        with self.committed() as env:
            listings = env["metrology.impact.listing"].search(
                [("analysis_id", "=", analysis)]
            )
            self.assertEqual(len(listings), 1)
            jobs = env["queue.job"].search_count(
                [("identity_key", "=like", f"metrology_impact_{listings.id}_%")]
            )
            self.assertEqual(jobs, 1)

    def test_cancelled_while_a_step_runs(self):
        """Who cancels while a worker is at a piece waits for nobody; in the end nothing
        of it is left."""
        analysis = self._new()
        self._compute(analysis, count=1)
        with self.committed() as env:
            listing = env["metrology.impact.analysis"].browse(analysis).listing_id.id

        def act(env, number):
            if number:
                record = env["metrology.impact.analysis"].browse(analysis)
                return record.action_cancel_listing()
            return env["metrology.impact.listing"].sudo().browse(listing)._job_step()

        outcomes = self.in_processes(2, act, login=self.logins)
        self.assertTrue(all(outcome.ok for outcome in outcomes), outcomes)
        with self.committed() as env:
            record = env["metrology.impact.analysis"].browse(analysis)
            self.assertEqual(record.listing_state, "cancelled")
            # what the job that comes next does
            env["metrology.impact.listing"].browse(listing)._job_step()
        with self.committed() as env:
            self.assertFalse(env["metrology.impact.listing"].browse(listing).exists())
            self.assertFalse(
                env["metrology.impact.line"].search([("listing_id", "=", listing)])
            )
