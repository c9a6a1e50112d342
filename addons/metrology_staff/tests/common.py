# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.metrology_method.tests.common import MethodCommon


def staff_values(env, **values):
    """Return what an employee of a test laboratory has beside the name: every type of
    role, so that any job can be given, and a birthday within the age limit."""
    return {
        "birthday": "1985-05-20",
        "role_type_ids": [Command.set(env["metrology.role.type"].search([]).ids)],
        **values,
    }


def give_grounds(env, employees, capabilities, day=None):
    """Put on file what an authorization needs: a closed training in all subjects, a
    passed assessment for each capability, the signed yearly commitment.

    As the superuser of a setup; how these come about is tested by themselves.

    :param datetime.date day: of training and assessment; three months ago by default
    :return: (metrology.training, metrology.assessment)
    """
    today = env["metrology.calendar"]._today(env.company)
    day = day or today - relativedelta(months=3)
    env = env(su=True)
    trainers = env["hr.employee"].search([("name", "=", "Test Trainer")], limit=1)
    trainer = trainers or env["hr.employee"].create({"name": "Test Trainer"})
    training = env["metrology.training"].create(
        {
            "name": "All of it",
            "technical": True,
            "legal": True,
            "practical": True,
            "capability_ids": [Command.set(capabilities.ids)],
            "date_from": day,
            "date_to": day,
            "participant_ids": [
                Command.create({"employee_id": employee.id, "attended": True})
                for employee in employees
            ],
            "effect": "effective",
            "effect_method": "exam",
            "effect_text": "They can do it.",
        }
    )
    training._guard_open().write({"state": "closed", "closed_on": day})
    assessments = env["metrology.assessment"].create(
        [
            {
                "employee_id": employee.id,
                "capability_id": capability.id,
                "date": day,
                "result": "passed",
                "assessor_id": trainer.id,
                "state": "confirmed",
            }
            for employee in employees
            for capability in capabilities
        ]
    )
    give_commitment(env, employees)
    return training, assessments


def give_commitment(env, employees, until=None):
    """Put the signed yearly commitment of persons on file."""
    today = env["metrology.calendar"]._today(env.company)
    missing = env["metrology.commitment"].sudo()._get_missing(employees, today)
    return (
        env["metrology.commitment"]
        .sudo()
        .create(
            [
                {
                    "employee_id": employee.id,
                    "kind": "ethics",
                    "state": "signed",
                    "signed_on": fields.Datetime.now(),
                    "signed_by_id": employee.user_id.id,
                    "date_to": until or today + relativedelta(years=1, days=-1),
                }
                for employee in (employees if until else missing)
            ]
        )
    )


class StaffCommon(MethodCommon):
    """Provides, beside MethodCommon, a ``manager`` of staff and the employees ``anna``
    and ``boris``, both with a login, born 1985, engineers, of every type of role.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("staff_manager", "staff_manager")
        cls.anna = cls._new_employee("Anna")
        cls.boris = cls._new_employee("Boris")

    @classmethod
    def _new_employee(cls, name, user=None, **values):
        user = user if user is not None else cls._new_login(name)
        return cls.env["hr.employee"].create(
            staff_values(
                cls.env,
                **{
                    "name": name,
                    "user_id": user.id,
                    "professional_title": "engineer",
                    **values,
                },
            )
        )

    @classmethod
    def _new_login(cls, name):
        return cls._new_user(f"staff_{name.lower()}", "tester", name=name)

    @classmethod
    def _draft(cls, employee, activity="verify", grounds=True, **values):
        """Return a draft entered by the manager, with training and assessment on file.

        :param bool grounds: False to leave them out
        """
        capability = (
            cls.env["metrology.capability"].browse(values["capability_id"])
            if values.get("capability_id")
            else cls.capability
        )
        if grounds:
            cls._give_grounds(employee, capability)
        return (
            cls.env["metrology.authorization"]
            .with_user(values.pop("person", cls.manager))
            .create(
                {
                    "employee_id": employee.id,
                    "activity": activity,
                    "capability_id": capability.id,
                    "date_from": cls.today - relativedelta(months=1),
                    "date_to": cls.today + relativedelta(years=1),
                    "competence_confirmed_on": cls.today - relativedelta(months=2),
                    **values,
                }
            )
        )

    @classmethod
    def _give_grounds(cls, employee, capability):
        """Put them on file once."""
        passed = cls.env["metrology.assessment"].search_count(
            [
                ("employee_id", "=", employee.id),
                ("capability_id", "=", capability.id),
                ("state", "=", "confirmed"),
            ],
            limit=1,
        )
        if not passed:
            give_grounds(cls.env, employee, capability)

    @classmethod
    def _issue(cls, employee, activity="verify", **values):
        """Have an authorization entered by the manager and issued by the head."""
        record = cls._draft(employee, activity, **values)
        record.with_user(cls.head).action_activate()
        return record

    def _who(self, activity="verify", day=None):
        """Return who may do an activity under the capability, asked by an employee."""
        key = (self.capability.id, activity)
        return (
            self.env["metrology.authorization"]
            .with_user(self.user)
            ._get_authorized(self.capability.ids, [activity], day or self.today)[key]
        )
