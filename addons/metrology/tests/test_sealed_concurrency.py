# SPDX-License-Identifier: AGPL-3.0-only
from .concurrency import ConcurrencyCase


class TestSealedConcurrency(ConcurrencyCase):
    """Several processes change one sealed record: its chain stays one chain."""

    def test_one_record(self):
        """Six at once: every change that succeeded has its revision, in one line."""
        with self.committed() as env:
            record_id = (
                env["metrology.qualification"]
                .create({"name": "Q", "number": "start", "date_from": "2026-01-01"})
                .id
            )

        def work(env, number):
            record = env["metrology.qualification"].browse(record_id)
            record.with_context(sealed_reason=f"process {number}").number = f"N{number}"

        outcomes = self.in_processes(6, work)
        self.assertFalse([item.error + item.message for item in outcomes if item.error])
        with self.committed() as env:
            record = env["metrology.qualification"].browse(record_id)
            self.assertFalse(record._sealed_check())
            revisions = env["metrology.revision"].search(
                [("model", "=", record._name), ("res_id", "=", record_id)]
            )
            self.assertEqual(sorted(revisions.mapped("number")), list(range(1, 8)))
            self.assertEqual(
                set(revisions.mapped("reason")) - {""},
                {f"process {number}" for number in range(6)},
            )
            last = revisions.sorted("number")[-1]
            self.assertEqual(f"process {record.number[1:]}", last.reason)
