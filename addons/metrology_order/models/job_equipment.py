# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MetrologyJob(models.Model):
    """Which pieces of a standard's equipment a job uses.

    Without a choice it is what the standards work with today: their members, a
    substitute in the place of one that may not be used.
    """

    _inherit = "metrology.job"

    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        relation="metrology_job_equipment_rel",
        column1="job_id",
        column2="equipment_id",
        string="Chosen Equipment",
        copy=False,
        domain="[('id', 'in', allowed_equipment_ids)]",
        help="Empty: everything the measurement standards work with. Only equipment "
        "in the file of the standards can be chosen.",
    )
    allowed_equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        compute="_compute_allowed_equipment_ids",
        string="Equipment of the Standards",
    )

    @api.depends("standard_ids")
    def _compute_allowed_equipment_ids(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        registered = self.sudo().standard_ids.equipment_ids
        blockers = registered._get_validity_blockers(today)
        for job in self:
            job.allowed_equipment_ids = job.sudo().standard_ids.equipment_ids.filtered(
                lambda equipment: not blockers[equipment.id]
            )

    @api.constrains("equipment_ids")
    def _check_equipment_ids(self):
        for job in self:
            outside = job.sudo().equipment_ids - job.sudo().standard_ids.equipment_ids
            if outside:
                raise ValidationError(
                    self.env._(
                        "%(job)s: %(equipment)s is not in the file of %(standards)s.",
                        job=job.display_name,
                        equipment=", ".join(outside.mapped("display_name")),
                        standards=", ".join(
                            job.sudo().standard_ids.mapped("display_name")
                        )
                        or "–",
                    )
                )

    def write(self, vals):
        if "equipment_ids" in vals and not self.env.su:
            for job in self:
                if job.state in ("done", "cancelled"):
                    raise UserError(
                        self.env._(
                            "%(job)s is finished: what was used is not changed any "
                            "more.",
                            job=job.display_name,
                        )
                    )
        return super().write(vals)

    def _assign(self, employees, standards=None):
        """A choice of equipment ends with the standards it was chosen from."""
        if standards:
            registered = standards.sudo().equipment_ids
            for job in self.sudo():
                if job.equipment_ids - registered:
                    job.equipment_ids = False
        return super()._assign(employees, standards)

    def _get_equipment(self, day=None):
        """Return the equipment this one job uses: chosen, or what its standards have.

        :param datetime.date day: today at the institution by default
        :rtype: recordset of maintenance.equipment (superuser)
        """
        self.ensure_one()
        job = self.sudo()
        if job.equipment_ids:
            return job.equipment_ids
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        by_standard = job.standard_ids._get_equipment(day)
        return self.env["maintenance.equipment"].sudo().union(*by_standard.values())
