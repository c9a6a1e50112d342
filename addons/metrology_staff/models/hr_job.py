# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import TITLES, TRAINING_SUBJECTS


class HrJob(models.Model):
    """The profile of a post: duties and what they ask of the person (JJF 1069 7.2).

    Required skills are Odoo's own (page Skills); the rest stands here.
    """

    _inherit = "hr.job"

    metrology_duties = fields.Text(string="Duties", translate=True)
    metrology_knowledge = fields.Text(string="Required Knowledge", translate=True)
    required_title = fields.Selection(
        selection=TITLES, string="Professional Title at Least", default="none"
    )
    required_registration = fields.Boolean(string="Registered Metrologist Needed")
    required_technical = fields.Boolean(string="Technical Training Needed")
    required_legal = fields.Boolean(string="Legal Training Needed")
    required_practical = fields.Boolean(string="Practical Training Needed")
    has_profile = fields.Boolean(
        compute="_compute_has_profile",
        help="Something is required of who holds the post.",
    )

    @api.depends(
        "metrology_knowledge",
        "required_title",
        "required_registration",
        "required_technical",
        "required_legal",
        "required_practical",
        "job_skill_ids",
    )
    def _compute_has_profile(self):
        for job in self:
            job.has_profile = bool(
                (job.metrology_knowledge or "").strip()
                or job.required_title not in (False, "none")
                or job.required_registration
                or any(job[f"required_{name}"] for name in TRAINING_SUBJECTS)
                or job.job_skill_ids
            )
