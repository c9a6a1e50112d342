# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestCorrection(EquipmentCommon):
    def _certificate(self, months_ago, points, confirm=True):
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=months_ago
        )
        self.env["metrology.correction"].create(
            {
                "traceability_id": certificate.id,
                "code": "pressure",
                "quantity_id": self.pressure.id,
                "unit_id": self.mpa.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "value": value,
                            "correction": text,
                            "uncertainty": uncertainty,
                        },
                    )
                    for value, text, uncertainty in points
                ],
            }
        )
        if confirm:
            certificate.action_confirm()
        return certificate

    def test_table_of_the_day(self):
        """A measurement takes the corrections of the certificate of its day."""
        self._certificate(2, [("10", "0.002", "0.001"), ("2", "-0.0010", False)])
        self._certificate(1, [("10", "0.003", "0.001")])
        equipment = self.gauge_tester.with_user(self.user)
        earlier = self.today - relativedelta(months=1, days=1)
        self.assertEqual(
            equipment._get_correction_table("pressure", earlier),
            [("2", "-0.0010", False), ("10", "0.002", "0.001")],
        )
        for code in ("pressure", self.pressure):
            self.assertEqual(
                equipment._get_correction_table(code, self.today),
                [("10", "0.003", "0.001")],
            )
        self.assertEqual(equipment._get_correction_table("mass", self.today), [])

    def test_unconfirmed_corrections_are_not_used(self):
        """A table whose certificate waits for confirmation is no table yet."""
        self._certificate(1, [("10", "0.003", "0.001")], confirm=False)
        self.assertEqual(
            self.gauge_tester._get_correction_table("pressure", self.today), []
        )

    def test_confirmed_corrections_are_never_edited(self):
        """No edit, no added point, no deletion, no new table: by nobody, by no way."""
        certificate = self._certificate(1, [("10", "0.003", "0.001")])
        for env in (self.env, self.env(user=self.keeper)):
            table = env["metrology.correction"].browse(certificate.correction_ids.id)
            line = table.line_ids
            for attempt in (
                lambda line=line: line.write({"correction": "0.001"}),
                lambda line=line: line.unlink(),
                lambda table=table: table.write({"k": "3"}),
                lambda table=table: table.unlink(),
                lambda table=table: table.write(
                    {"line_ids": [(0, 0, {"value": "20", "correction": "0"})]}
                ),
                lambda env=env, table=table: env["metrology.correction.line"].create(
                    {"correction_id": table.id, "value": "20", "correction": "0"}
                ),
                lambda env=env: env["metrology.correction"].create(
                    {"traceability_id": certificate.id, "code": "other"}
                ),
            ):
                with self.assertRaises(UserError):
                    attempt()
        self.assertEqual(
            self.gauge_tester._get_correction_table("pressure", self.today),
            [("10", "0.003", "0.001")],
        )

    def test_a_line_does_not_move_to_another_table(self):
        """A point cannot be smuggled out of, or into, a confirmed table."""
        confirmed = self._certificate(2, [("10", "0.003", "0.001")])
        draft = self._certificate(1, [("20", "0.004", "0.001")], confirm=False)
        with self.assertRaises(UserError):
            confirmed.correction_ids.line_ids.correction_id = draft.correction_ids
        with self.assertRaises(UserError):
            draft.correction_ids.line_ids.correction_id = confirmed.correction_ids

    def test_numbers(self):
        """Points are numbers, each once; an uncertainty is not negative."""
        for point in (("ten", "0", "0"), ("1", "little", "0"), ("1", "0", "-0.1")):
            with self.assertRefused(ValidationError):
                self._certificate(1, [point], confirm=False)

    def test_employees_read_only(self):
        """A tester uses corrections and does not enter them."""
        certificate = self._certificate(1, [("10", "0.003", "0.001")], confirm=False)
        line = certificate.correction_ids.line_ids.with_user(self.user)
        self.assertEqual(line.correction, "0.003")
        with self.assertRaises(AccessError):
            line.correction = "0"
