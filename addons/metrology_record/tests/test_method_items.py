# SPDX-License-Identifier: AGPL-3.0-only
import doctest
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..tools import method_items
from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestMethodItems(RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        edition = cls.method.current_edition_id
        cls.item = cls.env["metrology.method.item"].create(
            {
                "edition_id": edition.id,
                "name": "Error of Indication",
                "code": "indication",
                "param_ids": [
                    fields.Command.create(
                        {
                            "name": "Error",
                            "code": "error",
                            "unit_id": cls.env.ref("metrology.unit_mpa").id,
                            "points": "0.4; 0.8; 1.20",
                            "limit_formula": "1.6% * 1.6",
                        }
                    )
                ],
            }
        )
        cls.env["metrology.method.item"].create(
            {
                "edition_id": edition.id,
                "name": "Zero",
                "code": "zero",
                "sequence": 20,
                "param_ids": [
                    fields.Command.create(
                        {
                            "name": "Zero Error",
                            "code": "error",
                            "unit_id": cls.env.ref("metrology.unit_mpa").id,
                            "limit_min": "-0.01",
                            "limit_max": "0.01",
                        }
                    )
                ],
            }
        )
        cls.template = cls.env["metrology.record.template"].create(
            {
                "name": "From Items",
                "service_kind": "verification",
                "method_ids": [fields.Command.set(cls.method.ids)],
                "instrument_type_ids": [fields.Command.set(cls.gauge.ids)],
            }
        )

    def _data(self, readings=("0.41", "0.80", "1.21"), zero="0.00"):
        return {
            "fields": {"zero_error": zero},
            "tables": {
                "indication_error": [
                    {"p": point, "r": reading}
                    for point, reading in zip(
                        ("0.4", "0.8", "1.20"), readings, strict=True
                    )
                ]
            },
            "items": {
                "items": {
                    name: {"state": "done", "reason": ""}
                    for name in ("indication", "zero")
                }
            },
        }

    def _approved(self):
        template = self.template.with_user(self.dora)
        version = self.env["metrology.record.template.version"].browse(
            template.action_version_from_items()["res_id"]
        )
        mine = version.with_user(self.dora)
        self.assertFalse(mine.problem_text)
        mine.save_draft(self._data())
        mine.action_submit_approval()
        version.with_user(self.head).action_approve()
        return version

    def _open(self, serial):
        job = self._new_job(self.capability, "verification", serial=serial)
        job.with_user(self.anna).action_start()
        return job.record_ids

    def test_examples_in_docstrings(self):
        """What the docstrings of the pure tool show is what it does."""
        result = doctest.testmod(method_items)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    @requirement("S3-5.4.3")
    def test_items_and_limits_come_from_the_database(self):
        """A new record has the items, points and limits entered for its method."""
        version = self._approved()
        record = self._open("IT-1")
        self.assertEqual(record.version_id, version)
        rows = record.draft_data["tables"]["indication_error"]
        self.assertEqual([row["p"] for row in rows], ["0.4", "0.8", "1.20"])
        steps = version._get_definition().items["items"]["items"]
        self.assertEqual([one["name"] for one in steps], ["indication", "zero"])
        sheet = version.compute_preview(self._data())
        self.assertEqual(sheet["result"]["verdict"], "pass")
        outside = version.compute_preview(self._data(("0.43", "0.80", "1.21")))
        self.assertEqual(outside["result"]["verdict"], "fail")
        zero = version.compute_preview(self._data(zero="0.02"))
        self.assertEqual(zero["result"]["verdict"], "fail")

    @requirement("S3-5.4.3")
    def test_changed_limits_need_a_new_version(self):
        """Limits changed in the database are never recorded by the old sheet."""
        self._approved()
        self.item.param_ids.limit_formula = "1% * 1.6"
        with self.assertRaises(UserError) as caught:
            self._open("IT-2")
        self.assertIn("have changed", str(caught.exception))
        version = self._approved()
        self.assertEqual(self._open("IT-3").version_id, version)

    def test_what_it_was_made_from_is_not_typed(self):
        """Nobody writes over the API what a version was made from."""
        version = self._approved()
        Version = self.env["metrology.record.template.version"].with_user(self.dora)
        with self.assertRaises(UserError):
            Version.create(
                {
                    "template_id": self.template.id,
                    "definition": version.definition,
                    "items_digest": "x",
                }
            )
        draft = self.env["metrology.record.template.version"].browse(
            self.template.with_user(self.dora).action_version_from_items()["res_id"]
        )
        with self.assertRaises(UserError):
            draft.with_user(self.dora).write({"items_digest": "x"})
        changed = {**draft.definition, "title": "By hand"}
        draft.with_user(self.dora).write({"definition": changed})
        self.assertFalse(draft.items_edition_id)

    def test_nothing_to_make_it_from(self):
        """Without items, or without one method and type, it is said what is missing."""
        self.template.instrument_type_ids = False
        self.template.method_ids = False
        with self.assertRaises(UserError) as caught:
            self.template.with_user(self.dora).action_version_from_items()
        self.assertIn("one method", str(caught.exception))

    @requirement("S0-5.2.3-1")
    def test_a_review_flags_the_templates(self):
        """A replaced edition flags the record templates of its method."""
        review = (
            self.env["metrology.method.review"]
            .with_user(self.quality)
            .create({"date_to": self.today})
        )
        review.action_start()
        review.line_ids.write({"source": "Public catalogue"})
        review.line_ids.action_current()
        edition = self.method.current_edition_id
        review.line_ids.filtered(lambda one: one.edition_id == edition).write(
            {
                "result": "replaced",
                "new_name": "Later edition",
                "effective_date": self.today,
            }
        )
        review.action_close()
        self.assertEqual(edition.state, "superseded")
        template = self.version.template_id
        self.assertEqual(template.method_effect_count, 1)
        effect = edition.effect_ids.filtered(
            lambda one: (
                one.res_model == "metrology.record.template"
                and one.res_id == template.id
            )
        )
        effect.with_user(self.quality).action_done("New version made")
        template.invalidate_recordset(["method_effect_count"])
        self.assertEqual(template.method_effect_count, 0)

    @requirement("S1-7.4-1")
    def test_no_submission_after_the_edition_ended(self):
        """A record is not submitted after the last day of its edition."""
        self._type(self.record, gauge_data())
        record = self.record.with_user(self.anna)
        edition = self.method.current_edition_id
        edition.sudo()._guard_open().write({"date_to": self.today - timedelta(days=1)})
        with self.assertRaises(UserError) as caught:
            record.action_submit("rec_anna")
        self.assertIn(self.method.code, str(caught.exception))
        self.assertNotEqual(record.state, "submitted")
