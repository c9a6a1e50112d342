# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("verification", "Verification Certificate"),
    ("rejection", "Notice of Rejection"),
    ("calibration", "Calibration Certificate"),
    ("testing", "Test Report"),
    ("inspection", "Inspection Report"),
]

# What regulation prints on a kind and what it forbids there (S0-6.4.3.2, S0-6.4.3.3).
CONCLUSION_KINDS = ("verification", "rejection")
VALID_UNTIL_KINDS = ("verification",)

# The sentence on each page must hold these words (S2-6.3c-2).
SENTENCE_WORDS = ("电子", "验证")

# What is printed; frozen once something was signed with it.
FROZEN = frozenset(
    {
        "kind",
        "title",
        "title_english",
        "report_id",
        "electronic",
        "electronic_sentence",
        "declaration",
    }
)


class MetrologyCertificateLayout(models.Model):
    """How the certificates of one kind look: a report, a seal position, a sentence.

    A certificate keeps the layout it was issued with, and its bytes are stored, so a
    layout that was used is archived and replaced, never deleted or changed.
    """

    _name = "metrology.certificate.layout"
    _description = "Certificate Layout"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(selection=KINDS, required=True)
    title = fields.Char(
        required=True,
        help="The title on the cover, in the language of the certificate.",
    )
    title_english = fields.Char(help="Printed beside the title in smaller letters.")
    report_id = fields.Many2one(
        comodel_name="ir.actions.report",
        string="Report",
        required=True,
        ondelete="restrict",
        domain=[("model", "=", "metrology.certificate")],
    )
    electronic = fields.Boolean(
        default=True,
        help="An electronic certificate carries the seal image, the straddling seal "
        "and the sentence on each page. A paper one leaves room for the stamp.",
    )
    electronic_sentence = fields.Char(
        default="本证书为电子证书，请到发证机构官网验证",
        help="Printed on each page of an electronic certificate.",
    )
    declaration = fields.Text(
        help="Printed at the end, e.g. what the certificate may not be used for.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Company",
        index=True,
        help="Empty: for every company.",
    )
    certificate_ids = fields.One2many(
        comodel_name="metrology.certificate",
        inverse_name="layout_id",
        string="Certificates",
    )

    @api.constrains("electronic", "electronic_sentence", "active")
    def _check_electronic_sentence(self):
        """Each page says that it is electronic and where to verify (S2-6.3c-2)."""
        for layout in self:
            sentence = layout.electronic_sentence or ""
            if (
                layout.active
                and layout.electronic
                and not all(word in sentence for word in SENTENCE_WORDS)
            ):
                raise ValidationError(
                    self.env._(
                        "The layout %(name)s is for electronic certificates, so each "
                        "page must say that it is electronic (%(first)s) and where to "
                        "verify it (%(second)s).",
                        name=layout.display_name,
                        first=SENTENCE_WORDS[0],
                        second=SENTENCE_WORDS[1],
                    )
                )

    @api.constrains("report_id")
    def _check_report(self):
        for layout in self:
            if layout.report_id.sudo().model != "metrology.certificate":
                raise ValidationError(
                    self.env._(
                        "The report %(report)s does not print certificates.",
                        report=layout.report_id.display_name,
                    )
                )

    def write(self, vals):
        if FROZEN & set(vals):
            self._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_used()

    def _check_not_used(self):
        """What was signed with a layout must stay what was signed."""
        used = (
            self.env["metrology.certificate"]
            .sudo()
            ._read_group(
                [
                    ("layout_id", "in", self.ids),
                    "|",
                    ("content_digest", "!=", False),
                    ("revision", ">", 0),
                ],
                ["layout_id"],
            )
        )
        for (layout,) in used:
            raise ValidationError(
                self.env._(
                    "Certificates have been signed with the layout %(name)s. Archive "
                    "it and make a new one instead.",
                    name=layout.display_name,
                )
            )

    @api.model
    def _find(self, kind, company):
        """Return the layout in use for a ``kind``, the company's own one first."""
        layouts = self.search(
            [("kind", "=", kind), ("company_id", "in", (company.id, False))]
        )
        return layouts.sorted(lambda r: (not r.company_id, r.sequence, r.id))[:1]
