# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    metrology_authorization_number = fields.Char(
        string="Authorisation Number",
        help="Printed on page 2 of verification certificates (计量检定机构授权证书号).",
    )
    metrology_authorization_text = fields.Char(
        string="Authorisation Statement",
        translate=False,
        help="Printed on page 2 of verification certificates (检定机构授权说明).",
    )
    metrology_authorization_from = fields.Date(string="Authorised From")
    metrology_authorization_to = fields.Date(
        string="Authorised Until",
        help="After this day no verification certificate can be issued.",
    )
    metrology_public_url = fields.Char(
        string="Public Address",
        help="The address under which the public reaches the page behind the QR code, "
        "if it is not the address of this server.",
    )
