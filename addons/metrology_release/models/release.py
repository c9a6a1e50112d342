# SPDX-License-Identifier: AGPL-3.0-only

from odoo import api, fields, models
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

    _guard_reason_actions = ("action_reverse",)
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
            if release.name and release.name != "New":
                release.display_name = release.name
            elif release.partner_id:
                release.display_name = self.env._(
                    "Hand-over to %(customer)s", customer=release.partner_id.name
                )
            else:
                release.display_name = self.env._("New Hand-over")

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
