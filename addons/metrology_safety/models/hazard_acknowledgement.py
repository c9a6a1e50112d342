# SPDX-License-Identifier: AGPL-3.0-only
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

_KEY = object()


class MetrologyHazardAcknowledgement(models.Model):
    """A person has read a hazard and its measures before a job; never changed."""

    _name = "metrology.hazard.acknowledgement"
    _description = "Acknowledged Hazard"
    _order = "id desc"
    _rec_name = "hazard_id"

    job_id = fields.Many2one(
        comodel_name="metrology.job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="job_id.company_id", store=True, index=True)
    hazard_id = fields.Many2one(
        comodel_name="metrology.hazard",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    time = fields.Datetime(required=True, readonly=True)
    digest = fields.Char(
        readonly=True,
        help="SHA-256 of the text that was read: changed, it counts no more.",
    )

    _once = models.UniqueIndex("(job_id, hazard_id, employee_id, digest)")

    @api.model
    def _digest(self, hazard):
        text = "\n".join(
            (hazard.name or "", hazard.stage, hazard.level, hazard.measure or "")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _with_key(self):
        return self.sudo().with_context(hazard_acknowledgement=_KEY)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("hazard_acknowledgement") is not _KEY:
            raise UserError(
                self.env._("Hazards are acknowledged by the button of the job.")
            )
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("An acknowledgement is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An acknowledgement is never deleted."))
