# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestSteps(RecordCommon):
    @requirement("S0-6.3.2")
    def test_incomplete_is_refused(self):
        """A record without standards or conditions is refused, listing what is missing;
        stored results are reproduced from stored inputs."""
        record = self.record.with_user(self.anna)
        record.save_draft(gauge_data(), record.entry_token)
        record.write({"temperature": False, "humidity": False})
        self.job.standard_ids = False
        with self.assertRefused(
            UserError, "Temperature", "Humidity", "No measurement standard"
        ):
            record.action_submit("rec_anna")
        self.assertEqual(record.state, "running")
        self.job.standard_ids = self.standard
        self._checked(self.record)
        self.assertFalse(self.record._result_differences())

    @requirement("S1-6.3.3-1")
    def test_every_item(self):
        """An item of the method neither done nor not applicable with reason is named."""
        data = gauge_data()
        data["items"]["general"]["overload"] = {"state": "na", "reason": " "}
        with self.assertRefused(UserError, "not applicable"):
            self._submit(self.record, data)
        del data["items"]["general"]["overload"]
        self._type(self.record, data)
        with self.assertRefused(UserError, "neither done"):
            self.record.with_user(self.anna).action_submit("rec_anna")

    def test_password(self):
        """Submission needs the password of the person; a wrong one signs nothing."""
        self._type(self.record, gauge_data())
        with mute_logger("odoo.addons.base.models.res_users"):
            with self.assertRefused(UserError, "password"):
                self.record.with_user(self.anna).action_submit("wrong")
        self.assertEqual(self.record.state, "running")
        self.assertFalse(self.record.signature_ids)
        action = self.record.with_user(self.anna).action_submit()
        self.assertEqual(action["res_model"], "metrology.record.sign")

    def test_dialog(self):
        """The dialog signs with the password of its button and stores none."""
        self._type(self.record, gauge_data())
        record = self.record.with_user(self.anna)
        action = record.action_submit()
        wizard = self.env[action["res_model"]].with_user(self.anna)
        wizard = wizard.browse(action["res_id"])
        wizard.with_context(signing_password="rec_anna").action_sign()
        self.assertEqual(self.record.state, "submitted")
        self.assertFalse(wizard._fields["password"].store)

    def test_own_check_is_refused(self):
        """Who submitted does not check; the second executor may, unless the institution
        says otherwise; both signatures stand on the record."""
        self._submit(self.record)
        with self.assertRefused(AccessError, "your own record"):
            self.record.with_user(self.anna).action_check("rec_anna")
        self.env.company.metrology_executor_may_check = False
        with self.assertRefused(AccessError, "your own record"):
            self.record.with_user(self.ben).action_check("rec_benx")
        self.env.company.metrology_executor_may_check = True
        self.record.with_user(self.ben).action_check("rec_benx")
        self.assertEqual(
            self.record.signature_ids.mapped(lambda one: (one.role, one.name)),
            [("execute", "Anna"), ("check", "Ben")],
        )
        self.assertEqual(len(set(self.record.signature_ids.mapped("digest"))), 1)

    def test_check_needs_the_role_and_authorization(self):
        """A tester without the checker's role is refused, and so is a checker who is
        not authorised for the capability."""
        self._submit(self.record)
        with self.assertRefused(AccessError):
            self.record.with_user(self.dora).action_check("rec_dora")
        self.env["metrology.authorization"].search(
            [("employee_id", "=", self.carl_employee.id)]
        ).write({"state": "suspended"})
        with self.assertRefused(UserError, "Carl", "suspended"):
            self.record.with_user(self.carl).action_check("rec_carl")
        self.assertEqual(self.record.state, "submitted")

    def test_lock_writes_results(self):
        """A checked record is locked and its results stand as rows, once."""
        self._checked(self.record)
        self.assertEqual(self.record.state, "locked")
        rows = self.record.result_ids
        self.assertEqual(len(rows), 16)  # 4 points: two errors, hysteresis, tap shift
        errors = rows.filtered(lambda row: row.error and row.point == "0.4")
        self.assertEqual(errors.mapped("error"), ["0.01", "0.02"])
        self.assertEqual(errors.mapped("limit"), ["±0.0256", "±0.0256"])
        self.assertIn("≤ 0.0128", rows.mapped("limit"))
        self.assertEqual(set(rows.mapped("verdict")), {"pass"})
        self.record.with_user(self.carl).action_lock()
        self.assertEqual(len(self.record.result_ids), 16)
        with self.assertRefused(UserError, "nobody writes them"):
            rows[0].with_user(self.carl).value = "0"
        self.assertEqual(self.record.instrument_id.result_count, 16)

    def test_locked_is_sealed(self):
        """Nothing of a submitted or locked record is written, nor is it deleted."""
        self._submit(self.record)
        record = self.record.with_user(self.anna)
        with self.assertRefused(UserError, "locked"):
            record.write({"temperature": "25"})
        with self.assertRefused(UserError):
            record.save_draft(gauge_data(), record.entry_token)
        with self.assertRefused(UserError, "locked"):
            self.record.sudo().write({"verdict": "fail"})
        with self.assertRefused(UserError):
            self.record.sudo().unlink()

    @requirement("S0-6.3.4")
    def test_correction_keeps_the_old_value(self):
        """A submitted value changes only after a return, with a reason; old and new stay
        with person and time, and the change rows cannot be edited."""
        self._submit(self.record)
        with self.assertRefused(UserError, "reason"):
            self.record.with_user(self.carl).action_return(" ")
        self.record.with_user(self.carl).action_return("Reading of 0.4 looks wrong")
        self.assertEqual(self.record.state, "running")
        self.assertFalse(self.record.signature_ids.filtered("valid"))
        data = gauge_data()
        data["tables"]["points"][0]["down_after"] = "0.41"
        self._type(self.record, data)
        record = self.record.with_user(self.anna)
        with self.assertRefused(UserError, "reason", "0.42 → 0.41"):
            record.action_submit("rec_anna")
        record.action_submit("rec_anna", "Read one division too high")
        (change,) = self.record.corrections
        self.assertEqual((change["old"], change["new"]), ("0.42", "0.41"))
        self.assertEqual(
            (change["user"], change["reason"]), ("Anna", "Read one division too high")
        )
        blocks = self.record._record_blocks()
        table = next(block for block in blocks if block["kind"] == "table")
        self.assertEqual(table["rows"][0][4]["old"], ["0.42"])
        with self.assertRefused(UserError):
            self.record.sudo().corrections = False
        last = self.record.entry_ids.sorted("id")[-1]
        self.assertEqual(
            (last.phase, last.old, last.value), ("correction", "0.42", "0.41")
        )

    def test_return_needs_the_role(self):
        """An executor without the role does not return the record."""
        self._submit(self.record)
        with self.assertRefused(AccessError):
            self.record.with_user(self.dora).action_return("x")

    def test_taken_up_again(self):
        """A recall opens a locked record through Python; its results are superseded."""
        self._checked(self.record)
        self.record._return("Recalled")
        self.assertTrue(all(self.record.result_ids.mapped("superseded")))
        record = self.record.with_user(self.anna)
        record.action_submit("rec_anna")
        record.with_user(self.carl).action_check("rec_carl")
        self.assertEqual(
            len(self.record.result_ids.filtered(lambda r: not r.superseded)), 16
        )

    def test_tampering_is_found(self):
        """What was changed in SQL past the application is refused or found and named."""
        self._checked(self.record)
        self.assertFalse(self.record._sealed_check())
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE metrology_record SET verdict = 'fail' WHERE id = %s",
                    [self.record.id],
                )
        self.assertIn("metrology", str(caught.exception).lower())

    @requirement("S0-6.3.3-2")
    def test_equal_readings(self):
        """Equal readings of two instruments are named at the check and must be
        explained."""
        self._checked(self.record)
        job = self._new_job(self.capability, "verification", serial="G-2")
        job.with_user(self.anna).action_start()
        self._submit(job.record_ids)
        self.assertEqual(job.record_ids.duplicate_ids, self.record)
        record = job.record_ids.with_user(self.carl)
        with self.assertRefused(UserError, self.record.name, "exactly the readings"):
            record.action_check("rec_carl")
        with self.assertRefused(UserError):
            record.action_explain_duplicate(" ")
        record.action_explain_duplicate("Both gauges of one batch, seen by me")
        record.action_check("rec_carl")
        self.assertEqual(record.state, "locked")

    @requirement("S2-6.2b", "S1-7.5-1")
    def test_recompute(self):
        """Computing an old record again reproduces it; a difference is reported and
        nothing is overwritten; the version it was made with cannot be deleted."""
        self._checked(self.record)
        action = self.record.with_user(self.user).action_recompute()
        self.assertEqual(action["params"]["type"], "success")
        result = dict(self.record.result, verdict="fail")
        self.record._guard_open()._sealed_unlock("test").write({"result": result})
        action = self.record.with_user(self.user).action_recompute()
        self.assertEqual(action["params"]["different"], self.record.ids)
        self.assertEqual(self.record.result["verdict"], "fail")
        with self.assertRefused(UserError):
            self.version.sudo().unlink()

    def test_conditions_outside_the_limits(self):
        """Outside the limits of the room no verification is submitted; a calibration
        needs the remark."""
        room = self.env["metrology.room"].create({"name": "101", "code": "T-101"})
        self.env["metrology.environment.requirement"].create(
            {
                "room_id": room.id,
                "limit_ids": [
                    fields.Command.create(
                        {
                            "element_id": self.env.ref(
                                "metrology_environment.element_temperature"
                            ).id,
                            "minimum": "18",
                            "maximum": "22",
                        }
                    )
                ],
            }
        ).action_approve()
        self.job.room_id = room
        self._type(self.record, gauge_data())
        record = self.record.with_user(self.anna)
        record.write({"temperature": "25.0", "environment_note": "agreed"})
        with self.assertRefused(UserError, "25.0", "18", "22"):
            record.action_submit("rec_anna")
        record.write({"temperature": "warm"})
        with self.assertRefused(UserError, "warm", "is not a number"):
            record.action_submit("rec_anna")
        record.write({"temperature": "21.9"})
        record.action_submit("rec_anna")

    def test_job_waits_for_the_record(self):
        """A job is finished after its record is submitted."""
        with self.assertRefused(UserError, "submit the technical record"):
            self.job.with_user(self.anna).action_finish()
        self._submit(self.record)
        self.job.with_user(self.anna).action_finish()
        self.assertEqual(self.job.state, "done")

    def test_cosign(self):
        """A further executor signs a submitted record, once."""
        self._submit(self.record)
        self.record.with_user(self.ben).action_cosign("rec_benx")
        with self.assertRefused(UserError, "have signed"):
            self.record.with_user(self.ben).action_cosign("rec_benx")
        self.assertEqual(self.record.signature_ids.mapped("name"), ["Anna", "Ben"])

    def test_double_click(self):
        """Checking twice ends in one result and a clear refusal."""
        self._checked(self.record)
        with self.assertRefused(UserError, "Locked"):
            self.record.with_user(self.ben).action_check("rec_benx")
        self.assertEqual(len(self.record.signature_ids), 2)

    def test_evidence_is_kept(self):
        """Every step keeps who and what was valid when it was allowed."""
        self._checked(self.record)
        evidence = self.record.evidence
        self.assertEqual(sorted(evidence), ["check", "open", "submit"])
        self.assertIn(self.carl_employee.id, evidence["check"]["persons"])
        self.assertEqual(evidence["submit"]["standards"], self.standard.ids)
