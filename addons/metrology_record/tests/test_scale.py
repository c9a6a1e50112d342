# SPDX-License-Identifier: AGPL-3.0-only
import time

from odoo.tests import tagged

from .common import RecordCommon, gauge_data


def _wide_definition():
    """50 points × 10 readings × 8 columns."""
    formulas = {
        "m": "mean(r)",
        "error": "mean(r) - p",
        "s": "stdev(r)",
        "reach": "max(r) - min(r)",
        "relative": "if(p = 0, 0, error / p * 100)",
        "limit": "0.01 + 0.001 * p",
    }
    columns = [{"name": "p"}, {"name": "r", "type": "readings", "count": 10}]
    columns += [
        {"name": name, "type": "formula", "formula": text, "interval": "0.001"}
        for name, text in formulas.items()
    ]
    return {
        "schema": 1,
        "title": "Wide",
        "blocks": [
            {
                "kind": "table",
                "name": "t",
                "columns": columns,
                "rows": {"minimum": 1, "maximum": 60},
            },
            {
                "kind": "conclusion",
                "name": "c",
                "rule": "regulation",
                "checks": [
                    {"name": "k", "table": "t", "value": "error", "limit": "limit"}
                ],
            },
        ],
    }


@tagged("post_install", "-at_install")
class TestScale(RecordCommon):
    def test_wide_sheet(self):
        """50 points × 10 readings × 8 columns are computed while one types."""
        template = self.env["metrology.record.template"].create({"name": "Wide"})
        version = self.env["metrology.record.template.version"].create(
            {"template_id": template.id, "definition": _wide_definition()}
        )
        rows = [
            {"p": f"{n}.00", "r": [f"{n}.00{i}" for i in range(10)]} for n in range(50)
        ]
        version.compute_preview({"tables": {"t": rows}})
        start = time.perf_counter()
        answer = version.compute_preview({"tables": {"t": rows}})
        self.assertLess(time.perf_counter() - start, 2.0)
        self.assertEqual(len(answer["result"]["tables"]["t"]), 50)
        self.assertEqual(answer["result"]["verdict"], "pass")

    def test_opening_does_not_grow(self):
        """Starting 12 jobs needs about the queries of starting 3."""

        def start(prefix, count):
            jobs = self.env["metrology.job"].union(
                *(
                    self._new_job(
                        self.capability, "verification", serial=f"{prefix}{n}"
                    )
                    for n in range(count)
                )
            )
            jobs = jobs.with_user(self.anna)
            queries = self._count(
                lambda: (
                    self.env["metrology.record"]
                    .with_user(self.anna)
                    ._open_for_jobs(jobs)
                )
            )
            self.assertEqual(len(jobs.record_ids), count)
            return queries

        start("W", 1)
        few, many = start("A", 3), start("B", 12)
        self.assertLessEqual(many - few, 9, (few, many))

    def test_checking_does_not_grow(self):
        """Checking and locking many records does not grow by queries per record beyond
        their own writes."""

        def check(prefix, count):
            jobs = self.env["metrology.job"].union(
                *(
                    self._new_job(
                        self.capability, "verification", serial=f"{prefix}{n}"
                    )
                    for n in range(count)
                )
            )
            jobs.with_user(self.anna).action_start()
            for number, record in enumerate(jobs.record_ids):
                data = gauge_data()
                data["tables"]["points"][0]["p"] = f"0.4{number}{len(prefix)}"
                self._submit(record, data)
            records = jobs.record_ids.with_user(self.carl)
            return self._count(lambda: records.action_check("rec_carl"))

        few, many = check("A", 2), check("BB", 8)
        self.assertLessEqual((many - few) / 6, 8, (few, many))

    def test_save_is_constant(self):
        """Saving one more reading costs the same whatever the sheet holds."""
        record = self.record.with_user(self.anna)
        record.save_draft({}, record.entry_token)

        def save(data):
            return self._count(lambda: record.save_draft(data, record.entry_token))

        small = gauge_data()
        large = gauge_data()
        large["tables"]["points"] = [
            {"p": f"0.{n + 10}", "up_before": "0.41"} for n in range(40)
        ]
        self.assertLessEqual(save(large) - save(small), 3)
