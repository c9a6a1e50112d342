# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestTemplate(RecordCommon):
    def _new_version(self):
        template = self.version.template_id.with_user(self.dora)
        action = template.action_new_version()
        return (
            self.env[action["res_model"]].with_user(self.dora).browse(action["res_id"])
        )

    @requirement("S3-6.1")
    def test_author_does_not_approve(self):
        """A record needs an approved version; nobody approves the own template."""
        version = self._new_version()
        version.save_draft(gauge_data())
        version.action_submit_approval()
        own = self.dora
        own.sudo().group_ids = [(4, self.env.ref("metrology.group_technical_head").id)]
        with self.assertRefused(AccessError, "own document"):
            version.with_user(own).action_approve()
        self.assertEqual(self.version.template_id.current_version_id, self.version)
        job = self._new_job(self.capability, "verification", serial="G-2")
        vals = self.env["metrology.record"]._prepare_record(job, version.sudo())
        with self.assertRefused(UserError, "not approved"):
            self.env["metrology.record"].sudo()._guard_open().create(vals)

    def test_tried_first(self):
        """A version that was not tried completely cannot be submitted."""
        version = self._new_version()
        version.sample_data = False
        with self.assertRefused(UserError, "sample data"):
            version.action_submit_approval()
        data = gauge_data()
        del data["tables"]["points"][2]["up_after"]
        version.save_draft(data)
        with self.assertRefused(UserError, "row 3", "empty"):
            version.action_submit_approval()

    def test_faulty_definition(self):
        """A faulty definition is kept as a draft, its problems name block and cell."""
        version = self._new_version()
        definition = dict(version.definition)
        definition["blocks"] = [
            *definition["blocks"],
            {"kind": "text", "name": "points"},
        ]
        version.definition = definition
        self.assertIn("points", version.problem_text)
        with self.assertRefused(UserError, "used twice"):
            version.action_submit_approval()
        with self.assertRefused(ValidationError, "not JSON", "line 1"):
            version.definition_text = "{schema: 1"

    def test_approved_is_frozen(self):
        """An approved version is never edited, nor is one in use deleted."""
        version = self.version.with_user(self.head)
        with self.assertRefused(UserError, "cannot be changed"):
            version.definition = {"schema": 1}
        with self.assertRefused(UserError):
            version.definition_text = "{}"
        with self.assertRefused(UserError):
            version.unlink()

    def test_new_version_serves_new_records(self):
        """Opened records keep their version, new ones take the newest approved."""
        version = self._new_version()
        version.save_draft(gauge_data())
        version.action_submit_approval()
        version.with_user(self.head).action_approve()
        self.assertEqual(self.record.version_id, self.version)
        job = self._new_job(self.capability, "verification", serial="G-2")
        job.with_user(self.anna).action_start()
        self.assertEqual(job.record_ids.version_id, version)
        self.assertEqual(version.number, self.version.number + 1)

    @requirement("S0-7.2-1")
    def test_reference_case(self):
        """A changed formula that loses a known answer cannot be approved."""
        self.env["metrology.record.template.case"].create(
            {
                "template_id": self.version.template_id.id,
                "name": "INS-02",
                "data": gauge_data(),
                "expected": {"error_max": "0.02", "verdict": "pass"},
            }
        )
        version = self._new_version()
        text = version.definition_text.replace("up_after - p", "up_before - p").replace(
            "down_after - p", "down_before - p - division"
        )
        version.definition_text = text
        version.save_draft(gauge_data())
        with self.assertRefused(UserError, "INS-02", "0.02"):
            version.action_submit_approval()

    def test_user_does_not_edit_templates(self):
        """An employee without the role cannot write templates."""
        with self.assertRefused(AccessError):
            self.version.template_id.with_user(self.user).name = "x"

    def test_load_library_once(self):
        """Loading a library template again finds it."""
        model = self.env["metrology.record.template.version"]
        self.assertEqual(model._load_library("pressure_gauge"), self.version)
        with self.assertRefused(UserError, "pressure_gauge"):
            model._load_library("unknown")
