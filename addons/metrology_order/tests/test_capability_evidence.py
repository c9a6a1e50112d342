# SPDX-License-Identifier: AGPL-3.0-only
import json

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestCapabilityEvidence(OrderCommon):
    """All evidence of a capability, what is missing of it, and what rests on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technical = cls._new_user("or_technical", "technical_head", employee=True)
        (cls.technical | cls.tester).lang = "en_US"

    def _page(self, day=None, user=None):
        capability = self.verifying.with_user(user or self.technical)
        return capability.get_evidence(day)

    def _section(self, page, key):
        return next(one for one in page["sections"] if one["key"] == key)

    def _texts(self, page, key):
        return " ".join(one["text"] for one in self._section(page, key)["missing"])

    def _links(self, section):
        return {
            (cell["model"], cell["res_id"])
            for row in section["rows"]
            for cell in row
            if cell["model"]
        }

    def test_the_page_shows_every_kind_of_evidence(self):
        """One call gives every section, with a way to each document behind it."""
        page = self._page()
        self.assertEqual(
            [one["key"] for one in page["sections"]][:8],
            [
                "scope", "method", "standard", "equipment", "trial", "room", "staff",
                "work",
            ],
        )  # fmt: skip
        json.dumps(page)
        self.assertIn(
            ("metrology.standard", self.standard.id),
            self._links(self._section(page, "standard")),
        )
        equipment = self.standard.equipment_ids
        links = self._links(self._section(page, "equipment"))
        self.assertIn(("maintenance.equipment", equipment.id), links)
        self.assertIn(("metrology.traceability", equipment.traceability_id.id), links)
        self.assertIn(
            ("metrology.method.edition", self.verifying.current_edition_id.id),
            self._links(self._section(page, "method")),
        )
        staff = self._section(page, "staff")
        names = {row[0]["text"] for row in staff["rows"]}
        self.assertEqual(names, {"or_tester", "or_second"})
        scope = {one["label"]: one["text"] for one in page["sections"][0]["facts"]}
        self.assertIn("Market Regulation", scope.values())

    def test_what_is_missing_is_named(self):
        """Nobody may check or sign: the page says so in red, with the section."""
        page = self._page()
        self.assertEqual(page["light"], "red")
        self.assertIn("Nobody is authorized: Check", self._texts(page, "staff"))
        self.assertTrue(
            any("Nobody is authorized" in one["text"] for one in page["missing"])
        )
        # Somebody may: the finding goes.
        self._authorize(self.technical, self.verifying, "check")
        self.assertNotIn(
            "Nobody is authorized: Check", self._texts(self._page(), "staff")
        )

    def test_as_of_a_day(self):
        """The day before an end all is well, the day after it is missing."""
        equipment = self.standard.equipment_ids
        due = equipment.traceability_id.date_to
        before, after = str(due), str(due + relativedelta(days=1))
        self.assertNotEqual(
            self._section(self._page(before), "equipment")["light"], "red"
        )
        page = self._page(after)
        self.assertEqual(self._section(page, "equipment")["light"], "red")
        self.assertIn(str(due), self._texts(page, "equipment"))

    def test_two_person_rule(self):
        """With one person left the persons' section says how many are missing."""
        authorization = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.second.employee_ids.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        authorization.with_user(self.technical).action_revoke("Left")
        self.assertIn("there are 1", self._texts(self._page(), "staff"))

    def test_rights(self):
        """Without a role of the laboratory nothing is shown; titles are not for all."""
        stranger = new_test_user(
            self.env, login="or_stranger", groups="base.group_user"
        )
        with self.assertRaises(AccessError):
            self._page(user=stranger)
        with self.assertRaises(AccessError):
            self.verifying.with_user(stranger).action_print_evidence()
        columns = self._section(self._page(user=self.tester), "staff")["columns"]
        self.assertNotIn("Professional Title", columns)
        columns = self._section(self._page(), "staff")["columns"]
        self.assertIn("Professional Title", columns)

    def test_readiness_list(self):
        """The list has the lights of the page; 'something missing' finds the gaps."""
        capability = self.verifying.with_user(self.technical)
        page = self._page()
        lights = {one["key"]: one["light"] for one in page["sections"]}
        for key, name in capability._get_readiness_fields().items():
            self.assertEqual(capability[name], lights[key], name)
        self.assertEqual(capability.readiness, page["light"])
        self.assertIn("Nobody is authorized", capability.readiness_missing)
        Capability = self.env["metrology.capability"].with_user(self.technical)
        own = [("id", "=", capability.id)]
        self.assertTrue(Capability.search([*own, ("readiness", "=", "red")]))
        self.assertFalse(Capability.search([*own, ("readiness", "=", "green")]))
        action = capability.action_open_evidence()
        self.assertEqual(action["params"], {"capability_id": capability.id})
        # What Excel gets is what the screen shows.
        self.technical.group_ids += self.env.ref("base.group_allow_export")
        rows = capability.export_data(["code", "readiness", "readiness_missing"])
        self.assertIn("Nobody is authorized", rows["datas"][0][2])

    def test_readiness_of_many_in_a_fixed_number_of_queries(self):
        """A hundred capabilities are judged with as many queries as ten."""
        vals = self.verifying.copy_data()[0]
        many = self.env["metrology.capability"].create(
            [{**vals, "code": f"EV-{index:03d}"} for index in range(100)]
        )
        many._guard_open().write({"state": "active"})
        self.standard._guard_open().capability_ids += many
        person = self.tester.employee_ids
        authorizations = self.env["metrology.authorization"].create(
            [
                {
                    "employee_id": person.id,
                    "activity": "verify",
                    "capability_id": capability.id,
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(months=6),
                    "competence_confirmed_on": self.today,
                }
                for capability in many
            ]
        )
        authorizations._guard_open().write({"state": "active"})
        asked = many.with_user(self.technical)
        few = asked[:10]
        asked.mapped("readiness")  # what is cached for good
        ten = self._queries(lambda: few.mapped("readiness"))
        self.assertLessEqual(self._queries(lambda: asked.mapped("readiness")), ten)
        self.assertLess(ten, 80)

    def test_print(self):
        """The print says what the page says, as of the day that was asked for."""
        due = self.standard.equipment_ids.traceability_id.date_to
        after = str(due + relativedelta(days=1))
        action = self.verifying.with_user(self.technical).action_print_evidence(after)
        self.assertEqual(action["context"]["evidence_day"], after)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.technical)
            .with_context(evidence_day=after)
            ._render_qweb_html("metrology_method.report_evidence", self.verifying.ids)[
                0
            ]
            .decode()
        )
        for text in (
            self.verifying.display_name,
            after,
            self.standard.number,
            "or_tester",
            "lamp-red",
        ):
            self.assertIn(text, html)
        self.assertIn(str(due), html)

    def test_what_rests_on_it(self):
        """Open jobs and their orders are counted under the capability; done ones not."""
        self.assertEqual(self._page()["risk"]["jobs"], 0)
        first, second = self._accepted(2, prefix="RA"), self._accepted(1, prefix="RB")
        risk = self.verifying._get_risk(self.today)[self.verifying.id]
        self.assertEqual((risk["jobs"], risk["orders"]), (3, 2))
        self.assertEqual(
            self.calibrating._get_risk(self.today)[self.calibrating.id]["jobs"], 0
        )
        capability = self.verifying.with_user(self.technical)
        self.assertEqual((capability.risk_jobs, capability.risk_orders), (3, 2))
        first.job_ids.sudo().write({"state": "done"})
        self.assertEqual(
            self.verifying._get_risk(self.today)[self.verifying.id]["jobs"], 1
        )
        self.assertTrue(second)

    def test_the_dialog_says_what_it_will_stop(self):
        """Asking for the reason of a suspension tells which open work it would stop."""
        self._accepted(2, prefix="RC")
        self.env.flush_all()
        capability = self.verifying.with_user(self.technical)
        action = capability.action_suspend()
        impact = action["context"]["default_impact"]
        self.assertIn("2 open jobs of 1 orders", impact)
        # Nothing happened by asking.
        self.assertEqual(capability.state, "active")
        standard = self.standard.with_user(self.technical)
        self.assertIn(
            "2 open jobs", standard.action_suspend()["context"]["default_impact"]
        )
        self.assertEqual(standard.state, "active")
        # A second valid standard: they can go on.
        self._new_standard(self.verifying)
        self.assertIn(
            "they can go on", standard.action_suspend()["context"]["default_impact"]
        )
        wizard = (
            self.env["metrology.state.reason"]
            .with_user(self.technical)
            .with_context(**action["context"])
            .create({"reason": "The authority asked for it"})
        )
        self.assertIn("2 open jobs", wizard.impact)
        wizard.action_confirm()
        self.assertEqual(capability.state, "suspended")
        with self.assertRaises(UserError):
            capability.action_suspend("Again")
