# SPDX-License-Identifier: AGPL-3.0-only
"""Published worked examples come out of the library templates."""

from odoo.tests import tagged

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestExamples(RecordCommon):
    def test_pressure_gauge(self):
        """Case INS-02 (JJG 52-2013): errors, hysteresis, tap shift, MPE, verdict."""
        self._checked(self.record)
        result = self.record.result
        answers = {name: cell["text"] for name, cell in result["values"].items()}
        self.assertEqual(answers["error_max"], "0.02")
        self.assertEqual(answers["error_min"], "-0.01")
        self.assertEqual(answers["hysteresis_max"], "0.01")
        self.assertEqual(answers["tap_max"], "0.01")
        self.assertEqual(answers["mpev"], "0.0256")
        self.assertEqual(answers["mpev_top"], "0.04")
        self.assertEqual(self.record.verdict, "pass")

    def test_pressure_gauge_fails(self):
        """One reading out of its limit makes the gauge fail, and names the item."""
        data = gauge_data()
        data["tables"]["points"][1]["up_after"] = "0.83"
        self._checked(self.record, data)
        self.assertEqual(self.record.verdict, "fail")
        verdicts = {one["name"]: one["verdict"] for one in self.record.result["checks"]}
        self.assertEqual(verdicts["indication"], "fail")
        self.assertEqual(verdicts["return"], "pass")
        cell = self.record.result["tables"]["points"][1]["error_up"]
        self.assertEqual((cell["text"], cell["verdict"]), ("0.03", "fail"))

    def test_top_of_range(self):
        """From 90 % of the range on the lower class applies only where it is set."""
        data = gauge_data(top_relief="no")
        data["tables"]["points"][3].update(
            up_before="1.57", up_after="1.57", down_before="1.57", down_after="1.57"
        )
        self._checked(self.record, data)
        self.assertEqual(self.record.verdict, "fail")
        data["fields"]["top_relief"] = "yes"
        preview = self.record.with_user(self.anna).compute_preview(data)
        self.assertEqual(preview["result"]["verdict"], "pass")

    def test_weight(self):
        """Case UNC-08 (EA-4/02 S2): 10000.025 g ± 0.059 g with k = 2."""
        data = {
            "fields": {"nominal": "10000"},
            "budgets": {
                "budget": {
                    "mS": {"x": "10000.005", "U": "0.045", "k": "2"},
                    "dD": {"x": "0.0", "a": "0.015"},
                    "dm": {"x": "0.02", "sp": "0.025", "n": "3"},
                    "dC": {"x": "0.0", "a": "0.01"},
                    "dB": {"x": "0.0", "a": "0.01"},
                }
            },
        }
        record = self._new_calibration("weight_10kg", "EA-4/02 S2", data, "W-1")
        self._checked(record, data)
        budget = record.result["budgets"]["budget"][0]
        self.assertEqual(
            budget["reported"], {"value": "10000.025", "uncertainty": "0.059"}
        )
        self.assertAlmostEqual(float(budget["u"]), 0.0293, delta=6e-5)
        self.assertEqual(record.verdict, "none")
        self.assertEqual(
            [(row.value, row.U, row.k) for row in record.result_ids],
            [("10000.025", "0.059", "2")],
        )

    def test_weight_from_cycles(self):
        """Where cycles are typed, the difference and n are taken from them."""
        data = {
            "fields": {"nominal": "10000"},
            "tables": {
                "cycles": [
                    {"a1": "0.010", "b1": "0.020", "b2": "0.025", "a2": "0.015"},
                    {"a1": "0.025", "b1": "0.050", "b2": "0.055", "a2": "0.020"},
                    {"a1": "0.010", "b1": "0.030", "b2": "0.035", "a2": "0.015"},
                ]
            },
            "budgets": {
                "budget": {
                    "mS": {"x": "10000.005", "U": "0.045", "k": "2"},
                    "dD": {"x": "0", "a": "0.015"},
                    "dm": {"sp": "0.025"},
                    "dC": {"x": "0", "a": "0.01"},
                    "dB": {"x": "0", "a": "0.01"},
                }
            },
        }
        version = self.env["metrology.record.template.version"]._load_library(
            "weight_10kg"
        )
        result = version.compute_preview(data)["result"]
        self.assertEqual(
            result["budgets"]["budget"][0]["reported"],
            {"value": "10000.025", "uncertainty": "0.059"},
        )

    def test_block_calibrator(self):
        """Case UNC-15 (EA-4/02 S11): 180.1 °C ± 0.3 °C, a trapezoid shapes the result."""
        widths = {"dD": "0.04", "di": "0.05", "dR": "0.1", "dA": "0.25"}
        widths |= {"dH": "0.05", "dV": "0.03"}
        data = {
            "fields": {"setpoint": "180", "indication": "180.0"},
            "budgets": {
                "budget": {
                    "tS": {"x": "180.1", "U": "0.03", "k": "2"},
                    "dtS": {"x": "0.0", "U": "0.02", "k": "2"},
                    **{name: {"x": "0.0", "a": a} for name, a in widths.items()},
                }
            },
        }
        record = self._new_calibration("block_calibrator", "EA-4/02 S11", data, "T-1")
        self._checked(record, data)
        budget = record.result["budgets"]["budget"][0]
        self.assertEqual(budget["reported"], {"value": "180.1", "uncertainty": "0.3"})
        self.assertAlmostEqual(float(budget["u"]), 0.164, delta=6e-4)
        self.assertEqual(budget["coverage"], "trapezoidal")
        self.assertAlmostEqual(float(budget["k"]), 1.80, delta=0.02)
