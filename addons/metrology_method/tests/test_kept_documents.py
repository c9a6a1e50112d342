# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MethodCommon

OTHER = base64.b64encode(b"another text")


@tagged("post_install", "-at_install")
class TestKeptDocuments(MethodCommon):
    """What was approved, started or put in use stays as it was decided."""

    def _attachment(self, record):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "=", "file"),
            ]
        )

    def test_document_of_an_approved_edition(self):
        """The PDF of an approved edition is not replaced, neither by the field nor by
        its attachment; one that was never attached may come later."""
        edition = self._new_edition("JJG 99052-2024", "2027-01-01")
        edition.with_user(self.head).file = base64.b64encode(b"the text")
        for person in (self.head, self.quality):
            with self.assertRefused(UserError, "JJG 99052-2024"):
                edition.with_user(person).write({"file": OTHER})
            with self.assertRefused(UserError):
                edition.with_user(person).write({"file": False})
        file = self._attachment(edition).with_user(self.head)
        with self.assertRefused(UserError, "on file"):
            file.write({"datas": OTHER})
        with self.assertRefused(UserError, "on file"):
            file.write({"res_field": False})
        with self.assertRefused(UserError, "on file"):
            file.unlink()
        with self.assertRefused(UserError, "on file"):
            self.env["ir.attachment"].with_user(self.head).create(
                {
                    "name": "file",
                    "res_model": edition._name,
                    "res_id": edition.id,
                    "res_field": "file",
                    "datas": OTHER,
                }
            )
        edition.invalidate_recordset()
        self.assertEqual(base64.b64decode(edition.file), b"the text")
        with self.assertRefused(UserError):
            edition.with_user(self.head).amendment = "Something else"

    def test_approved_proof(self):
        """Who did an approved verification is not changed, nor is it lost with its
        edition."""
        edition = self._new_edition("JJG 99052-2025", "2027-01-01", approve=False)
        anna, boris = self.env["hr.employee"].create(
            [{"name": "Anna"}, {"name": "Boris"}]
        )
        proof = self._prove(edition, employee_ids=[Command.set(anna.ids)])
        with self.assertRefused(UserError):
            proof.with_user(self.quality).write(
                {"employee_ids": [Command.link(boris.id)]}
            )
        with self.assertRefused(UserError, "on file"):
            self._attachment(proof).with_user(self.quality).unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            edition.with_user(self.head).unlink()
            self.env.flush_all()
        self.assertTrue(proof.exists())

    def test_scope_of_a_started_review(self):
        """Whose editions a review is about does not change once they are listed."""
        review = (
            self.env["metrology.method.review"]
            .with_user(self.quality)
            .create({"date_to": self.today})
        )
        review.department_id = self.department
        review.department_id = False
        review.action_start()
        with self.assertRefused(UserError, "Department"):
            review.department_id = self.department
        review.summary = "Going on"
        review.line_ids.write({"source": "Catalogue", "result": "current"})
        review.action_close()
        for values in ({"interval_months": 99}, {"summary": "Better"}):
            with self.assertRefused(UserError):
                review.write(values)

    def test_who_changes_a_finding_has_looked(self):
        """A line changed by another person says that he looked."""
        review = (
            self.env["metrology.method.review"]
            .with_user(self.quality)
            .create({"date_to": self.today})
        )
        review.action_start()
        line = review.line_ids[0]
        line.write({"source": "Catalogue", "result": "current"})
        self.assertEqual(line.checked_by_id, self.quality)
        line.with_user(self.head).source = "Announcement 3"
        self.assertEqual(line.checked_by_id, self.head)

    def test_capability_is_not_archived_away(self):
        """A capability in use is withdrawn for a reason, not archived."""
        for person in (self.head, self.quality):
            with self.assertRefused(UserError, "before it is archived"):
                self.capability.with_user(person).action_archive()
        with self.assertRefused(UserError):
            self.capability.with_user(self.head).state_reason = "Fine"
        self.capability.with_user(self.head).action_withdraw("No customers")
        self.capability.with_user(self.head).action_archive()
        self.assertFalse(self.capability.active)

    def test_computed_marks_are_not_written(self):
        """That a method is a standard one follows from its source; nobody says it."""
        self.method.source_level = "1"
        with self.assertRefused(UserError, "buttons"):
            self.method.with_user(self.head).is_non_standard = True
        notice = self.new.notice_ids
        with self.assertRefused(UserError):
            notice.with_user(self.head).edition_id = self.old
        notice.with_user(self.head).training_note = "One day"

    def test_items_of_an_approved_catalogue(self):
        """An item does not slip into an approved catalogue; which types it is applied
        to is told in the catalogue."""
        Catalogue = self.env["metrology.mandatory.catalogue"]
        approved, draft = Catalogue.create(
            [
                {
                    "name": name,
                    "number": name,
                    "date_from": date,
                    "item_ids": [
                        Command.create(
                            {
                                "number": "1",
                                "name": f"Gauges {name}",
                                "instrument_type_ids": [Command.set(self.gauge.ids)],
                            }
                        )
                    ],
                }
                for name, date in (("A", "2035-01-01"), ("B", "2036-01-01"))
            ]
        )
        approved.with_user(self.head).action_approve()
        item = draft.item_ids.with_user(self.quality)
        with self.assertRefused(UserError, "approved"):
            item.catalogue_id = approved
        with self.assertRefused(UserError):
            approved.with_user(self.quality).authority = "Nobody"
        before = approved.message_ids
        approved.item_ids.with_user(self.quality).instrument_type_ids = self.category
        self.assertIn("Pressure Instruments", (approved.message_ids - before)[0].body)

    def test_items_of_an_approved_edition(self):
        """Limits of an edition in force are changed by who answers for methods only,
        and its history says from what to what; a draft's by heads too."""
        dep_head = self._new_user("md_dep_head", "department_head")
        Item = self.env["metrology.method.item"]
        draft = self._new_edition("JJG 99052-2031", "2031-01-01", approve=False)
        own = Item.with_user(dep_head).create(
            {"edition_id": draft.id, "name": "Zero", "code": "zero"}
        )
        own.name = "Zero point"
        item = Item.create(
            {
                "edition_id": self.new.id,
                "name": "Error",
                "code": "error",
                "param_ids": [
                    Command.create(
                        {
                            "name": "Indication",
                            "code": "indication",
                            "unit_id": self.mpa.id,
                            "limit_min": "-0.016",
                            "limit_max": "0.016",
                        }
                    )
                ],
            }
        )
        limit = item.param_ids
        for call in (
            lambda: limit.with_user(dep_head).write({"limit_max": "9"}),
            lambda: item.with_user(dep_head).write({"name": "Mine"}),
            lambda: item.with_user(dep_head).unlink(),
            lambda: own.with_user(dep_head).write({"edition_id": self.new.id}),
        ):
            with self.assertRefused(AccessError, "decide"):
                call()
        with self.assertRefused(UserError):
            limit.with_user(self.head).company_id = self.env.company
        before = self.new.message_ids
        limit.with_user(self.quality).limit_max = "0.020"
        [told] = self.new.message_ids - before
        self.assertIn("0.016 → 0.020", told.body)
        self.assertEqual(told.author_id, self.quality.partner_id)

    def test_method_of_another_company(self):
        """A method by which a company works does not become another company's."""
        other = self.env["res.company"].create({"name": "Other Institution"})
        self.head.company_ids |= other
        with self.assertRefused(ValidationError, "JJG 99052"):
            self.method.with_user(self.head).company_id = other

    def test_told_of_an_end(self):
        """Nobody silences the notice of an end by writing that it was told."""
        for record in (self.capability, self._grant()):
            with self.assertRefused(UserError, "noted by itself"):
                record.with_user(self.head).expiry_notified_for = self.today

    def _grant(self):
        return self.env["metrology.grant"].create(
            {
                "name": "(2026) 77",
                "authority": "Administration",
                "date_from": self.today,
                "date_to": self.today,
            }
        )


@tagged("post_install", "-at_install")
class TestOneCertificate(MethodCommon):
    """A capability stands on one certificate: entered, or only its number."""

    def _grant(self, name="(2026) 0012", **values):
        return self.env["metrology.grant"].create(
            {
                "name": name,
                "authority": "Administration",
                "date_from": self.today - relativedelta(years=1),
                "date_to": self.today + relativedelta(years=1),
                **values,
            }
        )

    def test_number_follows_the_certificate(self):
        """With a certificate number and authority are its own; others are refused, on
        writing, creating and through the import's own write alike."""
        head = self.capability.with_user(self.head)
        head.certificate_number = "2025-7"
        grant = self._grant()
        head.grant_id = grant
        self.assertEqual(head.certificate_number, "(2026) 0012")
        self.assertEqual(head.authority, "Administration")
        for values in ({"certificate_number": "2025-7"}, {"authority": "Somebody"}):
            with self.assertRefused(ValidationError, "(2026) 0012", "Pressure Gauges"):
                head.write(values)
        with self.assertRefused(ValidationError, "(2026) 0012"):
            self._new_capability(
                activate=False, code="P-2", range_max="4", grant_id=grant.id
            )
        grant.name = "(2026) 0013"
        self.assertEqual(head.certificate_number, "(2026) 0013")
        head.write({"grant_id": False, "certificate_number": "2025-8"})
        self.assertEqual(head.certificate_number, "2025-8")

    def test_another_company_and_role(self):
        """A certificate of another company is no ground, nor is it entered by
        everybody."""
        other = self.env["res.company"].create({"name": "Other Institution"})
        foreign = self._grant("F-1", company_id=other.id)
        with self.assertRefused(UserError):
            self.capability.with_user(self.head).grant_id = foreign
        with self.assertRefused(AccessError):
            self.capability.with_user(self.user).grant_id = self._grant()
