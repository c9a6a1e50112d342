# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestStaffing(StaffCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.types = {
            kind.code: kind for kind in cls.env["metrology.role.type"].search([])
        }

    def _roles(self, employee, *codes, discipline="acoustics"):
        employee.write(
            {
                "role_type_ids": [Command.set([self.types[code].id for code in codes])],
                "metrology_discipline": discipline,
            }
        )

    def _rows(self, discipline="acoustics"):
        rows = (
            self.env["metrology.staffing.report"]
            .with_user(self.manager)
            .search([("discipline", "=", discipline)])
        )
        return {
            row.role_type_id.code: (row.headcount, row.target, row.missing)
            for row in rows
        }

    @requirement("S0-5.1.1-3")
    def test_counts_against_targets_and_the_unclassified(self):
        """Per discipline the count of each type of role, marked below target; who has
        none is "unclassified" in the report and gets no job."""
        self._roles(self.anna, "verification", "calibration")
        self._roles(self.boris, "verification")
        self.env["metrology.staffing.target"].with_user(self.manager).create(
            [
                {
                    "discipline": "acoustics",
                    "role_type_id": self.types[code].id,
                    "target": target,
                }
                for code, target in (("verification", 2), ("supervision", 1))
            ]
        )
        self.assertEqual(
            self._rows(),
            {
                "verification": (2, 2, 0),
                "calibration": (1, 0, 0),
                "supervision": (0, 1, 1),
            },
        )
        below = self.env["metrology.staffing.report"].with_user(self.manager)
        below = below.search([("discipline", "=", "acoustics"), ("missing", ">", 0)])
        self.assertEqual(below.role_type_id.code, "supervision")
        self._issue(self.boris)
        self._roles(self.boris)
        self.assertEqual(self._rows()[False], (1, 0, 0))
        row = self.env["metrology.staffing.report"].with_user(self.manager)
        row = row.search(
            [("discipline", "=", "acoustics"), ("is_unclassified", "=", True)]
        )
        self.assertEqual(row.role_name, "Unclassified")
        self.assertFalse(self._who())
        refusals = (
            self.env["metrology.authorization"]
            .with_user(self.user)
            ._get_refusals(self.boris, self.capability, "verify", self.today)
        )
        [(code, message)] = refusals[self.boris.id]
        self.assertEqual(code, "person_unclassified")
        self.assertIn("Boris", message)

    @requirement("S1-4.2-1")
    def test_six_columns_and_one_person_counts_once(self):
        """The six types are columns; who has several stands in each and counts once."""
        self._roles(self.anna, "management", "verification", "testing")
        self._roles(self.boris, "verification")
        Report = self.env["metrology.staff.report"].with_user(self.manager)
        [totals] = Report._read_group(
            [("discipline", "=", "acoustics")],
            [],
            [
                f"{name}:sum"
                for name in (
                    "management",
                    "technical",
                    "supervision",
                    "verification",
                    "calibration",
                    "testing",
                    "headcount",
                )
            ],
        )
        self.assertEqual(totals, (1, 0, 0, 2, 0, 1, 2))

    def test_type_of_role_of_the_service(self):
        """An authorization to test is not usable by who is no tester by role."""
        self._issue(self.anna, "test")
        self.assertTrue(self._who("test"))
        self._roles(self.anna, "verification", "calibration")
        self.assertFalse(self._who("test"))
        self.assertFalse(self._who("inspect"))

    @requirement("S3-5.6.1")
    def test_statistics_equal_the_list(self):
        """Department, title and age of the statistics are those of the employees."""
        self.anna.write(
            {
                "department_id": self.department.id,
                "birthday": self.today - relativedelta(years=34),
                "professional_title": "senior",
            }
        )
        self.boris.write(
            {
                "department_id": self.department.id,
                "birthday": self.today - relativedelta(years=35),
            }
        )
        domain = [("department_id", "=", self.department.id)]
        Report = self.env["metrology.staff.report"].with_user(self.manager)
        self.assertEqual(Report.search(domain).employee_id, self.anna | self.boris)
        by_title = dict(
            Report._read_group(domain, ["professional_title"], ["headcount:sum"])
        )
        self.assertEqual(by_title, {"senior": 1, "engineer": 1})
        by_age = dict(Report._read_group(domain, ["age_band"], ["headcount:sum"]))
        self.assertEqual(by_age, {"2": 2})
        self.boris.active = False
        self.assertEqual(Report.search(domain).employee_id, self.anna)

    def test_not_for_every_employee(self):
        """Ages and titles of others are for those who keep the staff."""
        with self.assertRaises(AccessError):
            self.env["metrology.staff.report"].with_user(self.user).search([])

    @requirement("S0-5.1.2-3")
    def test_six_months_ahead(self):
        """Who reaches the age limit within six months is found, who does not is not."""
        self.anna.birthday = self.today - relativedelta(years=66, months=-5)
        self.boris.birthday = self.today - relativedelta(years=66, months=-7)
        until = self.today + relativedelta(months=6)
        found = (
            self.env["hr.employee"]
            .with_user(self.manager)
            .search([("last_day_of_service", "<=", until)])
        )
        self.assertIn(self.anna, found)
        self.assertNotIn(self.boris, found)
        steps = {
            step["key"]: step["count"]
            for step in self.env["metrology.work"].with_user(self.manager).get_counts()
        }
        self.assertEqual(steps["person_age"], len(found))


@tagged("post_install", "-at_install")
class TestRoleWizard(StaffCommon):
    def _set(self, employee, *roles, person=None):
        wizard = (
            self.env["metrology.staff.role"]
            .with_user(person or self.manager)
            .create({"employee_id": employee.id})
        )
        wizard.role_ids = [
            Command.set([self.env.ref(f"metrology.group_{role}").id for role in roles])
        ]
        wizard.action_apply()

    @requirement("S3-5.6.1")
    def test_roles_need_a_user_account_and_statistics_match(self):
        """Without an account a role is refused; with one it is set, and taken, and the
        file says so; the statistics count who the list shows."""
        nobody = self._new_employee("Nobody", user=self.user.browse())
        with self.assertRefused(UserError, "Nobody has no user account"):
            self._set(nobody, "checker")
        self._set(self.anna, "user", "checker")
        user = self.anna.user_id
        self.assertTrue(user.has_group("metrology.group_checker"))
        self.assertFalse(user.has_group("metrology.group_tester"))
        self.assertIn("Checker", "".join(self.anna.message_ids.mapped("body")))
        Report = self.env["metrology.staff.report"].with_user(self.manager)
        shown = self.env["hr.employee"].with_user(self.manager).search([])
        own = [("company_id", "in", self.env.companies.ids)]
        for column in ("department_id", "professional_title", "age_band"):
            counted = sum(n for _k, n in Report._read_group(own, [column], ["__count"]))
            self.assertEqual(counted, len(shown))

    def test_nobody_gives_himself_a_role(self):
        """Neither a staff manager nor an administrator sets his own roles."""
        for number, roles in enumerate(("staff_manager", "administrator")):
            both = self._new_user(f"staff_role_{number}", roles)
            own = self._new_employee(f"Role{number}", user=both)
            with self.assertRefused(AccessError, "himself"):
                self._set(own, roles, "technical_head", person=both)

    def test_only_who_keeps_the_staff(self):
        """A technical head sets no roles; a staff manager makes no administrator and
        does not touch one."""
        with self.assertRaises(AccessError):
            self._set(self.anna, "checker", person=self.head)
        with self.assertRefused(AccessError, "administrator"):
            self._set(self.anna, "administrator")
        boss = self._new_employee(
            "Boss", user=self._new_user("staff_boss", "administrator")
        )
        with self.assertRefused(AccessError, "administrator"):
            self._set(boss, "user")

    def test_key_posts_are_not_for_dispatched_labour(self):
        """Technical head, quality head, signatory: only own staff; a tester is fine."""
        self.anna.employee_type = "dispatched"
        for role in ("technical_head", "quality", "signatory"):
            with self.assertRefused(UserError, "dispatched"):
                self._set(self.anna, role)
        self._set(self.anna, "tester")
        self.assertTrue(self.anna.user_id.has_group("metrology.group_tester"))
