# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_order.tests.common import SIGNATURE

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestRelease(ReleaseCommon):
    @requirement("S3-5.7.7")
    def test_both(self):
        """Instruments and certificates leave together against a signature; without
        signature or way it is refused, and so is a certificate that is not printed."""
        order = self._finished(2)
        release = self._release(order, signature=False)
        with self.assertRaises(UserError):
            release.action_done()
        release.write({"way": False})
        with self.assertRaises(UserError):
            release.action_done()
        release.write({"way": "counter", "signature": SIGNATURE})
        order.certificate_ids[0].sudo()._step("test").write({"state": "to_print"})
        with self.assertRaises(UserError) as caught:
            release.action_done()
        self.assertIn(order.certificate_ids[0].name, str(caught.exception))
        self.assertEqual(set(order.sample_ids.mapped("state")), {"back_in_store"})
        order.certificate_ids[0].sudo()._step("test").write({"state": "printed"})
        release.action_done()
        self.assertEqual(release.state, "done")
        self.assertEqual(release.kind, "both")
        self.assertTrue(release.name.startswith("FF"))
        self.assertTrue(release.released_on)
        self.assertEqual(release.released_by_id, self.clerk)
        self.assertEqual(len(release.signature_sha256), 64)
        self.assertEqual(set(order.sample_ids.mapped("state")), {"released"})
        self.assertEqual(set(order.certificate_ids.mapped("state")), {"released"})

    @requirement("S3-5.7.8")
    def test_instruments_only(self):
        """Instruments alone leave through stock; a second time is refused, and the
        certificates stay to be collected."""
        order = self._finished(2)
        release = self._release(order, certificate_ids=[Command.clear()])
        second = release.copy({"sample_ids": [Command.set(order.sample_ids.ids)]})
        release.action_done()
        self.assertEqual(release.kind, "sample")
        self.assertFalse(any(order.sample_ids.sudo().mapped("location_id")))
        self.assertEqual(set(order.certificate_ids.mapped("state")), {"printed"})
        second.write(
            {
                "order_checked": True,
                "receiver_name": "x",
                "receiver_phone": "1",
                "signature": SIGNATURE,
            }
        )
        with self.assertRaises(UserError) as caught:
            second.action_done()
        self.assertIn(order.sample_ids[0].name, str(caught.exception))
        self.assertEqual(second.state, "draft")

    @requirement("S3-5.7.9")
    def test_certificates_only(self):
        """Certificates alone: a courier needs a waybill; a void one is refused."""
        order = self._finished(2)
        release = self._release(
            order, sample_ids=[Command.clear()], way="courier", signature=False
        )
        with self.assertRaises(UserError):
            release.action_done()
        release.waybill = "SF123"
        void = order.certificate_ids[0].sudo()
        void._step("test").write({"state": "void"})
        with self.assertRaises(UserError) as caught:
            release.action_done()
        self.assertIn(void.name, str(caught.exception))
        release.certificate_ids = [Command.unlink(void.id)]
        release.action_done()
        self.assertEqual(release.kind, "certificate")
        self.assertEqual(set(order.sample_ids.mapped("state")), {"back_in_store"})

    @requirement("S0-4.5-1")
    def test_only_who_may(self):
        """Who is not of the desk hands nothing out; nothing unapproved leaves."""
        order = self._finished(1)
        release = self._release(order)
        with self.assertRaises(AccessError):
            release.with_user(self.tester).action_done()
        with self.assertRaises(AccessError):
            order.with_user(self.tester).action_make_release()
        self.assertEqual(release.state, "draft")
        self.assertEqual(release.name, "New")
        order.certificate_ids.sudo()._step("test").write({"state": "approving"})
        with self.assertRaises(UserError):
            release.action_done()
        self.assertEqual(release.state, "draft")

    def test_electronic(self):
        """Electronically a certificate leaves once approved; an instrument never."""
        order = self._finished(1)
        order.certificate_ids.sudo()._step("test").write({"state": "to_print"})
        release = self._release(order, way="electronic", signature=False)
        with self.assertRaises(UserError):
            release.action_done()
        release.sample_ids = [Command.clear()]
        release.action_done()
        self.assertEqual(order.certificate_ids.state, "released")

    def test_not_in_store(self):
        """An instrument that is not back in the store is named and stays."""
        order = self._finished(2)
        release = self._release(order)
        sample = order.sample_ids[1].with_user(self.keeper)
        sample._hand_to(self.department)
        with self.assertRaises(UserError) as caught:
            release.action_done()
        self.assertIn(sample.name, str(caught.exception))
        self.assertIn(sample.name, release.blocker_text)

    def test_done_stays(self):
        """What was signed does not change; states are not written by hand."""
        release = self._release(self._finished(1))
        with self.assertRaises(UserError):
            release.write({"state": "done"})
        release.action_done()
        for vals in (
            {"receiver_name": "somebody"},
            {"signature": False},
            {"sample_ids": [Command.clear()]},
            {"state": "draft"},
            {"signature_sha256": "0" * 64},
        ):
            with self.assertRaises(UserError, msg=str(vals)):
                release.write(vals)
        with self.assertRaises(UserError):
            release.action_done()
        with self.assertRaises(UserError):
            release.unlink()
        self.assertFalse(release._sealed_check())

    def test_reverse(self):
        """A wrong hand-over is reversed with a reason by quality, and can be redone."""
        order = self._finished(2)
        release = self._release(order)
        release.action_done()
        with self.assertRaises(AccessError):
            release.action_reverse("Wrong receiver")
        with self.assertRaises(UserError):
            release.with_user(self.quality).action_reverse("  ")
        release.with_user(self.quality).action_reverse("Wrong receiver")
        self.assertEqual(release.state, "reversed")
        self.assertEqual(set(order.sample_ids.mapped("state")), {"back_in_store"})
        self.assertTrue(all(order.sample_ids.sudo().mapped("location_id")))
        self.assertEqual(set(order.certificate_ids.mapped("state")), {"printed"})
        self.assertIn(order.state, ("in_progress", "ready"))
        again = self._release(order)
        self.assertNotEqual(again, release)
        again.action_done()
        self.assertEqual(again.state, "done")

    def test_scan(self):
        """Scanning labels gathers what is ready; other things say why not."""
        order = self._finished(2)
        sample = order.sample_ids[0]
        release = (
            self.env["metrology.release"]
            .with_user(self.keeper)
            .create({"partner_id": self.partner.id})
        )
        result = release.action_scan(sample.name)
        self.assertEqual(result["samples"], [sample.name])
        self.assertEqual(len(result["certificates"]), 1)
        release.action_scan(f" {order.certificate_ids[1].name} ")
        self.assertEqual(release.certificate_count, 2)
        release.action_scan(order.name)
        self.assertEqual(release.sample_count, 2)
        for wrong in ("nothing", ""):
            with self.assertRaises(UserError):
                release.action_scan(wrong)
        foreign = (
            self.env["metrology.release"]
            .with_user(self.keeper)
            .create({"partner_id": self.other_partner.id})
        )
        with self.assertRaises(UserError):
            foreign.action_scan(sample.name)

    def test_scan_in_the_form(self):
        """The scan field of the form fills the hand-over and empties itself."""
        order = self._finished(1)
        form = Form(self.env["metrology.release"].with_user(self.clerk))
        form.scan = order.sample_ids.name
        self.assertFalse(form.scan)
        self.assertEqual(form.partner_id, self.partner)
        self.assertEqual(len(form.sample_ids), 1)
        self.assertEqual(len(form.certificate_ids), 1)
        release = form.save()
        self.assertEqual(release.order_ids, order)

    def test_other_customer(self):
        """Things of another customer do not go along."""
        order = self._finished(1)
        release = self._release(order)
        release.partner_id = self.other_partner
        with self.assertRaises(UserError):
            release.action_done()

    def test_receipt(self):
        """The receipt names what was handed over, with QR code and signature."""
        order = self._finished(2)
        release = self._release(order)
        release.action_done()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html("metrology_release.report_release", release.ids)
        )
        text = html.decode()
        for item in (*order.sample_ids, *order.certificate_ids):
            self.assertIn(item.name, text)
        self.assertIn("<svg", text)
        self.assertIn("data:image/png;base64", text)
        self.assertIn(release.name, text)
        self.assertIn("李四", text)

    def test_queries_do_not_grow(self):
        """Checking 40 instruments takes as many queries as checking 4."""
        counts = []
        for size in (4, 40):
            release = self._release(self._finished(size, prefix=f"Q{size}-"))
            counts.append(self._queries(release._get_release_blockers))
        self.assertLessEqual(counts[1], counts[0] + 3, counts)
