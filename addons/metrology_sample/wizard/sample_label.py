# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import labels


class MetrologySampleLabel(models.TransientModel):
    """Prints labels of samples: one a page on a roll, or on A4 sheets."""

    _name = "metrology.sample.label"
    _description = "Print Sample Labels"

    sample_ids = fields.Many2many(comodel_name="metrology.sample", required=True)
    layout = fields.Selection(
        selection=[
            ("roll_60x40", "Roll, 60 × 40 mm"),
            ("roll_50x30", "Roll, 50 × 30 mm"),
            ("sheet_3x8", "A4 sheet, 3 × 8 labels"),
        ],
        default="roll_60x40",
        required=True,
    )
    pdf = fields.Binary(attachment=False, readonly=True)
    filename = fields.Char(readonly=True)

    def action_print(self):
        """Draw the labels and open the PDF."""
        self.ensure_one()
        samples = self.sample_ids
        unnumbered = samples.filtered(lambda sample: sample.name == "New")
        if unnumbered:
            raise UserError(
                self.env._(
                    "%(sample)s has not been received and has no number yet.",
                    sample=unnumbered[0].display_name,
                )
            )
        self.write(
            {
                "pdf": base64.b64encode(
                    labels.draw(samples._prepare_labels(), self.layout)
                ),
                "filename": f"labels-{samples[0].name}.pdf",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/pdf/{self.filename}",
            "target": "new",
        }
