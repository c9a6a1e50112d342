# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    def _get_usage_note(self, document):
        """Name the sample that the equipment was used on."""
        if "sample_id" in document._fields:
            return document.sample_id.display_name
        return super()._get_usage_note(document)

    def _check_operator(self, documents):
        """Who logs the use of equipment is authorised to operate its class.

        Of a document that belongs to a job the job's capability rules, otherwise any
        capability.

        :raises UserError: naming the person and the class
        """
        result = super()._check_operator(documents)
        categories = self.sudo().category_id.filtered("operator_required")
        if not categories:
            return result
        day = self.env["metrology.calendar"]._today(self.env.company)
        Authorization = self.env["metrology.authorization"]
        if documents._name == "metrology.job":
            capabilities = documents.sudo().capability_id
        elif "job_id" in documents._fields:
            capabilities = documents.sudo().job_id.capability_id
        else:
            capabilities = (
                Authorization.sudo()
                .search(
                    Authorization._domain_in_force(day)
                    & Domain("activity", "=", "operate")
                    & Domain("employee_id", "in", self.env.user.sudo().employee_ids.ids)
                )
                .capability_id
            )
        operators = Authorization._get_operators(capabilities.ids, categories, day)
        persons = set(self.env.user.sudo().employee_ids.ids)
        for category in categories:
            every = [
                operators.get((capability.id, category.id), set())
                for capability in capabilities
            ]
            # A use without document needs one capability, a job its own.
            test = all if documents._name != self._name else any
            if not every or not test(persons & allowed for allowed in every):
                raise UserError(
                    self.env._(
                        "%(person)s is not authorised to operate %(category)s: the use "
                        "of %(equipment)s is not logged.",
                        person=self.env.user.name,
                        category=category.name,
                        equipment=", ".join(
                            self.sudo()
                            .filtered(lambda item, of=category: item.category_id == of)
                            .mapped("display_name")
                        ),
                    )
                )
        return result
