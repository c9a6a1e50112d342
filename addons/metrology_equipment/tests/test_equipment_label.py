# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

from dateutil.relativedelta import relativedelta
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..tools import labels
from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentLabel(EquipmentCommon):
    def _dialog(self, equipment, person=None, **values):
        return (
            self.env["metrology.equipment.label"]
            .with_user(person or self.user)
            .create({"equipment_ids": [(6, 0, equipment.ids)], **values})
        )

    def _pages(self, dialog):
        dialog.action_print()
        return PdfReader(io.BytesIO(base64.b64decode(dialog.pdf))).pages

    @staticmethod
    def _has_colour(page, state):
        """Tell whether the band of a label is filled in the colour of a status."""
        red, green, blue = (
            int(labels.COLOURS[state][i : i + 2], 16) / 255 for i in (1, 3, 5)
        )
        wanted = [f"{part:.3f}"[:4].lstrip("0") for part in (red, green, blue)]
        content = page.get_contents().get_data().decode("latin-1")
        for line in content.splitlines():
            parts = line.split()
            if parts[-1:] == ["rg"] and len(parts) == 4:
                found = [f"{float(part):.3f}"[:4].lstrip("0") for part in parts[:3]]
                if found == wanted:
                    return True
        return False

    @requirement("S0-5.3.4-2")
    def test_label_of_the_right_status_only(self):
        """Both dates in the colour of the status; a 合格 label is refused when it lies."""
        page = self._pages(
            self._dialog(self.gauge_tester, state="qualified", with_signer=True)
        )[0]
        text = page.extract_text()
        last = self.gauge_tester.traceability_id
        for expected in (str(last.date), str(last.date_to), "Piston Gauge", "E-0891"):
            self.assertIn(expected, text)
        self.assertTrue(self._has_colour(page, "qualified"))
        self.assertFalse(self._has_colour(page, "suspended"))

        last._guard_open().date_to = self.today - relativedelta(days=1)
        with self.assertRefused(UserError, "Piston Gauge", "overdue", "Suspended"):
            self._dialog(self.gauge_tester, state="qualified").action_print()
        page = self._pages(self._dialog(self.gauge_tester))[0]
        self.assertTrue(self._has_colour(page, "suspended"))
        self.assertIn("Suspended", page.extract_text())

        self.barometer.with_user(self.keeper)._register_event("suspend", "Dropped")
        with self.assertRefused(UserError, "Barometer"):
            self._dialog(self.barometer, self.keeper, state="qualified").action_print()
        with self.assertRefused(UserError, "Permitted", "Suspended"):
            self._dialog(
                self.gauge_tester | self.barometer, state="permitted"
            ).action_print()

    def test_limited_use_is_yellow_and_says_so(self):
        """The label of limited use names what it may not be used for."""
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("limit", "Worn", limitation="above 40 MPa")
        page = self._pages(self._dialog(equipment))[0]
        self.assertTrue(self._has_colour(page, "limited"))
        self.assertIn("above 40 MPa", page.extract_text())

    def test_no_label_before_use(self):
        """What was not put in use yet bears no label."""
        fresh = self._new_equipment("Fresh", "F-1", "reference", metrology_state="new")
        with self.assertRefused(UserError, "Fresh"):
            self._dialog(fresh).action_print()

    def test_formats(self):
        """One page a label on a roll, 24 on a sheet; the code leads to its page."""
        many = self.env["maintenance.equipment"].concat(
            *[self._new_equipment("Gauge", f"L-{n}", "reference") for n in range(25)]
        )
        for layout, pages in (("roll_50x30", 25), ("roll_40x25", 25), ("sheet_3x8", 2)):
            self.assertEqual(len(self._pages(self._dialog(many, layout=layout))), pages)
        rows = many._prepare_labels(self.today)
        self.assertEqual(len({row["url"] for row in rows}), 25)
        self.assertIn(f"/metrology/equipment/{many[0].scan_code}", rows[0]["url"])


@tagged("post_install", "-at_install")
class TestEquipmentScan(EquipmentCommon, HttpCase):
    @requirement("S1-7.3.3-8")
    def test_scan_shows_the_status_of_now(self):
        """The page says what the database says; an unknown code is not registered."""
        url = f"/metrology/equipment/{self.gauge_tester.scan_code}"
        old_label = self.gauge_tester._prepare_labels(self.today)[0]
        self.assertEqual(old_label["state"], "qualified")
        self.authenticate("st_keeper", "st_keeper")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn('class="state qualified"', answer.text)
        self.assertIn(str(self.gauge_tester.traceability_due), answer.text)
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        answer = self.url_open(url)
        self.assertIn('class="state suspended"', answer.text)
        self.assertNotIn("state qualified", answer.text)
        answer = self.url_open("/metrology/equipment/E-0891")
        self.assertIn("Piston Gauge", answer.text)
        answer = self.url_open("/metrology/equipment/NOSUCHCODE00")
        self.assertEqual(answer.status_code, 404)
        self.assertIn('class="state none"', answer.text)
        self.assertIn("NOSUCHCODE00", answer.text)

    def test_scan_is_for_the_laboratory(self):
        """Without a login, or without a role, nothing of the equipment is shown."""
        url = f"/metrology/equipment/{self.gauge_tester.scan_code}"
        self.authenticate(None, None)
        answer = self.url_open(url, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        new_test_user(self.env, login="st_stranger", groups="base.group_user")
        self.authenticate("st_stranger", "st_stranger")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("Piston Gauge", answer.text)
