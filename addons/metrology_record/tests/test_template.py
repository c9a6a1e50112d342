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

    def _new_template(self, *blocks):
        """Return a draft version with these blocks, as a tester makes it."""
        template = (
            self.env["metrology.record.template"]
            .with_user(self.dora)
            .create({"name": "Own"})
        )
        return (
            self.env["metrology.record.template.version"]
            .with_user(self.dora)
            .create(
                {
                    "template_id": template.id,
                    "definition": {"schema": 1, "title": "Own", "blocks": list(blocks)},
                }
            )
        )

    @requirement("S2-6.2a")
    def test_repeatability(self):
        """10.01, 10.02, 10.03 at 10.00: mean 10.02, error 0.02, s = 0.01; a text instead
        of a number is refused with the name of the cell."""
        formulas = {"m": "mean(r)", "error": "mean(r) - p", "s": "stdev(r)"}
        columns = [
            {"name": "p", "label": "Nominal"},
            {"name": "r", "label": "Reading", "type": "readings", "count": 3},
        ]
        columns += [
            {"name": name, "type": "formula", "formula": text, "decimals": 2}
            for name, text in formulas.items()
        ]
        version = self._new_template({"kind": "table", "name": "t", "columns": columns})
        row = {"p": "10.00", "r": ["10.01", "10.02", "10.03"]}
        answer = version.save_draft({"tables": {"t": [row]}})
        cells = answer["result"]["tables"]["t"][0]
        self.assertEqual(
            {name: cell["text"] for name, cell in cells.items()},
            {"m": "10.02", "error": "0.02", "s": "0.01"},
        )
        row["r"][1] = "ten"
        with self.assertRefused(UserError, "Reading, row 1", "ten"):
            version.save_draft({"tables": {"t": [row]}})

    @requirement("S0-6.3.5-2")
    def test_budget(self):
        """Components 0.3 and 0.4 (c = 1): u = 0.5, U (k = 2) = 1.0; a negative
        uncertainty and a missing distribution are refused."""
        quantities = [
            {"name": "a", "dist": "normal", "inputs": ["x", "u"]},
            {"name": "b", "dist": "normal", "inputs": ["x", "u"]},
        ]
        budget = {
            "kind": "budget",
            "name": "u",
            "model": "a + b",
            "result": {"name": "y"},
            "k": "2",
            "quantities": quantities,
        }
        version = self._new_template(budget)
        typed = {"a": {"x": "10", "u": "0.3"}, "b": {"x": "0", "u": "0.4"}}
        result = version.save_draft({"budgets": {"u": typed}})["result"]
        (found,) = result["budgets"]["u"]
        self.assertEqual(found["u_text"], "0.5")
        self.assertEqual(found["reported"], {"value": "10.0", "uncertainty": "1.0"})
        typed["b"]["u"] = "-0.4"
        version.save_draft({"budgets": {"u": typed}})
        with self.assertRefused(UserError, "cannot be negative"):
            version.action_submit_approval()
        del quantities[1]["dist"]
        version = self._new_template(budget)
        with self.assertRefused(UserError, "distribution"):
            version.action_submit_approval()

    @requirement("S2-6.2d")
    def test_rules_between_parameters(self):
        """A rule of a parameter chooses the points: up to 1 MPa five of them; a rule with
        an undefined parameter and a template without anything to enter are refused."""
        head = {"kind": "fields", "name": "h", "fields": [{"name": "reach"}]}
        rule = {
            "when": "reach <= 1",
            "column": "p",
            "values": ["0", "reach * 25%", "reach * 50%", "reach * 75%", "reach"],
        }
        points = {
            "kind": "table",
            "name": "t",
            "columns": [{"name": "p"}, {"name": "r"}],
            "rows": {"suggest": [rule]},
        }
        version = self._new_template(head, points)
        result = version.compute_preview({"fields": {"reach": "0.6"}})["result"]
        self.assertEqual(
            result["suggest"]["t"]["values"], ["0", "0.15", "0.3", "0.45", "0.6"]
        )
        rule["when"] = "span <= 1"
        with self.assertRefused(UserError, "span", "not declared"):
            self._new_template(head, points).action_submit_approval()
        with self.assertRefused(UserError, "nothing to type in"):
            self._new_template(
                {"kind": "text", "name": "x", "text": "Only words"}
            ).action_submit_approval()

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
