# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from .concurrency import ConcurrencyCase

DAY = date(2026, 3, 5)


class TestNumberConcurrency(ConcurrencyCase):
    """Eight processes: no number for two documents, no two numbers for one, no gap."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.series_id = (
                env["metrology.number.series"]
                .create(
                    {
                        "code": f"race_{self._testMethodName}",
                        "name": "Race",
                        "pattern": "R{year}-{n:05d}",
                        "period": "year",
                    }
                )
                .id
            )
            self.site_ids = (
                env["metrology.site"].create([{"name": f"R{i}"} for i in range(80)]).ids
            )
        self.code = f"race_{self._testMethodName}"

    def rows(self):
        with self.committed() as env:
            env.cr.execute(
                "SELECT n, res_id FROM metrology_number WHERE series_id = %s ORDER BY n",
                [self.series_id],
            )
            return env.cr.fetchall()

    def assertAllOk(self, outcomes):
        self.assertFalse([o.error + o.message for o in outcomes if not o.ok])

    def test_different_documents(self):
        """80 documents, ten in each process, one by one: 1 to 80 without gap."""
        code, ids = self.code, self.site_ids

        def work(env, number):
            result = {}
            for res_id in ids[number * 10 : number * 10 + 10]:
                site = env["metrology.site"].browse(res_id)
                result.update(env["metrology.number"]._assign(code, site, DAY))
            return result

        outcomes = self.in_processes(8, work)
        self.assertAllOk(outcomes)
        rows = self.rows()
        self.assertEqual([n for n, _id in rows], list(range(1, 81)))
        self.assertEqual(sorted(res_id for _n, res_id in rows), sorted(ids))
        given = {key: value for o in outcomes for key, value in o.value.items()}
        self.assertEqual(len(set(given.values())), 80)

    def test_same_documents(self):
        """All processes ask for the same ten documents: each gets one number."""
        code, ids = self.code, self.site_ids[:10]

        def work(env, number):
            sites = env["metrology.site"].browse(ids)
            return env["metrology.number"]._assign(code, sites, DAY)

        outcomes = self.in_processes(8, work)
        self.assertAllOk(outcomes)
        self.assertEqual(
            {tuple(sorted(o.value.items())) for o in outcomes}.__len__(), 1
        )
        self.assertEqual([n for n, _id in self.rows()], list(range(1, 11)))

    def test_rolled_back_document(self):
        """A transaction that fails after numbering a new document leaves no gap."""
        code = self.code

        def work(env, number):
            site = env["metrology.site"].create({"name": "never"})
            env["metrology.number"]._assign(code, site, DAY)
            raise ValueError("the transaction fails")

        outcomes = self.in_processes(4, work)
        self.assertEqual({o.error for o in outcomes}, {"ValueError"})
        self.assertFalse([res_id for _n, res_id in self.rows() if res_id])
        with self.committed() as env:
            site = env["metrology.site"].browse(self.site_ids[0])
            numbers = env["metrology.number"]._assign(code, site, DAY)
        self.assertEqual(numbers[site.id], "R2026-00001")

    def test_kept_through_a_retry(self):
        """An existing document keeps its number when its transaction is repeated."""
        code, res_id = self.code, self.site_ids[0]
        texts = []
        for attempt in range(2):
            try:
                with self.committed() as env:
                    site = env["metrology.site"].browse(res_id)
                    texts += env["metrology.number"]._assign(code, site, DAY).values()
                    if not attempt:
                        raise ValueError("first attempt fails")
            except ValueError:
                continue
        self.assertEqual(texts, ["R2026-00001"] * 2)
        self.assertEqual(len(self.rows()), 1)
