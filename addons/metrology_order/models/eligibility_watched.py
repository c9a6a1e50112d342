# SPDX-License-Identifier: AGPL-3.0-only
"""The master data whose changes are told: one small extension for each model."""

from odoo import models


class MetrologyCapability(models.Model):
    _name = "metrology.capability"
    _inherit = ["metrology.capability", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"capabilities": self.ids}

    def _guard_reason_impact(self, method):
        return self._eligibility_impact()


class MetrologyMethodEdition(models.Model):
    _name = "metrology.method.edition"
    _inherit = ["metrology.method.edition", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"methods": self.method_id.ids}


class MetrologyStandard(models.Model):
    _name = "metrology.standard"
    _inherit = ["metrology.standard", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"standards": self.ids, "capabilities": self.capability_ids.ids}

    def _guard_reason_impact(self, method):
        return self._eligibility_impact()


class MetrologyStandardMember(models.Model):
    _name = "metrology.standard.member"
    _inherit = ["metrology.standard.member", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"standards": self.standard_id.ids}


class MaintenanceEquipment(models.Model):
    _name = "maintenance.equipment"
    _inherit = ["maintenance.equipment", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"equipment": self.ids}


class MetrologyTraceability(models.Model):
    _name = "metrology.traceability"
    _inherit = ["metrology.traceability", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"equipment": self.equipment_id.ids}


class MetrologyEquipmentCheck(models.Model):
    _name = "metrology.equipment.check"
    _inherit = ["metrology.equipment.check", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"equipment": self.equipment_id.ids}


class MetrologyAuthorization(models.Model):
    _name = "metrology.authorization"
    _inherit = ["metrology.authorization", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {
            "capabilities": self.capability_id.ids,
            "employees": self.employee_id.ids,
        }

    def _guard_reason_impact(self, method):
        return self._eligibility_impact()


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "metrology.eligibility.watch"]

    # Of the many fields of an employee only those the person is judged by.
    _eligibility_fields = (
        "active",
        "birthday",
        "employee_type",
        "professional_title",
        "metrologist_number",
        "metrologist_date_to",
        "role_type_ids",
    )

    def _eligibility_scope(self):
        return {"employees": self.ids}


class MetrologyPractice(models.Model):
    _name = "metrology.practice"
    _inherit = ["metrology.practice", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"employees": self.employee_id.ids}


class MetrologyRoom(models.Model):
    _name = "metrology.room"
    _inherit = ["metrology.room", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"rooms": self.ids}


class MetrologyEnvironmentLimit(models.Model):
    _name = "metrology.environment.limit"
    _inherit = ["metrology.environment.limit", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"rooms": self.room_id.ids}


class MetrologyEvaluation(models.Model):
    _name = "metrology.evaluation"
    _inherit = ["metrology.evaluation", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"employees": self.employee_id.ids}


class MetrologyCommitment(models.Model):
    _name = "metrology.commitment"
    _inherit = ["metrology.commitment", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"employees": self.employee_id.ids}


class MetrologyMentoring(models.Model):
    _name = "metrology.mentoring"
    _inherit = ["metrology.mentoring", "metrology.eligibility.watch"]

    def _eligibility_scope(self):
        return {"employees": (self.employee_id | self.mentor_id).ids}

    def _guard_reason_impact(self, method):
        return self._eligibility_impact()
