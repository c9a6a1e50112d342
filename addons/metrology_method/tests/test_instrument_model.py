# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestInstrumentModel(MethodCommon):
    def _values(self, **values):
        return {
            "name": "YB-150",
            "manufacturer": "Maker One",
            "instrument_type_id": self.gauge.id,
            "quantity_id": self.pressure.id,
            "unit_id": self.mpa.id,
            "range_min": "0",
            "range_max": "1.6",
            "accuracy_text": "0.4",
            "mpe_text": "±0.4 %FS",
            "resolution_text": "0.01 MPa",
            **values,
        }

    @requirement("S3-5.4.2")
    def test_range_and_maker(self):
        """A range that does not rise is refused; a maker's models are found."""
        Model = self.env["metrology.instrument.model"].with_user(self.quality)
        for low, high in (("1.6", "1.6"), ("2", "1.6")):
            with self.assertRefused(ValidationError, "below its end"):
                Model.create(self._values(range_min=low, range_max=high))
        first = Model.create(self._values())
        second = Model.create(self._values(name="YB-200"))
        Model.create(self._values(manufacturer="Maker Two"))
        self.assertEqual(
            Model.search([("manufacturer", "ilike", "maker one")]), first | second
        )
        with self.assertRefused(ValidationError, "below its end"):
            first.write({"range_min": "3"})
        self.assertIn("0 to 1.6", first.range_text)

    def test_employees_read_only(self):
        """Any employee reads the models; entering is for the roles named."""
        model = self.env["metrology.instrument.model"].create(self._values())
        self.assertEqual(model.with_user(self.user).name, "YB-150")
        with self.assertRaises(AccessError):
            model.with_user(self.user).name = "Other"
