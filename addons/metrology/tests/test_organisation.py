# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.requirement import requirement
from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestOrganisation(MetrologyCase):
    def test_codes_are_unique(self):
        """Two sites of one institution do not share a code; empty codes may."""
        Site = self.env["metrology.site"]
        Site.create([{"name": "A", "code": "N"}, {"name": "B"}, {"name": "C"}])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            Site.create({"name": "D", "code": "N"})

    def test_roles_are_explained(self):
        """Every role belongs to the one privilege, implies the employee, and says
        what it may do."""
        privilege = self.env.ref("metrology.privilege_metrology")
        employee = self.env.ref("metrology.group_user")
        groups = privilege.group_ids
        self.assertEqual(len(groups), 14)
        for group in groups:
            self.assertTrue(group.comment, group.name)
            self.assertIn(employee, group | group.all_implied_ids)
        administrator = self.env.ref("metrology.group_administrator")
        self.assertFalse(groups - administrator - administrator.all_implied_ids)

    def test_without_role_no_menu(self):
        """A user without a role sees no menu of the suite, one with a role does."""
        plain = new_test_user(self.env, login="plain", groups="base.group_user")
        tester = self.new_user("tester")
        root = self.env.ref("metrology.menu_root").id
        Menu = self.env["ir.ui.menu"]
        self.assertNotIn(root, Menu.with_user(plain)._visible_menu_ids())
        self.assertIn(root, Menu.with_user(tester)._visible_menu_ids())

    def test_sites_of_others(self):
        """Sites of another institution are out of sight and cannot be written."""
        other = self.env["res.company"].create({"name": "Other"})
        site = self.env["metrology.site"].create({"name": "X", "company_id": other.id})
        office = self.new_user("office")
        self.assertFalse(
            self.env["metrology.site"].with_user(office).search([("id", "=", site.id)])
        )
        with self.assertRaises(AccessError):
            site.with_user(office).write({"name": "Y"})

    def test_rights_page_says_what_holds(self):
        """The rights page agrees with the rights the server enforces."""
        quality = self.new_user("quality")
        rights = self.env["metrology.role.right"].with_user(quality).search([])
        said = {(right.role_id, right.model_name): right for right in rights}
        for role in ("tester", "quality", "administrator"):
            group = self.env.ref(f"metrology.group_{role}")
            user = self.new_user(role, login=f"rights_{role}")
            for model in ("metrology.qualification", "metrology.unit"):
                right = said[group, model]
                for operation in ("read", "write", "create", "unlink"):
                    self.assertEqual(
                        right[f"perm_{operation}"],
                        self.env[model].with_user(user).has_access(operation),
                        (role, model, operation),
                    )
        with self.assertRaises(AccessError):
            self.env["metrology.role.right"].with_user(self.new_user("tester")).search(
                []
            )

    @requirement("S0-4.1.1")
    def test_legal_profile(self):
        """An institution that is no legal person shows who authorises it, with the
        letter; without them its profile is not saved."""
        company = self.company.with_user(self.new_user("administrator"))
        profile = {
            "metrology_legal_form": "authorised",
            "metrology_authorising_body": "City Government",
        }
        with self.assertRaisesRegex(ValidationError, "letter of authorisation"):
            company.write(profile)
        company.write({**profile, "metrology_authorising_letter": b"bGV0dGVy"})
        with self.assertRaisesRegex(ValidationError, "letter of authorisation"):
            company.metrology_authorising_letter = False
