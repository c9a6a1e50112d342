# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

GONE_STATES = ("superseded", "void")


class MetrologyImpactAnalysis(models.Model):
    """The certificates of the records in question, and what customers are told."""

    _inherit = "metrology.impact.analysis"

    certificate_count = fields.Integer(
        string="Certificates", compute="_compute_certificate_counts"
    )
    letter_ids = fields.One2many(
        comodel_name="metrology.impact.letter",
        inverse_name="analysis_id",
        string="Letters",
        readonly=True,
    )
    letter_count = fields.Integer(
        string="Letters to Customers", compute="_compute_certificate_counts"
    )

    def _compute_certificate_counts(self):
        certificates = dict(
            self.env["metrology.impact.line"]._read_group(
                [("analysis_id", "in", self.ids), ("certificate_id", "!=", False)],
                ["analysis_id"],
                ["__count"],
            )
        )
        letters = dict(
            self.env["metrology.impact.letter"]._read_group(
                [("analysis_id", "in", self.ids)], ["analysis_id"], ["__count"]
            )
        )
        for analysis in self:
            analysis.certificate_count = certificates.get(analysis._origin, 0)
            analysis.letter_count = letters.get(analysis._origin, 0)

    def _after_list(self):
        """Put the certificate in force beside each record, by one statement."""
        result = super()._after_list()
        self.env["metrology.certificate"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE metrology_impact_line l
                   SET certificate_id = c.id
                  FROM (SELECT DISTINCT ON (c.record_id) c.record_id, c.id
                          FROM metrology_certificate c
                          JOIN metrology_impact_line l ON l.record_id = c.record_id
                         WHERE l.analysis_id = %(analysis)s
                           AND c.state != ALL(%(gone)s)
                         ORDER BY c.record_id, c.id DESC) c
                 WHERE l.analysis_id = %(analysis)s AND c.record_id = l.record_id
                """,
                analysis=self.id,
                gone=list(GONE_STATES),
            )
        )
        self.env["metrology.impact.line"].invalidate_model(["certificate_id"])
        return result

    def _check_may_close(self):
        result = super()._check_may_close()
        drafts = self.sudo().letter_ids.filtered(lambda one: one.state == "draft")
        if drafts:
            raise UserError(
                self.env._(
                    "%(analysis)s cannot be closed: the letter to %(partner)s was not "
                    "sent yet.",
                    analysis=self.display_name,
                    partner=drafts[0].partner_id.display_name,
                )
            )
        return result

    def action_view_letters(self):
        """Show the letters to the customers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_certificate.action_impact_letter"
        )
        return {**action, "domain": [("analysis_id", "=", self.id)], "context": {}}
