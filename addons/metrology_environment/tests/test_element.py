# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..models.environment_ingest import IngestError
from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestElement(EnvironmentCommon):
    @requirement("S2-5.1-3")
    def test_the_eight_quantities(self):
        """Temperature, humidity, noise, vibration, EMI, wind, light and power supply
        are there after installation, each with its unit; a wrong unit is refused."""
        symbols = {
            code: self._element(code).unit_id.symbol
            for code in (
                "temperature",
                "humidity",
                "noise",
                "vibration",
                "electromagnetic",
                "wind",
                "illuminance",
                "voltage",
            )
        }
        self.assertEqual(
            symbols,
            {
                "temperature": "℃",
                "humidity": "%RH",
                "noise": "dB",
                "vibration": "m/s²",
                "electromagnetic": "V/m",
                "wind": "m/s",
                "illuminance": "lx",
                "voltage": "V",
            },
        )
        with self.assertRaises(IngestError) as caught:
            self._send(self._item(unit="kPa"))
        self.assertIn("kPa is not a unit of Temperature", str(caught.exception))

    def test_an_own_element(self):
        """An institution adds what it needs, in a unit of the quantity."""
        values = {
            "name": "Surface Temperature",
            "code": "surface_temperature",
            "quantity_id": self.env.ref("metrology.quantity_temperature").id,
        }
        Element = self.env["metrology.environment.element"].with_user(self.technical)
        with self.assertRefused(ValidationError, "kPa is not a unit"):
            Element.create({**values, "unit_id": self.env.ref("metrology.unit_kpa").id})
        element = Element.create(
            {**values, "unit_id": self.env.ref("metrology.unit_celsius").id}
        )
        self.assertEqual(element._get_unit("K"), self.env.ref("metrology.unit_kelvin"))

    @requirement("S2-6.11a")
    def test_a_room_begins_with_three(self):
        """A new room from a template watches temperature, humidity and illuminance; an
        element with readings is not deleted, its code and unit stay."""
        with Form(self.env["metrology.room"].with_user(self.head)) as form:
            form.name = "New Laboratory"
            form.template_id = self.env.ref(
                "metrology_environment.room_template_general"
            )
        self.assertEqual(
            set(form.record.element_ids.mapped("code")),
            {"temperature", "humidity", "illuminance"},
        )
        bare = self.env["metrology.room"].create({"name": "Without a template"})
        self.assertEqual(len(bare.element_ids), 3)
        self._read()
        temperature = self.temperature.with_user(self.technical)
        with self.assertRefused(UserError, "Temperature has readings"):
            temperature.unlink()
        with self.assertRefused(UserError, "code and unit stay"):
            temperature.code = "warmth"
        unread = self._element("gas").with_user(self.technical)
        unread.unlink()
        self.assertFalse(unread.exists())
