# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentRpc(EquipmentCommon, HttpCase):
    """What the pages do not offer is refused over RPC, too."""

    def _send(self, model, method, *args):
        """Call a method as the keeper over JSON-RPC; return the whole answer."""
        with mute_logger("odoo.http"):
            return self.url_open(
                "/web/dataset/call_kw",
                json={
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    },
                },
            ).json()

    def _call(self, model, method, *args):
        answer = self._send(model, method, *args)
        self.assertNotIn("error", answer)
        return answer["result"]

    def _assert_refused(self, model, method, *args, words=()):
        error = self._send(model, method, *args).get("error")
        self.assertTrue(error, f"{model}.{method} was not refused")
        self.assertRegex(
            error["data"]["name"],
            r"^odoo\.exceptions\.(UserError|AccessError|ValidationError)$",
        )
        for word in words:
            self.assertIn(word, error["data"]["message"])

    def setUp(self):
        super().setUp()
        self.keeper.lang = "en_US"
        self.authenticate("st_keeper", "st_keeper")

    @requirement("S0-7.1.2-1", "S0-5.5.4")
    def test_states_are_not_written(self):
        """Status, confirmation and plan cannot be written by their fields."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=0
        )
        plan = (
            self.env["metrology.equipment.plan"]
            .with_user(self.keeper)
            .create(
                {
                    "name": "Plan",
                    "date_from": str(self.today),
                    "date_to": str(self.today + relativedelta(years=1)),
                }
            )
        )
        plan.action_generate()
        equipment = self.gauge_tester
        for model, record, values in (
            ("maintenance.equipment", equipment, {"metrology_state": "limited"}),
            ("maintenance.equipment", equipment, {"is_back": True}),
            ("maintenance.equipment", equipment, {"traceability_due": "2099-01-01"}),
            ("maintenance.equipment", equipment, {"traceability_id": False}),
            ("maintenance.equipment", equipment, {"metrology_validity": "usable"}),
            ("maintenance.equipment", equipment, {"check_due": "2099-01-01"}),
            ("metrology.traceability", certificate, {"verdict": "pass"}),
            ("metrology.traceability", certificate, {"state": "confirmed"}),
            ("metrology.equipment.plan", plan, {"state": "approved"}),
            ("metrology.equipment.plan.line", plan.line_ids[0], {"state": "done"}),
        ):
            before = record.read(list(values))
            self._assert_refused(model, "write", record.ids, values)
            record.invalidate_recordset()
            self.assertEqual(record.read(list(values)), before)
        self._assert_refused(
            "metrology.equipment.software",
            "create",
            [
                {
                    "equipment_id": equipment.id,
                    "name": "x",
                    "version": "1",
                    "validated_on": str(self.today),
                }
            ],
        )
        self.assertFalse(equipment.software_ids)

    def test_seal_moves_by_events_only(self):
        """A keeper writes no seal: each step gives a reason and leaves an event, and
        what stood open is calibrated before it is sealed again."""
        equipment = self.gauge_tester
        self._assert_refused(
            "maintenance.equipment", "write", equipment.ids, {"seal_state": "intact"}
        )
        self._assert_refused(
            "maintenance.equipment",
            "create",
            [{"name": "Dial", "metrology_use": "auxiliary", "seal_state": "intact"}],
        )

        def step(kind, reason):
            [dialog] = self._call(
                "metrology.equipment.state",
                "create",
                [
                    {
                        "equipment_ids": [[6, 0, equipment.ids]],
                        "kind": kind,
                        "reason": reason,
                    }
                ],
            )
            return "metrology.equipment.state", "action_apply", [dialog]

        self._assert_refused(*step("seal_broken", "Wire cut"), words=["Not Sealed"])
        self._assert_refused(*step("seal_set", "  "), words=["reason"])
        self._call(*step("seal_set", "Sealed by the institute"))
        self._call(*step("seal_broken", "Wire cut"))
        equipment.invalidate_recordset()
        self.assertEqual(self._codes(equipment), ["equipment_seal_broken"])
        for values in ({"seal_state": "intact"}, {"seal_state": "none"}):
            self._assert_refused(
                "maintenance.equipment", "write", equipment.ids, values
            )
        self._assert_refused(*step("seal_off", "No need"), words=["Broken"])
        self._assert_refused(
            *step("seal_set", "Closed again"), words=["Piston Gauge", "certificate"]
        )
        self._new_certificate(equipment, months_ago=0)
        self._call(*step("seal_set", "Calibrated and sealed by the institute"))
        equipment.invalidate_recordset()
        self.assertEqual(equipment.seal_state, "intact")
        self.assertEqual(self._codes(equipment), [])
        self.assertEqual(
            equipment.metrology_event_ids.sorted("id").mapped("kind"),
            ["seal_set", "seal_broken", "seal_set"],
        )
        self.assertEqual(equipment.metrology_event_ids.user_id, self.keeper)

    def test_corrections_are_not_edited_in_place(self):
        """Corrections of a confirmed certificate take no write, row or deletion."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=1
        )
        table = self.env["metrology.correction"].create(
            {
                "traceability_id": certificate.id,
                "code": "pressure",
                "line_ids": [(0, 0, {"value": "10", "correction": "0.003"})],
            }
        )
        certificate.action_confirm()
        line = table.line_ids
        for model, method, args in (
            ("metrology.correction.line", "write", (line.ids, {"correction": "0"})),
            ("metrology.correction.line", "unlink", (line.ids,)),
            (
                "metrology.correction.line",
                "create",
                ([{"correction_id": table.id, "value": "20", "correction": "0"}],),
            ),
            ("metrology.correction", "write", (table.ids, {"k": "3"})),
            (
                "metrology.traceability",
                "write",
                (certificate.ids, {"correction_ids": [(2, table.id, 0)]}),
            ),
        ):
            self._assert_refused(model, method, *args)
        self.env.invalidate_all()
        self.assertEqual(table._get_points(), [("10", "0.003", False)])

    def test_a_wrong_label_is_not_drawn(self):
        """The label dialog called by RPC refuses the wrong colour as well."""
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        [dialog] = self._call(
            "metrology.equipment.label",
            "create",
            [
                {
                    "equipment_ids": [[6, 0, self.gauge_tester.ids]],
                    "state": "qualified",
                }
            ],
        )
        self._assert_refused(
            "metrology.equipment.label",
            "action_print",
            [dialog],
            words=["Piston Gauge"],
        )
        record = self.env["metrology.equipment.label"].browse(dialog)
        self.assertFalse(record.pdf)
        self._call(
            "metrology.equipment.label", "write", [dialog], {"state": "suspended"}
        )
        self._call("metrology.equipment.label", "action_print", [dialog])
        record.invalidate_recordset()
        self.assertEqual(base64.b64decode(record.pdf)[:5], b"%PDF-")

    def test_history_is_not_touched(self):
        """Events, uses and signals take no write, deletion or row from outside."""
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        event = self.gauge_tester.metrology_event_ids[:1]
        self._assert_refused(
            "metrology.equipment.event", "write", event.ids, {"reason": "Nothing"}
        )
        self._assert_refused("metrology.equipment.event", "unlink", event.ids)
        use = self.barometer.with_user(self.keeper)._log_use_by_hand("Trial")
        self._assert_refused("metrology.equipment.usage", "unlink", use.ids)
        self._assert_refused(
            "metrology.equipment.signal",
            "create",
            [{"equipment_id": self.gauge_tester.id, "running_state": "off"}],
        )
        self.assertFalse(self.gauge_tester.signal_ids)
