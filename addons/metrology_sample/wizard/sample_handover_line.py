# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySampleHandoverLine(models.TransientModel):
    """The samples of one department in a hand-over, counted by who takes them."""

    _name = "metrology.sample.handover.line"
    _description = "Samples of a Department to Hand Over"

    wizard_id = fields.Many2one(
        comodel_name="metrology.sample.handover", required=True, ondelete="cascade"
    )
    department_id = fields.Many2one(comodel_name="hr.department")
    sample_ids = fields.Many2many(
        comodel_name="metrology.sample",
        relation="metrology_sample_handover_line_rel",
        string="Samples",
    )
    sample_count = fields.Integer(string="Given", compute="_compute_sample_count")
    counted = fields.Integer(string="Counted by the Receiver")
    receiver_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Taken By",
        domain="[('department_id', 'child_of', department_id)]",
    )
    note = fields.Char(help="Needed where the count differs.")

    @api.depends("sample_ids")
    def _compute_sample_count(self):
        for line in self:
            line.sample_count = len(line.sample_ids)

    def _hand_over(self):
        self.ensure_one()
        if not self.department_id:
            raise UserError(
                self.env._(
                    "%(sample)s: choose the department.",
                    sample=self.sample_ids[:1].display_name,
                )
            )
        if not self.receiver_id:
            raise UserError(
                self.env._(
                    "%(department)s: choose who takes the samples.",
                    department=self.department_id.display_name,
                )
            )
        if self.counted != len(self.sample_ids) and not (self.note or "").strip():
            raise UserError(
                self.env._(
                    "%(department)s: %(given)s samples are given, %(counted)s were "
                    "counted. Count again, or write a note.",
                    department=self.department_id.display_name,
                    given=len(self.sample_ids),
                    counted=self.counted,
                )
            )
        self.sample_ids._hand_to(self.department_id, self.receiver_id, note=self.note)
