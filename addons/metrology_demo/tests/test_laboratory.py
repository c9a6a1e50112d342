# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import TransactionCase, tagged

from ..builder import tables
from ..builder.organisation import PASSWORD


@tagged("post_install", "-at_install")
class TestLaboratory(TransactionCase):
    """The demo laboratory can really work: nothing in it stands against a job."""

    def test_every_role_signs_in(self):
        """Each person of the table signs in with the printed password, in its role."""
        for row in tables.read("persons"):
            user = self.env["res.users"].search([("login", "=", row["login"])])
            with self.subTest(login=row["login"]):
                user.with_user(user)._check_credentials(
                    {"type": "password", "login": row["login"], "password": PASSWORD},
                    {"interactive": False},
                )
                for role in row["roles"].split():
                    self.assertTrue(user.has_group(f"metrology.group_{role}"))
                self.assertEqual(user.lang, "zh_CN")

    def test_every_capability_accepts_work(self):
        """Method, standard, equipment and two persons are there for each capability."""
        capabilities = self.env["metrology.capability"].search([])
        self.assertGreaterEqual(len(capabilities), len(tables.read("methods")))
        today = self.env["metrology.calendar"]._today(self.env.company)
        blockers = capabilities._get_acceptance_blockers(today)
        self.assertEqual({key: found for key, found in blockers.items() if found}, {})

    def test_templates_and_seals_are_in_use(self):
        """The library's templates are approved, each kind of document has its seal."""
        versions = self.env["metrology.record.template.version"].search([])
        self.assertEqual(set(versions.mapped("approval_state")), {"approved"})
        for kind in ("verification", "rejection", "calibration", "testing"):
            self.assertTrue(self.env["metrology.seal"]._find(kind, self.env.company))

    def test_every_fee_has_its_legal_basis(self):
        """What a capability costs comes from the published catalogue."""
        pricing = self.env["metrology.pricing"]
        requests = [
            pricing._make_request(capability.product_id)
            for capability in self.env["metrology.capability"].search([])
        ]
        for answer in pricing._get_prices(requests):
            self.assertEqual(answer["source"], "catalogue")
            self.assertGreater(answer["price"], 0)
