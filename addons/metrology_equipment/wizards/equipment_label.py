# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import METROLOGY_STATES
from ..tools import labels


class MetrologyEquipmentLabel(models.TransientModel):
    """Prints status labels of equipment; a wrong status is refused."""

    _name = "metrology.equipment.label"
    _description = "Print Equipment Labels"

    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        relation="metrology_equipment_label_equipment_rel",
        required=True,
    )
    layout = fields.Selection(
        selection=[
            ("roll_60x40", "Roll, 60 × 40 mm"),
            ("roll_50x30", "Roll, 50 × 30 mm"),
            ("roll_40x25", "Roll, 40 × 25 mm"),
            ("sheet_3x8", "A4 sheet, 3 × 8 labels"),
        ],
        default="roll_60x40",
        required=True,
    )
    state = fields.Selection(
        selection=[item for item in METROLOGY_STATES if item[0] != "new"],
        string="Label",
        help="Empty: each the label of its present status.",
    )
    with_institution = fields.Boolean(default=True)
    with_signer = fields.Boolean(string="With My Name")
    pdf = fields.Binary(attachment=False, readonly=True)
    filename = fields.Char(readonly=True)

    def action_print(self):
        """Draw the labels and open the PDF.

        :raises UserError: a label of another status than the equipment has today
        """
        self.ensure_one()
        equipment = self.equipment_ids
        equipment.check_access("read")
        if not equipment:
            raise UserError(self.env._("Choose the equipment first."))
        day = self.env["metrology.calendar"]._today(self.env.company)
        equipment._check_label(self.state, day)
        rows = equipment._prepare_labels(
            day,
            signer=self.env.user if self.with_signer else None,
            with_institution=self.with_institution,
        )
        self.write(
            {
                "pdf": base64.b64encode(labels.draw(rows, self.layout)),
                "filename": "equipment-labels.pdf",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/pdf/{self.filename}",
            "target": "new",
        }
