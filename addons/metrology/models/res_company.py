# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import MINIMUM_RETENTION_YEARS


class ResCompany(models.Model):
    _inherit = "res.company"

    metrology_retention_years = fields.Integer(
        string="Retention in Years",
        required=True,
        default=MINIMUM_RETENTION_YEARS,
        help="Technical records and certificates are kept at least this long.",
    )
    metrology_technical_head_id = fields.Many2one(
        comodel_name="res.users", string="Technical Head"
    )
    metrology_quality_head_id = fields.Many2one(
        comodel_name="res.users", string="Quality Head"
    )
    metrology_legal_form = fields.Selection(
        selection=[
            ("independent", "Independent Legal Person"),
            ("authorised", "Authorised by a Legal Person"),
        ],
        string="Legal Form",
        required=True,
        default="independent",
    )
    metrology_authorising_body = fields.Char(
        string="Authorising Legal Person",
        help="Of an institution that is no legal person itself.",
    )
    metrology_authorising_letter = fields.Binary(
        string="Letter of Authorisation", attachment=True
    )
    metrology_authorising_letter_name = fields.Char(string="File of the Letter")
    metrology_qualification_ids = fields.One2many(
        comodel_name="metrology.qualification",
        inverse_name="company_id",
        string="Qualifications",
    )

    @api.constrains("metrology_retention_years")
    def _check_retention_minimum(self):
        for company in self:
            if company.metrology_retention_years < MINIMUM_RETENTION_YEARS:
                raise ValidationError(
                    self.env._(
                        "%(company)s: records are kept at least %(years)s years.",
                        company=company.name,
                        years=MINIMUM_RETENTION_YEARS,
                    )
                )

    @api.constrains(
        "metrology_legal_form",
        "metrology_authorising_body",
        "metrology_authorising_letter",
    )
    def _check_legal_form(self):
        for company in self:
            if company.metrology_legal_form == "authorised" and not (
                company.metrology_authorising_body
                and company.metrology_authorising_letter
            ):
                raise ValidationError(
                    self.env._(
                        "%(company)s is no legal person: name the legal person that "
                        "authorises it and attach the letter of authorisation.",
                        company=company.name,
                    )
                )

    def write(self, vals):
        years = vals.get("metrology_retention_years")
        if years is not None:
            for company in self.sudo():
                if years < company.metrology_retention_years:
                    raise ValidationError(
                        self.env._(
                            "%(company)s keeps its records %(years)s years; the policy "
                            "can only be raised.",
                            company=company.name,
                            years=company.metrology_retention_years,
                        )
                    )
        return super().write(vals)
