# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models

#: Lights from bad to good; "none" says nothing.
LIGHTS = ("red", "yellow", "green", "none")


class MetrologyCapability(models.Model):
    """All evidence of a capability as of a day, and what is missing of it.

    How it works: ``_get_evidence_sections`` returns, for many capabilities at once,
    sections made of plain data; an addon that knows more adds its own.  The same data
    are the page, the print and the lights of the readiness list, so that none of them
    says something else than the others.
    """

    _inherit = "metrology.capability"

    # What others extend -------------------------------------------------------

    def _get_evidence_sections(self, day):
        """Return the sections of evidence of each capability as of ``day``. Hook.

        :return: {capability id: [section]}, made by ``_evidence_section``
        :rtype: dict[int, list[dict]]

        A fixed number of queries for any number of capabilities.
        """
        editions = self._get_editions(day)
        every = self.env["metrology.method.edition"].union(*editions.values())
        facts = {
            "editions": editions,
            "blockers": every._get_validity_blockers(day),
            "validations": self._evidence_validations(every, day),
            "reviews": self._evidence_reviews(every, day),
        }
        return {
            capability.id: [
                capability._evidence_scope(day),
                capability._evidence_method(facts, day),
            ]
            for capability in self
        }

    def _get_risk(self, day):
        """Say what open work would be stopped with each capability. Hook.

        :return: {capability id: {"orders": int, "jobs": int, "amount": float}}, the
            amount in the currency of the company
        :rtype: dict[int, dict]
        """
        return {
            capability.id: {"orders": 0, "jobs": 0, "amount": 0.0}
            for capability in self
        }

    # Asking for it ------------------------------------------------------------

    def _get_evidence(self, day):
        """Return sections, lights and what is missing, as of ``day``.

        :return: {capability id: {"light", "sections": [section by sequence],
            "missing": [{"section", "text", "light"}]}}
        """
        found = self._get_evidence_sections(day)
        result = {}
        for capability in self:
            sections = sorted(found[capability.id], key=lambda one: one["sequence"])
            result[capability.id] = {
                "light": self._evidence_worst(one["light"] for one in sections),
                "sections": sections,
                "missing": [
                    {"section": section["title"], **missing}
                    for section in sections
                    for missing in section["missing"]
                ],
            }
        return result

    @api.readonly
    def get_evidence(self, day=None):
        """Return the evidence of this one capability for the page.

        :param str day: ISO date; today when not given
        :raises AccessError: the caller may not read the capability
        """
        self.ensure_one()
        self.check_access("read")
        day = fields.Date.to_date(day) or self.env["metrology.calendar"]._today(
            self.company_id
        )
        return self._get_evidence_pages(day)[self.id]

    def _get_evidence_pages(self, day):
        """Return the page of each capability: its evidence, names and what is at risk.

        :return: {capability id: dict fit for JSON}
        """
        evidence, risks = self._get_evidence(day), self._get_risk(day)
        kinds = dict(self._fields["service_kind"]._description_selection(self.env))
        return {
            capability.id: {
                **evidence[capability.id],
                "id": capability.id,
                "name": capability.display_name,
                "day": fields.Date.to_string(day),
                "state": capability.state,
                "state_label": capability._state_label(),
                "service": kinds[capability.service_kind],
                "department": capability.department_id.display_name or "",
                "risk": {
                    **risks[capability.id],
                    "amount_text": capability._evidence_amount(
                        risks[capability.id]["amount"]
                    ),
                },
            }
            for capability in self
        }

    def action_print_evidence(self, day=None):
        """Print the evidence as of a day (ISO date; today when not given)."""
        self.check_access("read")
        report = self.env.ref("metrology_method.action_report_evidence")
        return report.with_context(evidence_day=day or False).report_action(self)

    def _evidence_file_name(self):
        self.ensure_one()
        return self.env._(
            "Evidence %(name)s %(day)s",
            name=(self.code or self.name).replace("/", "-"),
            day=self._readiness_day(),
        )

    @api.model
    def _evidence_lamps(self):
        """Return the word printed for each light."""
        return {
            "red": self.env._("Missing"),
            "yellow": self.env._("Attention"),
            "green": self.env._("In Order"),
            "none": "",
        }

    def _evidence_amount(self, amount):
        """Return an amount as this one capability's company writes it; '' for none."""
        if not amount:
            return ""
        return self.currency_id.format(amount)

    # How sections are made ----------------------------------------------------

    @api.model
    def _evidence_section(self, key, title, sequence, **content):
        """Return one section.

        :param content: any of ``facts`` [cell with "label"], ``columns`` [texts],
            ``rows`` [[cell]], ``missing`` [{"text", "light"}], ``empty`` (text shown
            where there are no rows) and ``light``, by default the worst of what is
            missing and of the cells
        """
        section = {
            "key": key,
            "title": title,
            "sequence": sequence,
            "facts": [],
            "columns": [],
            "rows": [],
            "missing": [],
            "empty": "",
            **content,
        }
        if "light" not in content:
            section["light"] = self._evidence_worst(
                [
                    *(one["light"] for one in section["missing"]),
                    *(cell["light"] for row in section["rows"] for cell in row),
                    *(fact["light"] for fact in section["facts"]),
                    "green",
                ]
            )
        return section

    @api.model
    def _evidence_cell(self, text, record=None, light="none", **more):
        """Return one cell: a text, where a click leads, and how it stands."""
        return {
            "text": "" if text in (None, False) else str(text),
            "model": record._name if record else False,
            "res_id": record.id if record else False,
            "light": light,
            **more,
        }

    @api.model
    def _evidence_fact(self, label, text, record=None, light="none"):
        return self._evidence_cell(text, record, light, label=label)

    @api.model
    def _evidence_missing(self, text, light="red"):
        return {"text": text, "light": light}

    @api.model
    def _evidence_blockers(self, blockers):
        """Return blockers as what is missing."""
        return [self._evidence_missing(message) for _code, message in blockers]

    @api.model
    def _evidence_worst(self, lights):
        found = set(lights)
        return next((light for light in LIGHTS if light in found), "none")

    @api.model
    def _evidence_date_light(self, date, day, model=None):
        """Return the light of an end date: over, soon (of the model's days), or later."""
        if not date:
            return "none"
        if date < day:
            return "red"
        days = self.env[model]._expiry_days if model else self._expiry_days
        return "yellow" if date <= fields.Date.add(day, days=days) else "green"

    # What this addon knows ----------------------------------------------------

    def _evidence_scope(self, day):
        """The capability itself: what it reaches and by whose authority."""
        self.ensure_one()
        light = self._evidence_date_light(self.date_to, day)
        labels = self.fields_get(
            [
                "service_kind",
                "instrument_type_id",
                "range_text",
                "uncertainty_text",
                "authority",
                "certificate_number",
                "date_from",
                "date_to",
                "department_id",
                "product_id",
                "state",
            ],
            ["string"],
        )

        def fact(name, text, record=None, light="none"):
            return self._evidence_fact(labels[name]["string"], text, record, light)

        missing = self._evidence_blockers(self._own_blockers(day))
        for name in ("range_text", "uncertainty_text", "authority", "department_id"):
            if not self[name]:
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "“%(field)s” is not filled in.",
                            field=labels[name]["string"],
                        )
                    )
                )
        if not self.product_id:
            missing.append(
                self._evidence_missing(
                    self.env._("No fee item is published for it."), "yellow"
                )
            )
        if light == "yellow":
            missing.append(
                self._evidence_missing(
                    self.env._("It ends soon, on %(day)s.", day=self.date_to), "yellow"
                )
            )
        kinds = dict(self._fields["service_kind"]._description_selection(self.env))
        kind = self.instrument_type_id
        return self._evidence_section(
            "scope",
            self.env._("Scope and Authority"),
            10,
            facts=[
                fact("service_kind", kinds[self.service_kind]),
                fact("instrument_type_id", kind.display_name, kind),
                fact("range_text", self.range_text),
                fact("uncertainty_text", self.uncertainty_text),
                fact("authority", self.authority),
                fact("certificate_number", self.certificate_number),
                fact("date_from", self.date_from),
                fact("date_to", self.date_to, light=light),
                fact("department_id", self.department_id.display_name),
                fact("state", self._state_label()),
            ],
            missing=missing,
        )

    def _evidence_method(self, facts, day):
        """The method, its edition, its confirmation and its novelty review."""
        self.ensure_one()
        edition = facts["editions"].get(self.id)
        method = self.method_id
        rows, missing = [], []
        if not edition:
            missing.append(
                self._evidence_missing(
                    self.env._(
                        "No edition of %(method)s is in force.", method=method.code
                    )
                )
            )
        else:
            blockers = facts["blockers"][edition.id]
            missing += self._evidence_blockers(blockers)
            states = dict(edition._fields["state"]._description_selection(self.env))
            rows.append(
                [
                    self._evidence_cell(self.env._("Edition")),
                    self._evidence_cell(
                        edition.name, edition, "red" if blockers else "green"
                    ),
                    self._evidence_cell(edition.date_from),
                    self._evidence_cell(states.get(edition._state_on(day))),
                ]
            )
            rows += self._evidence_validation_rows(edition, facts, missing)
            rows += self._evidence_review_rows(edition, facts, missing, day)
            if not edition.with_context(bin_size=True).file:
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "The text of %(edition)s is not on file.",
                            edition=edition.name,
                        ),
                        "yellow",
                    )
                )
        return self._evidence_section(
            "method",
            self.env._("Method"),
            20,
            facts=[
                self._evidence_fact(
                    self._fields["method_id"]._description_string(self.env),
                    method.display_name,
                    method,
                )
            ],
            columns=[
                self.env._("What"),
                self.env._("Document"),
                self.env._("Date"),
                self.env._("Result"),
            ],
            rows=rows,
            missing=missing,
        )

    def _evidence_validation_rows(self, edition, facts, missing):
        validations = facts["validations"].get(edition.id, ())
        if not validations:
            missing.append(
                self._evidence_missing(
                    self.env._(
                        "No confirmation or verification of %(edition)s before its use "
                        "is on file.",
                        edition=edition.name,
                    )
                )
            )
        rows = []
        for record in validations:
            ends = dict(record._fields["conclusion"]._description_selection(self.env))
            rows.append(
                [
                    self._evidence_cell(
                        self.env._("Verified before Use")
                        if record.kind == "verify"
                        else self.env._("Confirmed for Its Use")
                    ),
                    self._evidence_cell(record.display_name, record),
                    self._evidence_cell(record.date),
                    self._evidence_cell(
                        ends.get(record.conclusion),
                        light="green" if record.conclusion == "fit" else "red",
                    ),
                ]
            )
        return rows

    def _evidence_review_rows(self, edition, facts, missing, day):
        line = facts["reviews"].get(edition.id)
        if not line:
            missing.append(
                self._evidence_missing(
                    self.env._(
                        "No novelty review of %(edition)s within a year is on file.",
                        edition=edition.name,
                    ),
                    "yellow",
                )
            )
            return []
        labels = dict(line._fields["result"]._description_selection(self.env))
        return [
            [
                self._evidence_cell(self.env._("Novelty Review")),
                self._evidence_cell(line.review_id.display_name, line.review_id),
                self._evidence_cell(line.checked_on),
                self._evidence_cell(
                    labels[line.result],
                    light="green" if line.result == "current" else "yellow",
                ),
            ]
        ]

    @api.model
    def _evidence_validations(self, editions, day):
        """Return {edition id: approved validations until ``day``}."""
        result = defaultdict(list)
        for record in self.env["metrology.method.validation"].search(
            [
                ("edition_id", "in", editions.ids),
                ("approved_on", "!=", False),
                ("date", "<=", day),
            ],
            order="date desc, id desc",
        ):
            result[record.edition_id.id].append(record)
        return result

    @api.model
    def _evidence_reviews(self, editions, day):
        """Return {edition id: its last checked review line within a year}."""
        result = {}
        for line in self.env["metrology.method.review.line"].search(
            [
                ("edition_id", "in", editions.ids),
                ("checked_on", "<=", day),
                ("checked_on", ">", fields.Date.subtract(day, years=1)),
            ],
            order="checked_on, id",
        ):
            result[line.edition_id.id] = line
        return result
