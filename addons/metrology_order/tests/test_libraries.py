# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestLibraries(OrderCommon):
    """Projects, persons, methods and standards: one library's end is all the others'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.tester | cls.clerk | cls.head).lang = "en_US"
        cls.far = cls.today + relativedelta(years=2)
        # Nothing else ends on the day that is tried.
        cls.verifying._guard_open().date_to = cls.far
        cls.standard._guard_open().write(
            {"date_to": cls.far, "social_date_to": cls.far}
        )
        cls.certificate = cls.standard.equipment_ids.traceability_id
        cls.certificate._guard_open().date_to = cls.far
        cls.authorizations = cls.env["metrology.authorization"].search(
            [("capability_id", "=", cls.verifying.id)]
        )
        cls.authorizations._guard_open().date_to = cls.far
        cls.last = cls.today + relativedelta(days=30)

    def _ends(self, what):
        """Let one thing end on ``last``."""
        records, names = {
            "project": (self.verifying, ["date_to"]),
            "person": (self.authorizations[:1], ["date_to"]),
            "method": (self.verifying.current_edition_id, ["date_to"]),
            "standard": (self.standard, ["date_to"]),
            "equipment": (self.certificate, ["date_to"]),
        }[what]
        records._guard_open().write(dict.fromkeys(names, self.last))

    def _offer(self):
        """A new line, as far as the clerk gets with it."""
        number = self.env["metrology.instrument"].search_count([])
        order = self._new_order(self._new_instruments(1, prefix=f"LIB{number}-"))
        return self._to_sign(order)

    def _valid(self):
        self.env.invalidate_all()
        return self.verifying.with_user(self.tester).validity in ("valid", "expiring")

    @requirement("S2-6.8a")
    def test_an_end_is_seen_the_same_day_and_refuses_new_lines(self):
        """On its last day each entry serves; on the day after, the project shows
        invalid with the reason, without any nightly run, and new lines are refused."""
        for what in ("project", "person", "method", "standard", "equipment"):
            with self.subTest(what=what), self.env.cr.savepoint() as savepoint:
                self._ends(what)
                with freeze_time(f"{self.last} 04:00:00"):
                    self.assertTrue(self._valid(), what)
                    self.assertEqual(self._offer().state, "to_sign", what)
                with freeze_time(f"{self.last + relativedelta(days=1)} 04:00:00"):
                    self.assertFalse(self._valid(), what)
                    self.assertTrue(self.verifying.with_user(self.tester).validity_note)
                    with self.assertRaises(UserError, msg=what):
                        self._offer()
                savepoint.rollback()
                self.env.invalidate_all()

    @requirement("S2-6.8b")
    def test_only_what_belongs_to_the_project(self):
        """A job takes only its project's persons, standards and equipment; the id of
        another is refused, also past the page, and names it."""
        job = self._accepted(1, prefix="LIBJ").job_ids.with_user(self.head)
        foreign = self._new_standard(self.calibrating)
        pair = self._employees(self.tester, self.second)
        with self.assertRaisesRegex(UserError, "does not serve"):
            job._assign(pair, foreign)
        with self.assertRaisesRegex(UserError, "or_outsider"):
            job._assign(self._employees(self.tester, self.outsider))
        wizard = self.env["metrology.job.assign"].with_user(self.head)
        offered = wizard.create({"job_ids": [fields.Command.set(job.ids)]}).person_ids
        self.assertLessEqual(
            set(offered.filtered("eligible").employee_id.ids), set(pair.ids)
        )
        job._assign(pair)
        self.assertEqual(job.standard_ids, self.standard)
        with self.assertRaisesRegex(ValidationError, foreign.equipment_ids.name):
            job.equipment_ids = foreign.equipment_ids
        # What the project says is not written over by anybody.
        for values in (
            {"capability_id": self.calibrating.id},
            {"edition_id": self.calibrating.current_edition_id.id},
            {"standard_ids": [fields.Command.set(foreign.ids)]},
            {"employee_ids": [fields.Command.set(self.outsider.employee_ids.ids)]},
        ):
            with self.assertRaises(UserError):
                job.write(values)
        self.assertEqual(job.capability_id, self.verifying)

    def _offered(self, record, view, name):
        """Return what a page offers for a field to the user of ``record``.

        The page's own domain, else the field's, evaluated with the values of the record
        as the browser does, asked by the search of the many2one.
        """
        model = "order" if record._name == "metrology.order.line" else record._name
        page = self.env["metrology.order"] if model == "order" else record
        arch = etree.fromstring(
            page.with_user(record.env.user).get_view(self.env.ref(view).id, "form")[
                "arch"
            ]
        )
        within = "//field[@name='line_ids']" if model == "order" else ""
        nodes = arch.xpath(f"{within}//field[@name='{name}']")
        self.assertTrue(nodes, f"{view} does not show {name}")
        offers = []
        for node in nodes:
            if node.get("readonly") in ("1", "True"):
                continue
            domain = node.get("domain") or record._fields[name].domain
            self.assertTrue(domain, f"{view} offers everything for {name}")
            values = {
                field: record[field].ids
                if record._fields[field].type in ("one2many", "many2many")
                else record[field].id
                if record._fields[field].type == "many2one"
                else record[field]
                for field in record._fields
                if f"{field}" in str(domain)
            }
            evaluated = safe_eval(domain, values) if isinstance(domain, str) else domain
            model = self.env[record._fields[name].comodel_name].with_user(
                record.env.user
            )
            offers.append(
                model.browse(
                    id_ for id_, _name in model.name_search("", evaluated, limit=None)
                )
            )
        self.assertTrue(offers, f"{view} does not let {name} be chosen")
        return offers

    @requirement("S2-6.8b")
    def test_the_pages_offer_only_what_belongs(self):
        """The line of an order offers only projects of its service and type; the
        assignment only persons and standards of the project; the job only equipment of
        its standards. What else is sent over RPC is refused and named."""
        weights = self.env["metrology.instrument.type"].create(
            {"name": "Order Test Weight", "discipline": "mechanics"}
        )
        foreign_project = self.verifying.copy(
            {"name": "Weights", "code": "LIB-W", "instrument_type_id": weights.id}
        )
        foreign = self._new_standard(self.calibrating)
        order = self._new_order(self._new_instruments(1, prefix="LIBP-"))
        line = order.line_ids.with_user(self.clerk)
        for projects in self._offered(
            line, "metrology_order.view_order_form", "capability_id"
        ):
            self.assertIn(self.verifying, projects)
            self.assertEqual(set(projects.mapped("service_kind")), {"verification"})
            self.assertNotIn(foreign_project, projects)
        for project in (foreign_project, self.calibrating):
            with (
                self.assertRaisesRegex(ValidationError, "does not serve this line"),
                self.env.cr.savepoint(),
            ):
                line.write({"capability_id": project.id})
        job = self._accepted(1, prefix="LIBQ").job_ids
        wizard = (
            self.env["metrology.job.assign"]
            .with_user(self.head)
            .create({"job_ids": [fields.Command.set(job.ids)]})
        )
        view = "metrology_order.view_job_assign_form"
        pair = self._employees(self.tester, self.second)
        self.assertEqual(self._offered(wizard, view, "leader_id"), [pair])
        self.assertEqual(self._offered(wizard, view, "standard_ids"), [self.standard])
        rows = wizard.person_ids
        self.assertEqual(rows.filtered("eligible").employee_id, pair)
        rows.filtered("eligible").chosen = True
        stranger = self.outsider.employee_ids
        wizard.leader_id = stranger
        with self.assertRaisesRegex(UserError, "not ticked"), self.env.cr.savepoint():
            wizard.action_assign()
        wizard.leader_id = False
        rows.filtered(lambda row: row.employee_id == stranger).write(
            {"eligible": True, "chosen": True}
        )
        with self.assertRaisesRegex(UserError, "or_outsider"), self.env.cr.savepoint():
            wizard.action_assign()
        rows.filtered(lambda row: row.employee_id == stranger).chosen = False
        wizard.standard_ids = foreign
        with (
            self.assertRaisesRegex(UserError, "does not serve"),
            self.env.cr.savepoint(),
        ):
            wizard.action_assign()
        wizard.standard_ids = False
        wizard.action_assign()
        [offered] = self._offered(
            job.with_user(self.head), "metrology_order.view_job_form", "equipment_ids"
        )
        self.assertTrue(offered)
        self.assertLessEqual(offered, self.standard.equipment_ids)
        # Method, project, standards and persons of a job are shown, not chosen.
        fields_shown = job.with_user(self.head).fields_get(attributes=["readonly"])
        for name in (
            "capability_id",
            "edition_id",
            "method_id",
            "standard_ids",
            "employee_ids",
        ):
            self.assertTrue(fields_shown[name]["readonly"], name)
