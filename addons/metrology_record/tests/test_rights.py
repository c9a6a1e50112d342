# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestRights(RecordCommon):
    def test_portal_sees_nothing(self):
        """A customer's login sees no records, results, templates or signatures."""
        portal = new_test_user(self.env, login="rec_portal", groups="base.group_portal")
        for name in (
            "metrology.record",
            "metrology.record.entry",
            "metrology.record.signature",
            "metrology.record.template",
            "metrology.record.template.version",
            "metrology.result",
        ):
            with self.subTest(model=name), self.assertRefused(AccessError):
                self.env[name].with_user(portal).search([])

    def test_employee_reads_only(self):
        """Any employee of the laboratory reads records and writes none."""
        record = self.record.with_user(self.user)
        self.assertEqual(record.name, self.record.name)
        self.assertFalse(record.get_entry_sheet()["editable"])
        with self.assertRefused(AccessError):
            record.write({"temperature": "20"})
        with self.assertRefused(AccessError):
            record.action_submit("md_user")

    def test_other_company(self):
        """Records of another institution are not seen."""
        company = self.env["res.company"].create({"name": "Other Institute"})
        other = new_test_user(
            self.env,
            login="rec_other",
            groups="metrology.group_tester",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env["metrology.record"].with_user(other).search([]))

    @requirement("S0-6.3.1")
    def test_found_by_number(self):
        """A record is found by its number, sample, customer, serial number and within
        its job; a submitted record is not deleted."""
        records = self.env["metrology.record"].with_user(self.user)
        for text in (self.record.name, "G-1", "Steel Works"):
            found = [row[0] for row in records.name_search(text)]
            self.assertIn(self.record.id, found, text)
        self.assertEqual(records.search([("job_id", "=", self.job.id)]), self.record)
        self._submit(self.record)
        with self.assertRefused(Exception, "cannot be deleted"):
            self.record.unlink()

    def test_my_work(self):
        """My work counts my records, and what waits for my check."""
        counts = {
            step["key"]: step["count"]
            for step in self.env["metrology.work"].with_user(self.anna).get_counts()
        }
        self.assertEqual(counts["record_mine"], 1)
        self._submit(self.record)
        for user, expected in ((self.anna, 0), (self.carl, 1)):
            steps = self.env["metrology.work"].with_user(user).get_counts()
            counts = {step["key"]: step["count"] for step in steps}
            self.assertEqual(counts["record_check"], expected)

    def test_sheet_in_chinese(self):
        """The sheet speaks the language of the person."""
        self.env["res.lang"]._activate_lang("zh_CN")
        record = self.record.with_user(self.anna).with_context(lang="zh_CN")
        sheet = record.get_entry_sheet()
        self.assertEqual(sheet["definition"]["title"], "弹性元件式一般压力表检定记录")
        data = gauge_data(cls="x")
        problem = record.compute_preview(data)["problems"][0]
        self.assertEqual(problem["message"], "“x”不是数字。")
