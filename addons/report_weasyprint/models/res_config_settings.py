# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.fonts import font_files
from .ir_actions_report import (
    DEFAULT_SIZE_LIMIT,
    DEFAULT_TIME_LIMIT,
    ENGINE_PARAMETER,
    PDF_ENGINES,
    SIZE_PARAMETER,
    TIME_PARAMETER,
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    report_pdf_engine = fields.Selection(
        selection=PDF_ENGINES,
        string="PDF Engine",
        config_parameter=ENGINE_PARAMETER,
        default="weasyprint",
        required=True,
    )
    report_pdf_time_limit = fields.Integer(
        string="Time Limit (s)",
        config_parameter=TIME_PARAMETER,
        default=DEFAULT_TIME_LIMIT,
    )
    report_pdf_size_limit = fields.Integer(
        string="Size Limit (MB)",
        config_parameter=SIZE_PARAMETER,
        default=DEFAULT_SIZE_LIMIT,
    )
    report_pdf_fonts = fields.Text(
        string="Fonts for Reports", compute="_compute_report_pdf_fonts"
    )

    @api.constrains("report_pdf_time_limit", "report_pdf_size_limit")
    def _check_report_pdf_limits(self):
        for settings in self:
            if settings.report_pdf_time_limit < 1 or settings.report_pdf_size_limit < 1:
                raise ValidationError(
                    self.env._("The limits for printing must be at least 1.")
                )

    def _compute_report_pdf_fonts(self):
        self.report_pdf_fonts = "\n".join(path.name for path in font_files())
