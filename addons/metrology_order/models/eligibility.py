# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.metrology_method.tools import ranges

from .job import EXECUTE_ACTIVITIES
from .order import AGREED_STATES, WORKING_STATES

#: Steps of the work -> authorised activities that allow them.  Executing takes
#: the activity of the service kind; any one of several is enough.
_STEP_ACTIVITIES = {
    "author": ("author",),
    "check": ("check",),
    "approve": ("approve", "sign"),
}
_MINIMUM_EXECUTORS = 2


class MetrologyEligibility(models.AbstractModel):
    """The one place that decides who and what may be used for a job on a day.

    How to use: ``_evaluate(jobs, activity)`` answers for display, ``_check(jobs,
    activity, ...)`` refuses or returns the evidence that the step keeps.

    How it works: jobs (or order lines not yet accepted) become *subjects*, plain
    dicts; ``_collect`` reads everything for all of them in a fixed number of
    queries; ``_judge`` looks one subject up in what was read.  Later addons
    extend ``_collect`` and ``_judge`` (environment, supervision, ...).

    Sources: ISO/IEC 17025:2017 6.2, 6.4, 7.2; JJF 1069 6.3 (two persons).
    """

    _name = "metrology.eligibility"
    _description = "Eligibility of Persons, Methods and Standards"

    # ------------------------------------------------------------------- answers
    @api.model
    def _minimum_executors(self):
        """Number of different persons who execute a job."""
        return _MINIMUM_EXECUTORS

    @api.model
    def _evaluate(self, jobs, activity, day=None):
        """Say for each job who and what is valid, and every refusal as a sentence.

        :param jobs: metrology.job
        :param str activity: ``execute``, ``author``, ``check`` or ``approve``
        :param day: date, by default today at the institution
        :return: ``{job.id: {"ok": bool, "persons": [hr.employee ids],
            "edition": id, "capability": id, "standards": [ids],
            "equipment": [ids], "rooms": [ids], "refusals": [{"code", "model",
            "res_id", "message"}]}}``
        """
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        subjects = [
            self._prepare_job_subject(job) for job in jobs.sudo().with_prefetch()
        ]
        return self._answer(subjects, activity, day)

    @api.model
    def _evaluate_lines(self, lines, day=None):
        """The same for order lines before acceptance (contract review, 7.1)."""
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        subjects = [
            self._prepare_line_subject(line) for line in lines.sudo().with_prefetch()
        ]
        return self._answer(subjects, "execute", day)

    @api.model
    def _check(
        self,
        jobs,
        activity,
        employee=None,
        day=None,
        employees=None,
        standards=None,
        step=None,
    ):
        """Refuse what is not allowed, or return the evidence for each job.

        :param employee: hr.employee who wants to do the step (author, check,
            approve); by default nobody in particular
        :param employees: hr.employee to be assigned (execute)
        :param standards: metrology.standard to be used instead of the job's
        :param str step: assign, start or finish for ``execute``: the sample must
            be there from start on, and the executors of the job authorised; correct:
            what was recorded is put right, the sample may have left
        :raises UserError: one sentence for every reason
        :return: ``{job.id: dict}`` fit for a Json field
        """
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        subjects = []
        for job in jobs.sudo().with_prefetch():
            subject = self._prepare_job_subject(job)
            subject["step"] = step
            if standards:
                subject["standards"] = standards.sudo()
            if employees is not None:
                subject["employees"] = employees.sudo()
            elif employee:
                subject["employees"] = employee.sudo()
            elif activity == "execute":
                subject["employees"] = job.employee_ids
                subject["need_two"] = True
            subjects.append(subject)
        answers = self._answer(subjects, activity, day)
        sentences = []
        for answer in answers.values():
            for refusal in answer["refusals"]:
                if refusal["message"] not in sentences:
                    sentences.append(refusal["message"])
        if sentences:
            shown = sentences[:20]
            if len(sentences) > len(shown):
                shown.append(
                    self.env._("… and %(count)s more.", count=len(sentences) - 20)
                )
            raise UserError("\n".join(shown))
        stamp = fields.Datetime.to_string(fields.Datetime.now())
        for answer in answers.values():
            answer.update(
                {
                    "activity": activity,
                    "day": fields.Date.to_string(day),
                    "checked_at": stamp,
                    "user": self.env.uid,
                }
            )
        return answers

    # ------------------------------------------------------------------ subjects
    @api.model
    def _prepare_job_subject(self, job):
        """Return the plain facts of a job that the judgement needs."""
        return {
            "key": job.id,
            "model": "metrology.job",
            "label": job.display_name,
            "capability": job.capability_id,
            "service_kind": job.service_kind,
            "edition": job.edition_id,
            "standards": job.standard_ids,
            "employees": None,
            "range_text": job.instrument_id.range_text,
            "instrument_type": job.instrument_type_id,
            "department": job.department_id,
            "job": job,
            "step": None,
        }

    @api.model
    def _prepare_line_subject(self, line):
        return {
            "key": line.id,
            "model": "metrology.order.line",
            "label": line.instrument_id.display_name,
            "capability": line.capability_id,
            "service_kind": line.service_kind,
            "edition": line.edition_id,
            "standards": self.env["metrology.standard"],
            "employees": None,
            "range_text": line.instrument_id.range_text,
            "instrument_type": line.instrument_type_id,
            "department": line.department_id,
            "job": None,
            "step": None,
        }

    # ------------------------------------------------------------------- reading
    @api.model
    def _collect(self, subjects, activity, day):
        """Read what the judgement of all subjects needs: a fixed number of queries.

        :return: dict of ``capability`` {capability.id: [(code, msg)]}, ``editions``
            {capability.id: edition}, ``standards`` {capability.id: [ids]},
            ``blockers`` {standard.id: [(code, msg)]}, ``authorized``
            {(capability.id, activity): employees}, ``day``, ``activity``
        """
        capabilities = (
            self.env["metrology.capability"]
            .sudo()
            .browse({id_ for s in subjects for id_ in s["capability"].ids})
        )
        standards = self.env["metrology.standard"].sudo()
        chosen = standards.browse({id_ for s in subjects for id_ in s["standards"].ids})
        activities = {
            code
            for subject in subjects
            for code in self._activities(activity, subject["service_kind"])
        }
        standards = standards.search(
            Domain("capability_ids", "in", capabilities.ids)
            & Domain("state", "!=", "withdrawn")
        )
        by_capability = {}
        for standard in standards:
            for capability in standard.capability_ids:
                by_capability.setdefault(capability.id, []).append(standard.id)
        every = standards | chosen
        return {
            "day": day,
            "activity": activity,
            "capability": capabilities._get_validity_blockers(day),
            "editions": capabilities._get_editions(day),
            "standards": by_capability,
            "blockers": every._get_validity_blockers(day) if every else {},
            "authorized": self.env["metrology.authorization"]
            .sudo()
            ._get_authorized(capabilities.ids, sorted(activities), day),
        }

    @api.model
    def _activities(self, activity, service_kind):
        if activity == "execute":
            return (EXECUTE_ACTIVITIES[service_kind],)
        return _STEP_ACTIVITIES[activity]

    # ------------------------------------------------------------------- judging
    @api.model
    def _answer(self, subjects, activity, day):
        facts = self._collect(subjects, activity, day)
        self._collect_refused_persons(subjects, facts)
        answers = {}
        for subject in subjects:
            answer = {
                "persons": [],
                "edition": False,
                "capability": subject["capability"].id,
                "standards": [],
                "equipment": [],
                "rooms": [],
                "refusals": [],
            }
            self._judge(subject, facts, answer)
            answer["ok"] = not answer["refusals"]
            answers[subject["key"]] = answer
        return answers

    @api.model
    def _judge(self, subject, facts, answer):
        """Fill ``answer`` for one subject from what was read; no query here."""
        self._judge_order(subject, facts, answer)
        if self._judge_capability(subject, facts, answer):
            self._judge_method(subject, facts, answer)
            self._judge_standards(subject, facts, answer)
            self._judge_persons(subject, facts, answer)

    @api.model
    def _refuse(self, answer, code, record, message):
        answer["refusals"].append(
            {
                "code": code,
                "model": record._name if record is not None else False,
                "res_id": record.id if record else False,
                "message": message,
            }
        )

    @api.model
    def _judge_order(self, subject, facts, answer):
        """The customer has confirmed, and the sample is where the work is."""
        job = subject["job"]
        if not job:
            return
        order = job.order_id
        # What is signed of work that is done may be changed after everything is out: a
        # supplement, a replacement (S0-6.4.4).
        working = facts["activity"] == "execute" and subject["step"] != "correct"
        if order.state not in (WORKING_STATES if working else AGREED_STATES):
            self._refuse(
                answer,
                "order_open",
                order,
                self.env._(
                    "%(job)s: order %(order)s waits for review and the customer's "
                    "signature.",
                    job=subject["label"],
                    order=order.display_name,
                ),
            )
        if subject["step"] in ("start", "finish") and not job._sample_is_here():
            self._refuse(
                answer,
                "sample_not_here",
                job.sample_id,
                self.env._(
                    "%(job)s: the sample has not been handed to a department yet.",
                    job=subject["label"],
                ),
            )

    @api.model
    def _judge_capability(self, subject, facts, answer):
        """Return whether there is a capability to judge further by."""
        capability = subject["capability"]
        kinds = dict(
            self.env["metrology.order.line"]
            ._fields["service_kind"]
            ._description_selection(self.env)
        )
        if not capability:
            kind = kinds[subject["service_kind"]]
            if subject["instrument_type"]:
                message = self.env._(
                    "%(subject)s: %(kind)s of %(type)s is not in the institution's "
                    "scope.",
                    subject=subject["label"],
                    kind=kind,
                    type=subject["instrument_type"].display_name,
                )
            else:
                message = self.env._(
                    "%(subject)s: the instrument type is not known, choose it on the "
                    "instrument.",
                    subject=subject["label"],
                )
            self._refuse(answer, "no_capability", None, message)
            return False
        if capability.service_kind != subject["service_kind"]:
            self._refuse(
                answer,
                "capability_kind",
                capability,
                self.env._(
                    "%(subject)s: %(capability)s is for %(of)s, not for %(kind)s.",
                    subject=subject["label"],
                    capability=capability.display_name,
                    of=kinds[capability.service_kind],
                    kind=kinds[subject["service_kind"]],
                ),
            )
        blockers = [
            *facts["capability"].get(capability.id, ()),
            *self._get_range_blockers(subject["range_text"], capability),
        ]
        for code, message in blockers:
            self._refuse(
                answer,
                code,
                capability,
                self.env._(
                    "%(subject)s: %(reason)s", subject=subject["label"], reason=message
                ),
            )
        return True

    @api.model
    def _get_range_blockers(self, range_text, capability):
        """Return what says that a range lies outside the capability's.

        Only plain ranges in a known unit of the same quantity are compared: a wrong
        refusal would be worse than a question left to the reviewer.
        """
        parsed = ranges.parse_range(range_text)
        if not parsed or not capability.unit_id:
            return []
        low, high, symbol = parsed
        units = capability.quantity_id.unit_ids
        unit = units.filtered(lambda u: u.symbol == symbol)[:1]
        if not unit:
            return []
        return capability._get_range_blockers(low, high, unit)

    @api.model
    def _judge_method(self, subject, facts, answer):
        """The edition agreed with the customer is the one in force."""
        current = facts["editions"].get(subject["capability"].id)
        frozen = subject["edition"]
        if current and frozen and frozen != current:
            self._refuse(
                answer,
                "edition_superseded",
                frozen,
                self.env._(
                    "%(subject)s: %(edition)s was agreed, %(current)s is in force "
                    "now. Change the order to agree the new edition.",
                    subject=subject["label"],
                    edition=frozen.display_name,
                    current=current.display_name,
                ),
            )
        answer["edition"] = (frozen or current).id if (frozen or current) else False

    @api.model
    def _judge_standards(self, subject, facts, answer):
        """A valid measurement standard of the capability; chosen ones all valid."""
        capability, blockers = subject["capability"], facts["blockers"]
        standards = self.env["metrology.standard"].sudo()
        known = facts["standards"].get(capability.id, [])
        chosen = subject["standards"]
        if not known:
            self._refuse(
                answer,
                "no_standard",
                capability,
                self.env._(
                    "%(subject)s: no measurement standard is entered for "
                    "%(capability)s.",
                    subject=subject["label"],
                    capability=capability.display_name,
                ),
            )
            return
        foreign = [standard for standard in chosen if standard.id not in known]
        for standard in foreign:
            self._refuse(
                answer,
                "standard_foreign",
                standard,
                self.env._(
                    "%(subject)s: %(standard)s does not serve %(capability)s.",
                    subject=subject["label"],
                    standard=standard.display_name,
                    capability=capability.display_name,
                ),
            )
        wanted = chosen or standards.browse(known)
        valid = wanted.filtered(lambda s: not blockers.get(s.id))
        # Of a free choice one valid standard is enough; a chosen set must all be.
        if not valid or (chosen and valid != chosen):
            for standard in wanted - valid:
                for _code, message in blockers.get(standard.id, ()):
                    self._refuse(
                        answer,
                        "standard_invalid",
                        standard,
                        self.env._(
                            "%(subject)s: %(reason)s",
                            subject=subject["label"],
                            reason=message,
                        ),
                    )
        answer["standards"] = valid.ids
        answer["equipment"] = valid.equipment_ids.ids
        answer["rooms"] = valid.room_id.ids

    @api.model
    def _judge_persons(self, subject, facts, answer):
        """Enough authorised persons, and the named ones among them."""
        capability, day = subject["capability"], facts["day"]
        activity = facts["activity"]
        codes = self._activities(activity, subject["service_kind"])
        authorized = self.env["hr.employee"].sudo()
        for code in codes:
            authorized |= facts["authorized"].get((capability.id, code), authorized)
        answer["persons"] = authorized.ids
        words = self._activity_words(codes)
        named = subject["employees"]
        if named is not None:
            self._refuse_persons(subject, facts, answer, named - authorized, codes)
        if activity != "execute":
            if not authorized:
                self._refuse(
                    answer,
                    "nobody",
                    capability,
                    self.env._(
                        "%(subject)s: nobody is authorised to %(activity)s by "
                        "%(capability)s on %(day)s.",
                        subject=subject["label"],
                        activity=words,
                        capability=capability.display_name,
                        day=day,
                    ),
                )
            return
        # A correction is no work of two: who writes it signs, another person checks.
        correcting = subject["step"] == "correct"
        minimum = 1 if correcting else self._minimum_executors()
        pool = named if named is not None else authorized
        if len(pool) < minimum:
            self._refuse(
                answer,
                "too_few",
                capability,
                self.env._(
                    "%(subject)s: %(count)s persons are needed to %(activity)s by "
                    "%(capability)s, there are %(found)s (%(names)s).",
                    subject=subject["label"],
                    count=minimum,
                    activity=words,
                    capability=capability.display_name,
                    found=len(pool),
                    names=", ".join(pool.mapped("name")) or "–",
                ),
            )

    @api.model
    def _collect_refused_persons(self, subjects, facts):
        """Read, for all named persons who are not authorised, what is known of why.

        Fills ``facts["refused_persons"]`` {(capability.id, activity, employee.id):
        [(code, message)]}; nothing is read where everybody is authorised.
        """
        wanted = set()
        for subject in subjects:
            named, capability = subject["employees"], subject["capability"]
            if not named or not capability:
                continue
            codes = self._activities(facts["activity"], subject["service_kind"])
            authorized = {
                person.id
                for code in codes
                for person in facts["authorized"].get((capability.id, code), ())
            }
            wanted.update(
                (capability.id, codes[0], person_id)
                for person_id in named.ids
                if person_id not in authorized
            )
        facts["refused_persons"] = (
            self.env["metrology.authorization"]._get_refusals_of(
                wanted, facts.get("signing_day") or facts["day"]
            )
            if wanted
            else {}
        )

    @api.model
    def _refuse_persons(self, subject, facts, answer, persons, codes):
        """Refuse persons with what is known of their authorization."""
        for person in persons:
            key = (subject["capability"].id, codes[0], person.id)
            for code, message in facts["refused_persons"].get(key, ()):
                self._refuse(
                    answer,
                    code,
                    person,
                    self.env._(
                        "%(subject)s: %(reason)s",
                        subject=subject["label"],
                        reason=message,
                    ),
                )

    @api.model
    def _explain_persons(self, jobs, day=None):
        """Say for each person of the jobs' departments whether he may be assigned.

        :return: list of dict(employee_id, eligible, open_count, reason), those who
            may first; a fixed number of queries
        """
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        answers = self._evaluate(jobs, "execute", day)
        authorized = {}
        pool = self.env["hr.employee"].sudo()
        for job in jobs.sudo().with_prefetch():
            persons = answers[job.id]["persons"]
            pool |= pool.browse(persons)
            lack = self.env._(
                "not authorised to %(activity)s by %(capability)s",
                activity=self._activity_words((job._job_activity(),)),
                capability=job.capability_id.display_name,
            )
            authorized[lack] = set(persons)
        departments = jobs.sudo().department_id
        if departments:
            pool |= pool.search([("department_id", "child_of", departments.ids)])
        busy = dict(
            self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("employee_ids", "in", pool.ids),
                    ("state", "in", ("assigned", "ready", "running", "paused")),
                ],
                ["employee_ids"],
                ["__count"],
            )
        )
        rows = []
        for person in pool:
            reasons = [text for text, ids in authorized.items() if person.id not in ids]
            rows.append(
                {
                    "employee_id": person.id,
                    "eligible": not reasons,
                    "open_count": busy.get(person, 0),
                    "reason": "\n".join(reasons[:5]) or False,
                }
            )
        return sorted(rows, key=lambda row: (not row["eligible"], row["open_count"]))

    @api.model
    def _activity_words(self, codes):
        """Return activities as the authorization names them."""
        field = self.env["metrology.authorization"]._fields["activity"]
        labels = dict(field._description_selection(self.env))
        return " / ".join(str(labels.get(code, code)) for code in codes)
