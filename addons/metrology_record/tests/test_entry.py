# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..models.metrology_record_sheet import EditConflict
from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestEntry(RecordCommon):
    def test_opened_from_the_job(self):
        """Starting the job opens its record: number, header, persons, prefilled cells."""
        record = self.record
        self.assertEqual(record.state, "draft")
        self.assertTrue(record.name.startswith("JL"))
        self.assertEqual(record.executor_ids, self.anna_employee | self.ben_employee)
        self.assertEqual(record.partner_id, self.customer)
        self.assertEqual(record.draft_data["fields"]["cls"], "1.6")
        self.assertEqual(record.draft_data["fields"]["span"], "1.6")
        names = [row["name"] for row in record.standard_snapshot["equipment"]]
        self.assertEqual(sorted(names), ["Barometer", "Piston Gauge"])
        self.assertTrue(record.evidence["open"]["ok"])

    def test_opened_once(self):
        """Opening again finds the record; a job without template says so."""
        self.job.with_user(self.anna).action_open_record()
        self.assertEqual(len(self.job.record_ids), 1)
        self.version.template_id.active = False
        job = self._new_job(self.capability, "verification", serial="G-2")
        job.with_user(self.anna).action_start()
        self.assertFalse(job.record_ids)
        with self.assertRefused(UserError, "no approved record template"):
            job.with_user(self.anna).action_open_record()

    @requirement("S1-7.5-3")
    def test_no_record_without_job(self):
        """A record is opened from its job only, by nobody through RPC; records are
        counted by job."""
        counts = (
            self.env["metrology.record"]
            .with_user(self.user)
            ._read_group([("job_id", "=", self.job.id)], ["job_id"], ["__count"])
        )
        self.assertEqual(counts, [(self.job.with_user(self.user), 1)])
        with self.assertRefused(UserError, "from its job"):
            self.env["metrology.record"].with_user(self.anna).create(
                {"job_id": self.job.id, "version_id": self.version.id}
            )

    def test_save(self):
        """Saving keeps texts as typed, computes and begins the record."""
        data = gauge_data()
        data["tables"]["points"][0]["up_after"] = "０．４１"
        answer = self._type(self.record, data)
        self.assertEqual(self.record.state, "running")
        point = self.record.draft_data["tables"]["points"][0]
        self.assertEqual(point["up_after"], "0.41")
        self.assertEqual(answer["result"]["verdict"], "pass")
        self.assertEqual(answer["token"], self.record.entry_token)

    @requirement("S3-6.2-2")
    def test_every_cell_is_logged(self):
        """Each typed cell has an entry with person, time, old and new, whatever the
        context says; a log row cannot be made, changed or deleted."""
        self._type(self.record, gauge_data())
        data = gauge_data()
        data["tables"]["points"][0]["up_after"] = "0.42"
        record = self.record.with_context(
            tracking_disable=True, mail_notrack=True, metrology_record_entry=False
        )
        self._type(record, data, self.ben)
        entry = self.record.entry_ids.sorted("id")[-1]
        self.assertEqual((entry.old, entry.value), ("0.41", "0.42"))
        self.assertEqual(entry.user_id, self.ben)
        self.assertIn("1", entry.place)
        with self.assertRefused(UserError):
            entry.sudo().value = "0.40"
        with self.assertRefused(UserError):
            entry.sudo().unlink()
        with self.assertRefused(UserError):
            entry.with_user(self.anna).with_context(metrology_record_entry=1).create(
                {"record_id": self.record.id, "section": "fields", "cell": "x"}
            )

    def test_two_persons(self):
        """Who saves after somebody else is refused and nothing is overwritten."""
        record = self.record.with_user(self.anna)
        token = record.entry_token
        mine, other = gauge_data(), gauge_data()
        other["tables"]["points"][0]["p"] = "0.3"
        self.record.with_user(self.ben).save_draft(other, token)
        with self.assertRefused(EditConflict, "Ben", "Nothing of yours was saved"):
            record.save_draft(mine, token)
        self.assertEqual(self.record.draft_data["tables"]["points"][0]["p"], "0.3")

    def test_not_a_number(self):
        """A text that is no number is refused, naming the cell; nothing is saved."""
        before = self.record.draft_data
        data = gauge_data()
        data["tables"]["points"][1]["down_after"] = "0,8x"
        with self.assertRefused(UserError, "row 2", "0,8x", "is not a number"):
            self._type(self.record, data)
        self.assertEqual(self.record.draft_data, before)
        data = gauge_data(cls="一点六")
        with self.assertRefused(UserError, "一点六"):
            self._type(self.record, data)

    def test_unknown_cell(self):
        """Cells the template does not have, and computed ones, cannot be sent."""
        data = gauge_data()
        data["tables"]["points"][0]["error_up"] = "0"
        with self.assertRefused(UserError, "no such cell"):
            self._type(self.record, data)

    def test_only_executors_type(self):
        """A tester who does not execute the job writes nothing."""
        record = self.record.with_user(self.dora)
        with self.assertRefused(AccessError, "Dora", "does not execute"):
            record.save_draft(gauge_data(), record.entry_token)
        self.assertFalse(record.get_entry_sheet()["editable"])

    def test_data_not_written_by_rpc(self):
        """Data, results, verdict and state are not written around the steps."""
        record = self.record.with_user(self.anna)
        for vals in (
            {"data": gauge_data()},
            {"draft_data": gauge_data()},
            {"result": {}},
            {"verdict": "pass"},
            {"state": "locked"},
        ):
            with self.subTest(vals=list(vals)), self.assertRefused(UserError):
                record.write(vals)

    def test_preview_writes_nothing(self):
        """The preview computes unsaved data, with errors, and changes nothing."""
        before = self.record.draft_data
        data = gauge_data()
        data["tables"]["points"][1]["up_after"] = "0.89"
        data["tables"]["points"][2]["up_after"] = "abc"
        answer = self.record.with_user(self.anna).compute_preview(data)
        cell = answer["result"]["tables"]["points"][1]["error_up"]
        self.assertEqual((cell["text"], cell["verdict"]), ("0.09", "fail"))
        self.assertEqual(answer["problems"][0]["row"], 2)
        self.assertEqual(self.record.draft_data, before)

    def test_reading_resolution_is_noted(self):
        """A reading finer than can be read is noted at its cell, not refused."""
        data = gauge_data()
        data["tables"]["points"][0]["up_after"] = "0.413"
        notes = self._type(self.record, data)["result"]["notes"]
        self.assertEqual(
            [(one["cell"], one["row"]) for one in notes], [("up_after", 0)]
        )
