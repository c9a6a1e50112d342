# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

SEAL_KINDS = [
    ("verification", "Seal for Verification Certificates (检定电子证书专用章)"),
    ("calibration", "Seal for Calibration Certificates (校准电子证书专用章)"),
    ("testing", "Seal for Test Reports (检测电子报告专用章)"),
    ("inspection", "Seal for Inspection Reports (检验电子报告专用章)"),
]

ELECTRONIC = "电子"

# Which seal goes on which kind of certificate (a notice of rejection is a result of
# verification and carries the same seal).
SEAL_OF_KIND = {
    "verification": "verification",
    "rejection": "verification",
    "calibration": "calibration",
    "testing": "testing",
    "inspection": "inspection",
}


class MetrologySeal(models.Model):
    """An electronic seal: its picture, its custodian, its life (S0-6.4.5-1)."""

    _name = "metrology.seal"
    _description = "Certificate Seal"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "kind, id"
    _check_company_auto = True

    _guard_action_fields = ("state",)
    _guard_frozen_fields = ("name", "title", "kind", "picture", "company_id")

    name = fields.Char(string="Institution Name on the Seal", required=True)
    title = fields.Char(string="Title on the Seal", required=True)
    kind = fields.Selection(selection=SEAL_KINDS, required=True, tracking=True)
    state = fields.Selection(
        selection=[("active", "In Use"), ("destroyed", "Destroyed")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    custodian_id = fields.Many2one(
        comodel_name="res.users",
        string="Custodian",
        required=True,
        tracking=True,
        help="The one person who keeps the seal and answers for its use.",
    )
    picture = fields.Binary(
        string="Seal (SVG)",
        attachment=True,
        help="The seal as SVG. Leave empty to have a round seal drawn from the name.",
    )
    use_ids = fields.One2many(
        comodel_name="metrology.seal.use", inverse_name="seal_id", string="Uses"
    )
    use_count = fields.Integer(compute="_compute_use_count")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    _kind_company_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE state = 'active'",
        "A seal of this kind is already in use. Destroy it before you make a new one.",
    )

    @api.depends("use_ids")
    def _compute_use_count(self):
        counts = dict(
            self.env["metrology.seal.use"]._read_group(
                [("seal_id", "in", self.ids)], ["seal_id"], ["__count"]
            )
        )
        for seal in self:
            seal.use_count = counts.get(seal, 0)

    def _guard_is_frozen(self):
        """What stands on issued certificates stays on file as it was."""
        return self.state == "destroyed" or bool(self.use_count)

    @api.constrains("title")
    def _check_title(self):
        """The seal says that it is one of electronic documents (S2-6.3b-1)."""
        for seal in self:
            if ELECTRONIC not in seal.title:
                raise ValidationError(
                    self.env._(
                        "The title of the seal %(name)s must say that it is electronic "
                        "(%(word)s).",
                        name=seal.display_name,
                        word=ELECTRONIC,
                    )
                )

    @api.constrains("picture")
    def _check_picture(self):
        for seal in self.filtered("picture"):
            head = base64.b64decode(seal.with_context(bin_size=False).picture)[:1000]
            if b"<svg" not in head:
                raise ValidationError(
                    self.env._(
                        "The picture of the seal %(name)s is not an SVG drawing. "
                        "Upload an .svg file.",
                        name=seal.display_name,
                    )
                )

    @api.depends("name", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for seal in self:
            seal.display_name = f"{seal.name} · {labels.get(seal.kind, '')}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for seal in self:
            if seal.use_ids:
                raise UserError(
                    self.env._(
                        "The seal %(name)s has been used. Destroy it instead: the "
                        "register of its uses must stay.",
                        name=seal.display_name,
                    )
                )

    def action_destroy(self):
        """Take the seal out of use for good; only its custodian may."""
        for seal in self:
            if seal.custodian_id != self.env.user:
                raise UserError(
                    self.env._(
                        "Only the custodian %(user)s may destroy the seal %(name)s.",
                        user=seal.custodian_id.name,
                        name=seal.display_name,
                    )
                )
        self._guard_open().write({"state": "destroyed"})
        return True

    @api.model
    def _find(self, certificate_kind, company):
        """Return the seal in use for a kind of certificate, or none."""
        return self.sudo().search(
            [
                ("kind", "=", SEAL_OF_KIND[certificate_kind]),
                ("company_id", "=", company.id),
                ("state", "=", "active"),
            ],
            limit=1,
        )

    @api.model
    def _get_kind_label(self, certificate_kind):
        """Return the name of the seal that a kind of certificate carries."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels[SEAL_OF_KIND[certificate_kind]]

    def _get_svg(self):
        """Return the drawing of the seal as SVG bytes."""
        self.ensure_one()
        picture = self.with_context(bin_size=False).picture
        if picture:
            return base64.b64decode(picture)
        return self.env["report.pades"]._seal_svg(self.name, self.title)

    def _log_use(self, certificates):
        """Write one line of the register for each certificate the seal goes on."""
        self.ensure_one()
        if self.state != "active":
            raise UserError(
                self.env._(
                    "The seal %(name)s was destroyed and cannot be used.",
                    name=self.display_name,
                )
            )
        return (
            self.env["metrology.seal.use"]
            .sudo()
            .create(
                [
                    {
                        "seal_id": self.id,
                        "certificate_id": certificate.id,
                        "user_id": self.env.uid,
                    }
                    for certificate in certificates
                ]
            )
        )
