# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import COMMITMENT_MONTHS

#: Kinds that are renewed every year and without which nobody is authorized.
YEARLY = ("ethics",)


class MetrologyCommitment(models.Model):
    """A text that a person himself confirms with the password.

    * ``ethics``: the yearly commitment of conduct (计量职业道德承诺).  Without a valid
      one nothing is issued to the person; one that ran out or was not signed in time
      keeps him from work until he signs.
    * ``impartiality``: independence, confidentiality, no second institution.
    * ``induction``: the briefing on how one's work serves the institution's objectives.
      Every new employee gets one; who has not confirmed it in time is listed.
    """

    _name = "metrology.commitment"
    _description = "Commitment"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.personal.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "sign_by desc, id desc"
    _check_company_auto = True

    _personal_final = "signed"
    _guard_action_fields = ("state", "signed_on", "signed_by_id", "date_to")
    _guard_frozen_fields = ("company_id", "employee_id", "kind", "text", "sign_by")

    department_id = fields.Many2one(related="employee_id.department_id")
    kind = fields.Selection(
        selection=[
            ("ethics", "Professional Ethics (yearly)"),
            ("impartiality", "Impartiality and Confidentiality"),
            ("induction", "Induction"),
        ],
        required=True,
        default="ethics",
        tracking=True,
    )
    text = fields.Text(
        required=True,
        compute="_compute_text",
        store=True,
        readonly=False,
        precompute=True,
    )
    sign_by = fields.Date(
        string="To Sign until",
        required=True,
        default=lambda self: fields.Date.add(
            self.env["metrology.calendar"]._today(self.env.company), days=14
        ),
        tracking=True,
    )
    state = fields.Selection(
        selection=[("draft", "To Sign"), ("signed", "Signed")],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    signed_on = fields.Datetime(readonly=True, copy=False)
    signed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    date_to = fields.Date(
        string="Valid until", readonly=True, copy=False, tracking=True
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _find_idx = models.Index("(employee_id, kind, state)")

    @api.depends("employee_id", "kind", "sign_by")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            record.display_name = ", ".join(
                part
                for part in (record.employee_id.name, labels.get(record.kind))
                if part
            )

    @api.depends("kind")
    def _compute_text(self):
        for record in self:
            record.text = self._get_text(record.kind)

    @api.model
    def _get_text(self, kind):
        """Return the text that a person confirms. Hook: the institution's own words."""
        return {
            "ethics": self.env._(
                "I keep the laws and regulations of metrology and the conduct of the "
                "profession: I work by the methods in force, record what I observe when "
                "I observe it, certify nothing I have not seen, accept no advantage, "
                "and practise at this institution only."
            ),
            "impartiality": self.env._(
                "I judge without regard to persons and interests, tell the institution "
                "of any relation that could sway me, and keep the customers' data and "
                "property confidential, also after I have left."
            ),
            "induction": self.env._(
                "I was told what the institution's quality policy and objectives are, "
                "how my work serves them, what follows when requirements are not met, "
                "whom I answer to and where the documents I work by are found."
            ),
        }.get(kind, "")

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for record in self:
            record.is_mine = record.user_id == self.env.user

    @api.depends("state", "sign_by")
    def _compute_is_overdue(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for record in self:
            record.is_overdue = bool(
                record.state == "draft" and record.sign_by and record.sign_by < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        return [("state", "=", "draft"), ("sign_by", "<", today)]

    # Actions ------------------------------------------------------------------

    def action_sign(self, password=None):
        """Confirm one's own commitments with the password. draft → signed.

        :param str password: of the caller; without it the signing dialog opens
        :raises AccessError: somebody else's
        """
        self._check_own()
        if password is None:
            dialog = self.env["metrology.commitment.sign"].create(
                {"commitment_ids": [fields.Command.set(self.ids)]}
            )
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Sign"),
                "res_model": dialog._name,
                "res_id": dialog.id,
                "view_mode": "form",
                "target": "new",
            }
        self.check_access("read")
        self._lock()
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(commitment)s is signed already.",
                        commitment=record.display_name,
                    )
                )
        self.env["metrology.signing"]._authenticate(password)
        today = self.env["metrology.calendar"]._today(self.env.company)
        until = today + relativedelta(months=COMMITMENT_MONTHS, days=-1)
        values = {"state": "signed", "signed_on": fields.Datetime.now()}
        # Whoever may read his own has no right to write it, only to sign it.
        own = self.sudo()._guard_open()
        for record in own:
            record.write(
                values
                | {
                    "signed_by_id": self.env.uid,
                    "date_to": until if record.kind in YEARLY else False,
                }
            )
        own._signed_activities()
        return True

    def _check_own(self):
        for record in self.sudo():
            if not record.user_id or record.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(commitment)s: only %(person)s himself can confirm it.",
                        commitment=record.display_name,
                        person=record.employee_id.name,
                    )
                )

    def _signed_activities(self):
        """What was to be signed is done; the notice of the end of the last one too."""
        activities = (
            self.activity_ids
            | self.search(
                [
                    ("employee_id", "in", self.employee_id.ids),
                    ("kind", "in", self.mapped("kind")),
                    ("state", "=", "signed"),
                    ("id", "not in", self.ids),
                ]
            ).activity_ids
        )
        activities.unlink()

    @api.model
    def _ask(self, employees, kind, sign_by):
        """Make what persons are to sign until a day, where nothing waits already.

        :return: the new ones; each person with a login gets an activity
        """
        waiting = self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("kind", "=", kind),
                ("state", "=", "draft"),
            ]
        )
        created = self.sudo().create(
            [
                {
                    "employee_id": employee.id,
                    "company_id": employee.company_id.id or self.env.company.id,
                    "kind": kind,
                    "sign_by": sign_by,
                }
                for employee in employees - waiting.employee_id
            ]
        )
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": record.id,
                    "activity_type_id": activity_type.id,
                    "summary": record.display_name,
                    "date_deadline": sign_by,
                    "user_id": record.user_id.id,
                }
                for record in created
                if record.user_id
            ]
        )
        return created

    # What others ask ----------------------------------------------------------

    @api.model
    def _get_blockers(self, employees, day):
        """Say whose yearly commitment ran out or was not signed in time.

        Who was never asked for one is not stopped in his work by this; nothing new is
        issued to him either (``_get_missing``).

        :return: {employee id: [(code, message)]}
        :rtype: dict[int, list[tuple[str, str]]]
        """
        # What only ends in future can still be renewed in time.
        day = min(day, self.env["metrology.calendar"]._today(self.env.company))
        latest, waiting = {}, {}
        for record in self.search(
            [("employee_id", "in", employees.ids), ("kind", "in", YEARLY)],
            order="date_to, id",
        ):
            if record.state == "signed":
                latest[record.employee_id.id] = record
            elif record.sign_by < day:
                waiting[record.employee_id.id] = record
        blockers = defaultdict(list)
        for employee in employees:
            last, late = latest.get(employee.id), waiting.get(employee.id)
            if last and last.date_to >= day:
                continue
            if last:
                blockers[employee.id].append(
                    (
                        "person_commitment_expired",
                        self.env._(
                            "The commitment of %(person)s on professional ethics ended "
                            "on %(day)s: he must sign it again first.",
                            person=employee.name,
                            day=last.date_to,
                        ),
                    )
                )
            elif late:
                blockers[employee.id].append(
                    (
                        "person_commitment_overdue",
                        self.env._(
                            "%(person)s was to sign the commitment on professional "
                            "ethics until %(day)s and has not.",
                            person=employee.name,
                            day=late.sign_by,
                        ),
                    )
                )
        return blockers

    @api.model
    def _get_missing(self, employees, day):
        """Return the persons who have no valid yearly commitment on ``day``."""
        found = self.search(
            [
                ("employee_id", "in", employees.ids),
                ("kind", "in", YEARLY),
                ("state", "=", "signed"),
                ("date_to", ">=", day),
            ]
        )
        return employees - found.employee_id

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    @api.model
    def _notify_expiry(self):
        """Beside the notice, lay the next one before the person to sign."""
        records = super()._notify_expiry()
        for until, ending in records.grouped("date_to").items():
            for kind, same in ending.grouped("kind").items():
                self._ask(same.employee_id, kind, until)
        return records

    def _expiry_is_wanted(self):
        return self.state == "signed" and self.employee_id.active

    def _get_expiry_user(self):
        return self.user_id or super()._get_expiry_user()
