# SPDX-License-Identifier: AGPL-3.0-only
import logging
from collections import defaultdict

from markupsafe import Markup, escape
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

from .job import OPEN_STATES

_logger = logging.getLogger(__name__)

#: Where the changes of a transaction wait for its end.
_QUEUE = "metrology_eligibility_touched"
_SHOWN_JOBS = 15


class MetrologyEligibilityNotice(models.Model):
    """One reason that stops open jobs of one person, told to that person once.

    How it works: whatever changes a master datum calls ``_touch`` with what was
    changed; at the end of the transaction the open jobs that depend on it are judged
    again, all together, and the notices follow: a new reason opens one with an
    activity, a reason that is gone closes it and takes the activity away.  The passing
    of a day changes things too, so a cron judges every open job each night by the same
    code.  Nothing that was signed is touched: only open work is judged.
    """

    _name = "metrology.eligibility.notice"
    _description = "Stopped Work"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "closed_on desc, opened_on desc, id desc"
    _rec_name = "message"

    #: Who may read a notice sees its activity and may answer below it.
    _mail_post_access = "read"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person Concerned",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    code = fields.Char(string="Kind of Reason", required=True, readonly=True)
    res_model = fields.Char(string="Model of the Cause", readonly=True)
    res_id = fields.Many2oneReference(
        string="Cause", model_field="res_model", readonly=True
    )
    message = fields.Text(string="Reason", required=True, readonly=True)
    job_ids = fields.Many2many(
        comodel_name="metrology.job",
        relation="metrology_eligibility_notice_job_rel",
        column1="notice_id",
        column2="job_id",
        string="Stopped Jobs",
        readonly=True,
    )
    job_count = fields.Integer(string="Jobs", readonly=True)
    opened_on = fields.Datetime(string="Since", readonly=True)
    closed_on = fields.Datetime(string="Until", readonly=True, index=True)
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Settled")],
        compute="_compute_state",
        search="_search_state",
    )

    _once = models.UniqueIndex(
        "(user_id, company_id, code, COALESCE(res_model, ''), COALESCE(res_id, 0)) "
        "WHERE closed_on IS NULL",
        "The person was told of this reason already.",
    )

    @api.depends("closed_on")
    def _compute_state(self):
        for notice in self:
            notice.state = "closed" if notice.closed_on else "open"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = {
            "open": Domain("closed_on", "=", False),
            "closed": Domain("closed_on", "!=", False),
        }
        return Domain.OR(parts[state] for state in value if state in parts)

    # Actions ------------------------------------------------------------------

    def action_open_jobs(self):
        """Show the jobs that are stopped."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stopped Jobs"),
            "res_model": "metrology.job",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.job_ids.ids)],
        }

    def action_open_cause(self):
        """Open what has to be mended."""
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        if model is None or not self.res_id or not model.browse(self.res_id).exists():
            raise UserError(
                self.env._("There is no single document behind this reason.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # What changed -------------------------------------------------------------

    @api.model
    def _touch(self, **changed):
        """Remember what changed; the open work on it is judged when it is committed.

        :param changed: lists of ids by name: ``capabilities``, ``methods``,
            ``standards``, ``equipment``, ``employees``, ``rooms``; and ``noticed_jobs``,
            whose open notices are judged again
        """
        if not any(changed.values()):
            return
        queue = self.env.cr.precommit
        if _QUEUE not in queue.data:
            queue.data[_QUEUE] = defaultdict(set)
            queue.add(self._run_touched)
        for name, ids in changed.items():
            queue.data[_QUEUE][name].update(ids)

    @api.model
    def _run_touched(self):
        """Judge the open work on everything that was touched, as superuser."""
        changed = self.env.cr.precommit.data.pop(_QUEUE, None)
        if not changed:
            return
        # Nothing of the caller's context is wanted here, least of all keys and defaults.
        notices = self.env(user=SUPERUSER_ID, su=True, context={})[self._name]
        jobs = notices._find_jobs(changed)
        if jobs:
            notices._reassess(jobs)

    @api.model
    def _find_jobs(self, changed):
        """Return the jobs with open work that depend on what changed. Hook.

        :param changed: {name: set of ids} as in ``_touch``
        """
        domain = self._domain_of_changes(changed)
        jobs = self.env["metrology.job"]
        if domain is not None:
            jobs = jobs.search(self._domain_open_work() & domain)
        if changed.get("noticed_jobs"):
            noticed = self.search(
                [
                    ("job_ids", "in", list(changed["noticed_jobs"])),
                    ("closed_on", "=", False),
                ]
            )
            jobs |= noticed.job_ids.filtered(
                lambda job: job.id in changed["noticed_jobs"]
            )
        return jobs

    @api.model
    def _domain_open_work(self):
        """Return the domain of the jobs that somebody still works on. Hook."""
        return Domain("state", "in", OPEN_STATES)

    @api.model
    def _domain_of_changes(self, changed):
        """Return the domain of the jobs that depend on what changed, None for none."""
        standards = set(changed.get("standards") or ())
        capabilities = set(changed.get("capabilities") or ())
        if changed.get("equipment"):
            members = self.env["metrology.standard.member"].search(
                [("equipment_id", "in", list(changed["equipment"]))]
            )
            standards.update(members.standard_id.ids)
        if standards:
            rows = self.env["metrology.standard"].browse(standards).exists()
            capabilities.update(rows.capability_ids.ids)
        if changed.get("employees"):
            held = self.env["metrology.authorization"].search(
                [
                    ("employee_id", "in", list(changed["employees"])),
                    ("state", "=", "active"),
                ]
            )
            capabilities.update(held.capability_id.ids)
        parts = {
            "capability_id": capabilities,
            "capability_id.method_id": changed.get("methods"),
            "standard_ids": standards,
            "employee_ids": changed.get("employees"),
            "room_id": changed.get("rooms"),
            "standard_ids.room_id": changed.get("rooms"),
        }
        domains = [
            Domain(name, "in", sorted(ids)) for name, ids in parts.items() if ids
        ]
        return Domain.OR(domains) if domains else None

    @api.model
    def _cron_reassess(self):
        """Judge every open job: a day has passed, and something may have lapsed."""
        jobs = self.env["metrology.job"].search(self._domain_open_work())
        told = self.search([("closed_on", "=", False)]).job_ids
        self._reassess(jobs | told)

    # Telling ------------------------------------------------------------------

    @api.model
    def _reassess(self, jobs):
        """Judge jobs again and let the notices follow.

        :param jobs: metrology.job; what is open of them is judged, for the rest
            the notices end
        :return: the open notices about these jobs

        A fixed number of queries for any number of jobs; a few more for each notice
        that is opened, changed or closed.
        """
        wanted = self._get_reasons(jobs)
        known = {
            notice._key(): notice
            for notice in self.search(
                [
                    ("closed_on", "=", False),
                    "|",
                    ("job_ids", "in", jobs.ids),
                    ("user_id", "in", sorted({key[0] for key in wanted})),
                ]
            )
        }
        judged = set(jobs.ids)
        kept, ended, fresh = self.browse(), self.browse(), []
        for key, notice in known.items():
            before = set(notice.job_ids.ids)
            after = (before - judged) | (
                wanted[key]["jobs"] if key in wanted else set()
            )
            if not after:
                ended |= notice
                continue
            kept |= notice
            reasons = wanted[key]["reasons"] if key in wanted else None
            notice._update(before, after, reasons)
        for key, value in wanted.items():
            if key not in known:
                fresh.append(self._prepare_notice(key, value))
        ended._close()
        return kept | self._open(fresh)

    def _key(self):
        self.ensure_one()
        return (
            self.user_id.id,
            self.company_id.id,
            self.code,
            self.res_model or False,
            self.res_id or False,
        )

    @api.model
    def _get_reasons(self, jobs):
        """Return what stands against the open work on jobs, by person and cause.

        :return: {(user id, company id, code, model, res_id): {"jobs": {ids},
            "reasons": [sentences in the language of the person]}}
        """
        wanted = {}
        for company, own in jobs.with_prefetch().grouped("company_id").items():
            eligibility = self.env["metrology.eligibility"].with_company(company)
            day = self.env["metrology.calendar"]._today(company)
            for activity, some in eligibility._get_open_work(own).items():
                users = self._get_users(some, activity, company)
                for lang, ids in self._by_language(users).items():
                    asked = eligibility.with_context(lang=lang)
                    told = some.browse(ids).with_context(lang=lang)
                    answers = asked._evaluate_open(told, activity, day)
                    for job in told:
                        refusals = [
                            refusal
                            for refusal in answers[job.id]["refusals"]
                            if asked._stops_open_work(activity, refusal["code"])
                        ]
                        self._add_reasons(wanted, asked, job, users[job.id], refusals)
        return wanted

    @api.model
    def _add_reasons(self, wanted, eligibility, job, user, refusals):
        for refusal in refusals:
            key = (
                user.id,
                job.company_id.id,
                refusal["code"],
                refusal["model"] or False,
                refusal["res_id"] or False,
            )
            entry = wanted.setdefault(
                key, {"jobs": set(), "reasons": [], "lang": eligibility.env.lang}
            )
            entry["jobs"].add(job.id)
            reason = eligibility._reason_of(job.display_name, refusal["message"])
            if reason not in entry["reasons"] and len(entry["reasons"]) < 10:
                entry["reasons"].append(reason)

    @api.model
    def _by_language(self, users):
        """Return {language: [job ids]} of {job id: res.users}."""
        result = defaultdict(list)
        for job_id, user in users.items():
            result[user.lang or self.env.lang or "en_US"].append(job_id)
        return result

    @api.model
    def _get_users(self, jobs, activity, company):
        """Return whom to tell about each job: who has it, else who leads there. Hook.

        :return: {job id: res.users, one each}
        """
        fallback = company.metrology_technical_head_id
        result = {}
        for job in jobs:
            owner = job.leader_id.user_id
            head = job.department_id.manager_id.user_id
            first = owner if activity == "execute" else head
            result[job.id] = (first or head or fallback or owner or job.create_uid)[:1]
        return result

    @api.model
    def _prepare_notice(self, key, value):
        user_id, company_id, code, model, res_id = key
        return {
            "user_id": user_id,
            "company_id": company_id,
            "code": code,
            "res_model": model,
            "res_id": res_id,
            "message": "\n".join(value["reasons"]),
            "job_ids": [fields.Command.set(sorted(value["jobs"]))],
            "job_count": len(value["jobs"]),
            "opened_on": fields.Datetime.now(),
        }

    @api.model
    def _open(self, vals_list):
        """Create notices with an activity each; one that exists meanwhile is left."""
        if not vals_list:
            return self.browse()
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                notices = quiet.create(vals_list)
        except UniqueViolation:
            # Another transaction told the same person of the same reason a moment ago.
            if len(vals_list) == 1:
                _logger.info("notice exists already: %s", vals_list[0]["code"])
                return self.browse()
            return self.browse().union(*(self._open([vals]) for vals in vals_list))
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        # No e-mail each: the activity is what the person sees.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": notice.id,
                    "activity_type_id": todo.id,
                    "user_id": notice.user_id.id,
                    "date_deadline": self.env["metrology.calendar"]._today(
                        notice.company_id
                    ),
                    **notice._prepare_activity(),
                }
                for notice in notices
            ]
        )
        return notices.with_env(self.env)

    def _prepare_activity(self):
        """Return what the activity of this one notice says, in the person's words."""
        self.ensure_one()
        told = self.with_context(lang=self.user_id.lang)
        reason = told.message.splitlines()[0]
        names = told.job_ids[:_SHOWN_JOBS].mapped("display_name")
        rest = told.job_count - len(names)
        if rest > 0:
            names.append(told.env._("… and %(count)s more.", count=rest))
        return {
            "summary": told.env._(
                "%(count)s jobs cannot go on: %(reason)s",
                count=told.job_count,
                reason=reason,
            )[:250],
            "note": Markup("<br/>").join(
                escape(line) for line in (*told.message.splitlines(), *names)
            ),
        }

    def _update(self, before, after, reasons):
        """Follow the jobs and the words of this one open notice."""
        self.ensure_one()
        message = "\n".join(reasons) if reasons else self.message
        if before == after and message == self.message:
            return
        self.write(
            {
                "job_ids": [fields.Command.set(sorted(after))],
                "job_count": len(after),
                "message": message,
            }
        )
        if self.activity_ids:
            self.activity_ids.write(self._prepare_activity())

    def _close(self):
        """End notices whose reason is gone, with their activities."""
        if not self:
            return
        self.activity_ids.unlink()
        self.write({"closed_on": fields.Datetime.now(), "job_count": 0})
