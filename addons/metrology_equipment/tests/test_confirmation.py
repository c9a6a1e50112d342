# SPDX-License-Identifier: AGPL-3.0-only
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestConfirmation(EquipmentCommon):
    def _enter(self, *points, **values):
        """Enter a certificate of today as the keeper; points are (error, U)."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=0, **values
        )
        certificate._write({"create_uid": self.keeper.id})
        certificate.invalidate_recordset()
        self.env["metrology.traceability.result"].with_user(self.keeper).create(
            [
                {
                    "traceability_id": certificate.id,
                    "name": f"{n} MPa",
                    "error": error,
                    "uncertainty": uncertainty,
                }
                for n, (error, uncertainty) in enumerate(points)
            ]
        )
        return certificate.with_user(self.colleague)

    @requirement("S0-5.5.4")
    def test_results_are_compared_with_the_use(self):
        """Error within the MPE and U within its third: confirmed; otherwise refused."""
        self.gauge_tester.use_mpe = "0.03"
        good = self._enter(("0.030", "0.010"), ("-0.02", "0.01"))
        self.assertEqual(good.verdict, "pass")
        self.assertEqual(good.result_ids.mapped("ratio"), ["0.333", "0.333"])
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_unconfirmed"])
        good.action_confirm()
        self.assertEqual(self._codes(self.gauge_tester), [])
        for point, word in (
            (("0.0301", "0.010"), "larger than the required MPE"),
            (("0.01", "0.0101"), "1/3"),
        ):
            bad = self._enter(("0.01", "0.01"), point, number=word)
            self.assertEqual(bad.verdict, "fail")
            with self.assertRefused(UserError, "1 MPa", word):
                bad.action_confirm()
            self.assertEqual(bad.state, "draft")
            bad.sudo().unlink()
        empty = self._enter(number="Empty")
        with self.assertRefused(UserError, "0.03"):
            empty.action_confirm()

    def test_judgement_follows_from_the_results(self):
        """Nobody sends "fit" beside an error that is too large."""
        self.gauge_tester.use_mpe = "0.03"
        bad = self._enter(("0.05", "0.01"))
        line = bad.result_ids.with_user(self.keeper)
        with self.assertRefused(UserError):
            line.write({"verdict": "pass"})
        with self.assertRefused(UserError):
            line.create(
                {
                    "traceability_id": bad.id,
                    "name": "9 MPa",
                    "error": "0.05",
                    "uncertainty": "0.01",
                    "verdict": "pass",
                }
            )
        with self.assertRefused(UserError, "larger than the required MPE"):
            bad.action_confirm()

    def test_the_part_of_the_uncertainty_is_chosen(self):
        """A use that asks for a fourth is not content with a third."""
        self.gauge_tester.write({"use_mpe": "0.03", "use_ratio": "4"})
        certificate = self._enter(("0.01", "0.0076"))
        with self.assertRefused(UserError, "1/4"):
            certificate.action_confirm()
        certificate.result_ids.uncertainty = "0.0075"
        certificate.action_confirm()

    def test_results_are_numbers_and_stay(self):
        """Results are numbers; after the decision nobody changes them."""
        self.gauge_tester.use_mpe = "0.03"
        with self.assertRefused(ValidationError, "number"):
            self._enter(("small", "0.01"))
        certificate = self._enter(("0.01", "0.01"))
        with self.assertRaises(AccessError):
            certificate.result_ids.with_user(self.user).write({"error": "0"})
        certificate.action_confirm()
        line = certificate.result_ids.with_user(self.keeper)
        for attempt in (
            lambda: line.write({"error": "0"}),
            lambda: line.unlink(),
            lambda: certificate.write({"result_ids": [(5, 0, 0)]}),
            lambda: line.create(
                {
                    "traceability_id": certificate.id,
                    "name": "x",
                    "error": "0",
                    "uncertainty": "0",
                    "mpe": "1",
                }
            ),
        ):
            with self.assertRefused(UserError):
                attempt()

    def test_who_used_the_old_corrections_is_told(self):
        """After a confirmation each user of the corrections before has one activity."""
        certificate = self._enter()
        old = self.gauge_tester.traceability_id
        self.assertEqual(certificate._get_previous()[certificate.id], old)
        documents = self.capability

        def used(records):
            return [(records, self.user, documents)]

        with patch.object(
            type(certificate), "_get_correction_users", used, create=False
        ):
            certificate.action_confirm()
        activity = certificate.sudo().activity_ids
        self.assertEqual(activity.user_id, self.user)
        self.assertIn(self.capability.display_name, activity.note)
