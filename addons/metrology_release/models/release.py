# SPDX-License-Identifier: AGPL-3.0-only
import base64
import hashlib
import re

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: States in which a paper certificate may be handed over.
PAPER_STATES = ("printed",)
#: An electronic one is issued when it is approved.
ELECTRONIC_STATES = ("to_print", "printed")

WAYS = [
    ("counter", "At the counter"),
    ("courier", "By courier"),
    ("delivery", "Delivered by us"),
    ("electronic", "Electronically"),
]


class MetrologyRelease(models.Model):
    """A hand-over of certificates and instruments to the customer.

    Together or separately (S3-5.7.7 to S3-5.7.9).  It is prepared as a draft, signed
    on screen, and done once: done means that the samples have left through stock, the
    certificates are released and nobody changes the document any more.
    """

    _name = "metrology.release"
    _description = "Hand-over"
    _inherit = [
        "metrology.guard.mixin",
        "metrology.sealed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "released_on desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "receiver_name", "waybill"]
    _check_company_auto = True

    _guard_action_fields = (
        "name",
        "state",
        "released_on",
        "released_by_id",
        "signature_sha256",
        "reverse_reason",
    )
    _sealed_fields = (
        "name",
        "state",
        "partner_id",
        "way",
        "waybill",
        "receiver_name",
        "receiver_phone",
        "receiver_document",
        "signature_sha256",
        "content_text",
        "released_on",
    )
    _sealed_lock_field = "state"
    _sealed_locked_values = ("done", "reversed")
    #: What makes the document; closed with it.
    _content_fields = frozenset(
        {
            "company_id",
            "partner_id",
            "order_id",
            "sample_ids",
            "certificate_ids",
            "way",
            "waybill",
            "receiver_name",
            "receiver_phone",
            "receiver_document",
            "signature",
            "order_checked",
        }
    )

    name = fields.Char(
        string="Number", default="New", readonly=True, copy=False, index=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    order_id = fields.Many2one(
        comodel_name="metrology.order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The order it was started from; things of other orders may go along.",
    )
    order_ids = fields.Many2many(
        comodel_name="metrology.order",
        string="Orders",
        compute="_compute_order_ids",
    )
    sample_ids = fields.Many2many(
        comodel_name="metrology.sample",
        relation="metrology_release_sample_rel",
        column1="release_id",
        column2="sample_id",
        string="Instruments",
        check_company=True,
        copy=False,
    )
    certificate_ids = fields.Many2many(
        comodel_name="metrology.certificate",
        relation="metrology_release_certificate_rel",
        column1="release_id",
        column2="certificate_id",
        string="Certificates",
        check_company=True,
        copy=False,
    )
    kind = fields.Selection(
        selection=[
            ("both", "Instruments and certificates"),
            ("sample", "Instruments only"),
            ("certificate", "Certificates only"),
        ],
        compute="_compute_kind",
        store=True,
        string="Content",
    )
    sample_count = fields.Integer(compute="_compute_counts")
    certificate_count = fields.Integer(compute="_compute_counts")
    content_text = fields.Text(
        readonly=True,
        copy=False,
        help="The numbers of everything handed over, as they were.",
    )

    way = fields.Selection(selection=WAYS, default="counter")
    waybill = fields.Char(string="Waybill Number", copy=False)
    receiver_name = fields.Char(string="Receiver", copy=False)
    receiver_phone = fields.Char(string="Receiver's Phone", copy=False)
    receiver_document = fields.Char(
        string="Receiver's Document",
        copy=False,
        help="Number of the identity card or of the letter of authority.",
    )
    signature = fields.Binary(attachment=True, copy=False)
    signature_sha256 = fields.Char(readonly=True, copy=False)
    order_checked = fields.Boolean(
        string="Order and fees checked",
        copy=False,
        help="The order and its fee settlement were compared with what is handed over.",
    )
    note = fields.Text(string="Remarks")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Clerk",
        default=lambda self: self.env.user,
        index=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("done", "Handed Over"),
            ("reversed", "Reversed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    released_on = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one(
        comodel_name="res.users", string="Handed Over By", readonly=True, copy=False
    )
    reverse_reason = fields.Char(readonly=True, copy=False, tracking=True)
    blocker_text = fields.Text(
        string="What Stands Against It", compute="_compute_blocker_text"
    )
    scan = fields.Char(
        store=False,
        copy=False,
        help="Scan the label of an instrument, a certificate or an order.",
    )

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two hand-overs cannot have the same number.",
    )

    # ------------------------------------------------------------------ compute
    @api.depends("sample_ids.order_id", "certificate_ids.order_id", "order_id")
    def _compute_order_ids(self):
        for release in self:
            release.order_ids = (
                release.sample_ids.order_id
                | release.certificate_ids.order_id
                | release.order_id
            )

    @api.depends("sample_ids", "certificate_ids")
    def _compute_kind(self):
        for release in self:
            if release.sample_ids and release.certificate_ids:
                release.kind = "both"
            elif release.sample_ids:
                release.kind = "sample"
            else:
                release.kind = "certificate" if release.certificate_ids else False

    @api.depends("sample_ids", "certificate_ids")
    def _compute_counts(self):
        for release in self:
            release.sample_count = len(release.sample_ids)
            release.certificate_count = len(release.certificate_ids)

    @api.depends(
        "state",
        "way",
        "partner_id",
        "sample_ids.state",
        "certificate_ids.state",
        "order_id",
    )
    def _compute_blocker_text(self):
        for release in self:
            blockers = (
                release._get_release_blockers() if release.state == "draft" else []
            )
            release.blocker_text = "\n".join(text for _code, text in blockers) or False

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for release in self:
            release.display_name = (
                release.name
                if release.name and release.name != "New"
                else self.env._(
                    "Hand-over to %(customer)s", customer=release.partner_id.name or "…"
                )
            )

    # --------------------------------------------------------------------- scan
    @api.onchange("scan")
    def _onchange_scan(self):
        code, self.scan = self.scan, False
        if not (code or "").strip():
            return None
        samples, certificates, message = self._find_by_code(code)
        if message:
            return {"warning": {"title": self.env._("Scan"), "message": message}}
        if not self.partner_id:
            partner = (samples.order_id | certificates.order_id)[:1].partner_id
            self.partner_id = partner.commercial_partner_id
        self.sample_ids |= samples
        self.certificate_ids |= certificates
        return None

    def action_scan(self, code):
        """Add what a scanned code names to a saved draft.

        :param str code: number of a sample, certificate, instrument label or order
        :return: dict of ``samples`` and ``certificates`` now in the hand-over
        :raises UserError: nothing that could be handed over has this code
        """
        self.ensure_one()
        self.check_access("write")
        self._require_draft()
        samples, certificates, message = self._find_by_code(code)
        if message:
            raise UserError(message)
        self.write(
            {
                "sample_ids": [Command.link(sample.id) for sample in samples],
                "certificate_ids": [Command.link(item.id) for item in certificates],
            }
        )
        return {
            "samples": self.sample_ids.mapped("name"),
            "certificates": self.certificate_ids.mapped("name"),
        }

    @api.model
    def _clean_code(self, code):
        """Return the number in a scanned text; a QR code may hold an address."""
        code = (code or "").strip()
        if re.match(r"https?://", code):
            code = code.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return code

    def _find_by_code(self, code):
        """Return (samples, certificates, message) for a scanned code.

        A sample brings its certificates along and an order everything that waits; a
        certificate comes alone.  ``message`` says why nothing was found.
        """
        code = self._clean_code(code)
        if not code:
            # An empty text would match everything that has no number yet.
            message = self.env._("Scan a label first.")
            return self.env["metrology.sample"], self.certificate_ids[:0], message
        Sample = self.env["metrology.sample"]
        Certificate = self.env["metrology.certificate"]
        companies = [
            ("company_id", "in", self.company_id.ids or self.env.companies.ids)
        ]
        certificates = Certificate.search(
            [*companies, "|", ("name", "=", code), ("token", "=", code)]
        )
        samples = Sample
        if not certificates:
            order = self.env["metrology.order"].search(
                [*companies, ("name", "=", code)]
            )
            samples = order.sample_ids or Sample.search(
                [*companies, ("name", "=", code)]
            )
            if not samples:
                samples = Sample.search(
                    [
                        *companies,
                        ("instrument_id.label_code", "=", code),
                        ("state", "not in", ("released", "cancelled")),
                    ]
                )
            certificates = samples.job_ids.certificate_ids
            if not samples and not order:
                return (
                    Sample,
                    Certificate,
                    self.env._("Nothing here has the number %(code)s.", code=code),
                )
        owner = self.partner_id.commercial_partner_id
        foreign = (samples.order_id | certificates.order_id).filtered(
            lambda o: owner and o.commercial_partner_id != owner
        )
        if foreign:
            return (
                Sample,
                Certificate,
                self.env._(
                    "%(code)s belongs to %(owner)s, this hand-over is for %(customer)s.",
                    code=code,
                    owner=foreign[0].commercial_partner_id.name,
                    customer=owner.name,
                ),
            )
        ready_samples = samples.filtered(lambda sample: sample._is_releasable())
        ready_certificates = certificates.filtered(
            lambda c: c.state in ELECTRONIC_STATES
        )
        if not ready_samples and not ready_certificates:
            gone = samples.filtered(lambda s: s.state == "released")
            gone_certificates = certificates.filtered(lambda c: c.state == "released")
            message = (
                self.env._("%(code)s has been handed over already.", code=code)
                if gone or gone_certificates
                else self.env._("Nothing of %(code)s is ready to hand over.", code=code)
            )
            return Sample, Certificate, message
        return ready_samples, ready_certificates, ""

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("order_id") and not vals.get("partner_id"):
                order = self.env["metrology.order"].browse(vals["order_id"])
                vals["partner_id"] = order.commercial_partner_id.id
                vals.setdefault("company_id", order.company_id.id)
        return super().create(vals_list)

    def write(self, vals):
        if not self._guard_has_key() and self._content_fields & vals.keys():
            for release in self:
                if release.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(release)s is done and stays as it was signed. Reverse "
                            "it if it was wrong.",
                            release=release.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for release in self:
            if release.state not in ("draft", "cancelled") or release.name != "New":
                raise UserError(
                    self.env._(
                        "%(release)s has been handed over and is kept.",
                        release=release.display_name,
                    )
                )

    # ------------------------------------------------------------------ actions
    def action_done(self):
        """Hand over: samples leave, certificates are released, the receipt is fixed.

        Of two clerks who release the same thing at the same time, one is told that it
        is gone (or that the other one is at it).

        :raises UserError: everything that stands against it, in one message
        """
        self.check_access("write")
        for release in self:
            release._lock()
            release._require_draft()
            blockers = release._get_paper_blockers() + release._get_release_blockers()
            if blockers:
                raise UserError("\n".join(text for _code, text in blockers))
            release._do_release()
        return True

    def action_done_and_print(self):
        """Hand over and open the receipt."""
        self.action_done()
        return self.env.ref("metrology_release.action_report_release").report_action(
            self
        )

    def action_cancel(self):
        """Throw a draft away."""
        self.check_access("write")
        self._lock()
        for release in self:
            release._require_draft()
        self._guard_open().write({"state": "cancelled"})
        return True

    def action_open_reverse(self):
        return self._guard_ask_reason("action_reverse")

    _guard_reason_actions = ("action_reverse",)

    def action_reverse(self, reason):
        """Record that the customer brought everything back.

        The samples come back into the store by a move of stock, the certificates wait
        for collection again.  The done hand-over stays, marked as reversed.
        """
        self._guard_check_group(
            "metrology.group_technical_head,metrology.group_quality,"
            "metrology.group_administrator"
        )
        reason = self._guard_check_reason(reason)
        for release in self:
            release._lock()
            if release.state != "done":
                raise UserError(
                    self.env._(
                        "%(release)s was not handed over, there is nothing to reverse.",
                        release=release.display_name,
                    )
                )
            release._undo_release(reason)
        return True

    def action_print(self):
        """Open the receipt as PDF."""
        return self.env.ref("metrology_release.action_report_release").report_action(
            self
        )

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        action["domain"] = [("id", "in", self.order_ids.ids)]
        action["context"] = {}
        return action

    # ----------------------------------------------------------------- business
    def _lock(self):
        """Lock the hand-over and all it takes, then forget what was read before."""
        locked = super()._lock()
        self.sample_ids.sudo()._lock()
        self.certificate_ids.sudo()._lock()
        self.env.invalidate_all()
        return locked

    def _require_draft(self):
        for release in self:
            if release.state != "draft":
                raise UserError(
                    self.env._(
                        "%(release)s has been handed over or cancelled already.",
                        release=release.display_name,
                    )
                )

    def _get_paper_blockers(self):
        """Return what is missing on the hand-over itself: ``[(code, message)]``."""
        self.ensure_one()
        blockers = []

        def add(code, text):
            blockers.append((code, text))

        if not self.sample_ids and not self.certificate_ids:
            add("empty", self.env._("Scan or choose what is handed over."))
        if not self.way:
            add("no_way", self.env._("Choose the way of the hand-over."))
        if not self.order_checked:
            add(
                "not_checked",
                self.env._("Compare with the order and its fees, then tick the box."),
            )
        if self.way == "courier" and not (self.waybill or "").strip():
            add("no_waybill", self.env._("A courier needs the number of the waybill."))
        if self.way == "electronic" and self.sample_ids:
            add(
                "electronic_sample",
                self.env._("An instrument cannot be handed over electronically."),
            )
        if self.way in ("counter", "delivery"):
            if not self.signature:
                add("no_signature", self.env._("The receiver has not signed."))
            if not (self.receiver_name or "").strip():
                add("no_receiver", self.env._("Enter the name of the receiver."))
            if not (self.receiver_phone or self.receiver_document or "").strip():
                add(
                    "no_contact",
                    self.env._("Enter the receiver's phone or identity document."),
                )
        return blockers

    def _get_release_blockers(self):
        """Return why the things cannot be handed over: ``[(code, message)]``.

        Extended by later addons; those of the orders come from
        ``metrology.order._get_release_blockers``.
        """
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        blockers = []
        for order in self.order_ids:
            if owner and order.commercial_partner_id != owner:
                blockers.append(
                    (
                        "foreign",
                        self.env._(
                            "Order %(order)s belongs to %(owner)s, not to %(customer)s.",
                            order=order.display_name,
                            owner=order.commercial_partner_id.name,
                            customer=owner.name,
                        ),
                    )
                )
        blockers += self.sample_ids._get_release_blockers()
        blockers += self.certificate_ids._get_release_blockers(self.way)
        blockers += self.order_ids._get_release_blockers()
        return blockers

    def _do_release(self):
        """Move, mark, number: after the lock and the checks."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.sample_ids:
            self.sample_ids.sudo()._release_to_customer(
                **self._prepare_sample_release()
            )
        if self.certificate_ids:
            self.certificate_ids.sudo()._mark_released()
        numbers = self.env["metrology.number"]._assign("release", self)
        signature = self.with_context(bin_size=False).signature
        self._sealed_unlock(self.env._("Handed over"))._guard_open().write(
            {
                "name": numbers[self.id],
                "state": "done",
                "released_on": now,
                "released_by_id": self.env.uid,
                "signature_sha256": hashlib.sha256(
                    base64.b64decode(signature)
                ).hexdigest()
                if signature
                else False,
                "content_text": self._get_content_text(),
            }
        )
        self.order_ids.sudo()._update_released()

    def _prepare_sample_release(self):
        """Return the arguments of ``metrology.sample._release_to_customer``. Hook."""
        return {
            "receiver_name": self.receiver_name or self.partner_id.name,
            "note": self.waybill,
        }

    def _get_content_text(self):
        """Return the numbers of what is handed over, one a line."""
        return "\n".join(
            [sample.display_name for sample in self.sample_ids.sorted("name")]
            + [item.display_name for item in self.certificate_ids.sorted("name")]
        )

    def _undo_release(self, reason):
        self.ensure_one()
        if self.sample_ids:
            self.sample_ids.sudo()._take_back_from_customer(reason)
        if self.certificate_ids:
            self.certificate_ids.sudo()._undo_released(reason)
        self._sealed_unlock(reason)._guard_open().write(
            {"state": "reversed", "reverse_reason": reason}
        )
        self.order_ids.sudo()._reopen_released()

    def _get_receipt_url(self):
        """Return the address in the receipt's QR code: the document in our system."""
        self.ensure_one()
        return f"{self.get_base_url()}/odoo/metrology.release/{self.id}"
