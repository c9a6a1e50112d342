# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import json

from odoo import api, models

from .metrology_certificate_layout import CONCLUSION_KINDS

# The sentence of annex A, page 2.
TRACEABILITY = "本证书出具的数据通过国家计量检定系统，可溯源至国家计量基准。"

CONDITIONS = ("temperature", "humidity", "pressure")

# What says in the conclusion that an instrument did not conform.
NEGATIVE_WORDS = ("不合格", "不符合", "not conform", "reject")

VERDICTS = {
    "pass": "合格",
    "fail": "不合格",
    "undetermined": "待定",
    "done": "已完成",
    "na": "不适用",
}


class MetrologyCertificate(models.Model):
    """What is printed: collected once at submission, then only read.

    The templates, the attached data and the digest that is signed all use this one
    dictionary, so a later change of a master datum never alters a certificate.
    """

    _inherit = "metrology.certificate"

    def _prepare_content(self):
        """Return everything that is printed, as JSON-able texts.

        :return: dict with the keys ``institution``, ``customer``, ``instrument``,
            ``basis``, ``conclusion``, ``dates``, ``environment``, ``standards``,
            ``equipment``, ``results``, ``note``, ``layout``; dates as ISO text, numbers as the
            text that was typed or rounded in the record
        """
        self.ensure_one()
        return {
            "number": self.name,
            "kind": self.kind,
            "institution": self._prepare_content_institution(),
            "customer": {
                "name": self.partner_name,
                "address": self.partner_address or "",
            },
            "instrument": {
                "name": self.instrument_name,
                "model": self.model_text or "",
                "serial": self.serial_number or "",
                "manufacturer": self.manufacturer or "",
                "range": self.range_text or "",
                "accuracy": self.accuracy_text or "",
                "asset_number": self.instrument_id.asset_number or "",
            },
            "basis": self._prepare_content_basis(),
            "conclusion": self.conclusion_text or "",
            "verdict": self.record_id.verdict or "",
            "dates": {
                "received": self._iso(self.received_date),
                "test": self._iso(self.test_date),
                "valid_until": self._iso(self.valid_until),
            },
            "place": self.place_text or "",
            "environment": self._prepare_content_environment(),
            "standards": self._prepare_content_standards(),
            "equipment": self._prepare_content_equipment(),
            "results": self.record_id._certificate_blocks(),
            "note": self.note or "",
            "relation": self.relation,
            "layout": self._prepare_content_layout(),
            "declarations": self._prepare_declarations(),
            "record": self.record_id.name or "",
            "record_digest": self.record_id._get_digest(),
        }

    def _prepare_declarations(self):
        """The sentences that S0 6.4.4.2 and 6.4.4.3 prescribe, with the old number."""
        original = self.original_id
        if self.relation == "original":
            return []
        title = (original.content or {}).get("layout", {}).get("title")
        title = title or original.layout_id.title
        if self.relation == "supplement":
            return [f"对编号为{original.name}的{title}的补充文件。"]
        return [
            f"本证书（报告）代替证书（报告）编号{original.name}的{title}。",
            f"证书（报告）编号{original.name}的{title}作废。",
        ]

    def _prepare_content_layout(self):
        layout = self.layout_id
        return {
            "title": layout.title,
            "title_english": layout.title_english or "",
            "electronic": layout.electronic,
            "sentence": (layout.electronic_sentence or "") if layout.electronic else "",
            "declaration": layout.declaration or "",
        }

    def _prepare_content_institution(self):
        company = self.company_id.sudo()
        return {
            "name": company.name,
            # As an address is written in China: from the large to the small.
            "address": "".join(
                part
                for part in (
                    company.state_id.name,
                    company.city,
                    company.street,
                    company.street2,
                )
                if part
            ),
            "phone": company.phone or "",
            "website": company.website or "",
            "authorization_number": company.metrology_authorization_number or "",
            "authorization_text": company.metrology_authorization_text or "",
            "traceability": TRACEABILITY,
        }

    def _prepare_content_basis(self):
        edition = self._get_edition()
        return [{"code": edition.name or "", "title": edition.method_id.name or ""}]

    def _get_edition(self):
        """The edition agreed with the customer, else the one the work was done by."""
        job = self.job_id
        evidence = (self.record_id.evidence or {}).get("submit") or {}
        return job.edition_id or job.edition_id.browse(evidence.get("edition") or ())

    def _prepare_content_environment(self):
        record = self.record_id
        return {
            "temperature": record.temperature or "",
            "humidity": record.humidity or "",
            "pressure": record.pressure or "",
        }

    def _prepare_content_standards(self):
        """The measurement standards as they stood when the record was made."""
        return (self.record_id.standard_snapshot or {}).get("standards", [])

    def _prepare_content_equipment(self):
        return (self.record_id.standard_snapshot or {}).get("equipment", [])

    def _get_standard_blockers(self):
        """Standards must be listed and in date on the day of test (S3-A-6, S3-A-7)."""
        blockers = []
        if not self._get_edition():
            blockers.append(
                (
                    "no_basis",
                    self.env._("The method by which the work was done is not known."),
                )
            )
        standards = self._prepare_content_standards()
        equipment = self._prepare_content_equipment()
        if not equipment:
            blockers.append(
                (
                    "no_equipment",
                    self.env._("No reference equipment is named in the record."),
                )
            )
        for row in standards + equipment:
            until = row.get("valid_until")
            if until and self.test_date and until < self._iso(self.test_date):
                blockers.append(
                    (
                        "standard_expired",
                        self.env._(
                            "%(name)s (%(number)s) was valid until %(until)s only.",
                            name=row.get("name"),
                            number=row.get("number"),
                            until=until,
                        ),
                    )
                )
        return blockers

    def _get_environment_blockers(self):
        """The conditions the room prescribes limits for must be given (S3-A-5).

        What nothing prescribes is printed as '/'.
        """
        record = self.record_id
        required = {"temperature", "humidity"}
        if self.order_id.place != "onsite":
            room = record._get_room(self.job_id.sudo())
            required |= set(room.limit_ids.mapped("kind"))
        labels = record.fields_get(list(CONDITIONS), ["string"])
        return [
            (
                f"environment_{name}",
                self.env._(
                    "%(condition)s is missing in the technical record.",
                    condition=labels[name]["string"],
                ),
            )
            for name in CONDITIONS
            if name in required and not record[name]
        ]

    def _get_result_blockers(self):
        """Results must be there, whole, and agree with the conclusion.

        Even where a supplement prints none (S0-6.4.2.3-2). Each judged row has its
        requirement and its verdict (S3-A-8), each calibrated value its uncertainty
        (S0-6.4.2.2).
        """
        blocks = self.record_id._certificate_blocks()
        if not blocks:
            return [
                (
                    "no_results",
                    self.env._(
                        "The technical record %(name)s holds no results.",
                        name=self.record_id.display_name,
                    ),
                )
            ]
        blockers = []
        budgets = [block for block in blocks if block["kind"] == "budget"]
        for block in blocks:
            if block["kind"] == "checks":
                blockers += self._get_check_blockers(block)
            elif block["kind"] == "budget":
                blockers += self._get_budget_blockers(block)
        if self.kind == "calibration" and not any(
            block["results"] for block in budgets
        ):
            blockers.append(
                (
                    "no_uncertainty",
                    self.env._(
                        "A calibration certificate states each result with its "
                        "uncertainty; the technical record has none."
                    ),
                )
            )
        return blockers

    def _get_check_blockers(self, block):
        blockers = []
        for row in block["rows"]:
            for name, label in (
                ("requirement", self.env._("technical requirement")),
                ("verdict", self.env._("verdict")),
            ):
                if not row.get(name):
                    blockers.append(
                        (
                            f"row_{name}",
                            self.env._(
                                "Result %(number)s, %(item)s: the %(what)s is missing.",
                                number=row["number"],
                                item=row["item"],
                                what=label,
                            ),
                        )
                    )
            if self.kind == "verification" and row.get("verdict") not in (
                None,
                "",
                "pass",
                "na",
            ):
                blockers.append(
                    (
                        "row_not_passed",
                        self.env._(
                            "Result %(number)s, %(item)s, did not pass: the instrument "
                            "cannot be certified as conforming.",
                            number=row["number"],
                            item=row["item"],
                        ),
                    )
                )
        return blockers

    def _get_budget_blockers(self, block):
        return [
            (
                "row_uncertainty",
                self.env._(
                    "%(block)s, row %(number)s: the uncertainty or its coverage factor "
                    "is missing.",
                    block=block.get("title") or block["name"],
                    number=number,
                ),
            )
            for number, row in enumerate(block["results"], 1)
            if not row.get("uncertainty") or not row.get("k")
        ]

    def _get_conclusion_blockers(self):
        """The words of the conclusion must not contradict the verdict (S0-6.4.1-1)."""
        text = self.conclusion_text or ""
        negative = any(word in text for word in NEGATIVE_WORDS)
        if (self.kind == "verification" and negative) or (
            self.kind == "rejection" and text and not negative
        ):
            return [
                (
                    "conclusion_contradicts",
                    self.env._(
                        "The conclusion '%(text)s' contradicts the verdict of the "
                        "technical record.",
                        text=text,
                    ),
                )
            ]
        return []

    def _get_authorization_blockers(self):
        """Verifying needs an authorisation in force on the day of test (S3-A-4)."""
        if self.kind not in CONCLUSION_KINDS:
            return []
        company = self.company_id.sudo()
        if not company.metrology_authorization_number:
            return [
                (
                    "no_authorization",
                    self.env._(
                        "The authorisation number of the institution is missing. Ask "
                        "the administrator to enter it under Settings > Certificates."
                    ),
                )
            ]
        start = company.metrology_authorization_from
        end = company.metrology_authorization_to
        if self.test_date and (
            (start and self.test_date < start) or (end and self.test_date > end)
        ):
            return [
                (
                    "authorization_expired",
                    self.env._(
                        "The authorisation %(number)s (%(start)s to %(end)s) was not "
                        "in force on %(day)s.",
                        number=company.metrology_authorization_number,
                        start=start or "…",
                        end=end or "…",
                        day=self.test_date,
                    ),
                )
            ]
        return []

    @api.model
    def _iso(self, day):
        return day.isoformat() if day else ""

    @api.model
    def _get_digest(self, content):
        """SHA-256 of the canonical JSON of ``content``, as hex text."""
        text = json.dumps(
            content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def _get_signer_names(self):
        """Names to print per role; only signatures that stand are printed (S3-A-2)."""
        self.ensure_one()
        signatures = self.sudo().signature_ids.filtered(lambda s: s.state == "valid")
        return {signature.role: signature.person_name for signature in signatures}

    @api.model
    def _format_day(self, text):
        """2026-03-01 -> 2026年03月01日 (annex A prints year, month and day)."""
        if not text:
            return ""
        year, month, day = text.split("-")
        return f"{year}年{month}月{day}日"

    # --- PRINTING OF BLOCKS ---

    @api.model
    def _verdict_text(self, verdict):
        """The word printed for a verdict; certificates are Chinese by law."""
        return VERDICTS.get(verdict, verdict or "")

    @api.model
    def _cell_text(self, cell):
        """The text of one cell; one out of limits says so in words, not in colour."""
        text = cell.get("text") or "/"
        return f"{text} ×" if cell.get("verdict") == "fail" else text

    @api.model
    def _group_columns(self, columns):
        """Heads of the upper row: neighbours of one group become one cell.

        :param columns: list of dict with ``group``, ``label``, ``unit``, ``span``
        :return: list of dict with ``group``, ``span`` and, ungrouped, the column's label
        """
        heads = []
        for column in columns:
            span = column.get("span") or 1
            group = column.get("group") or ""
            if group and heads and heads[-1]["group"] == group:
                heads[-1]["span"] += span
                continue
            heads.append(
                {
                    "group": group,
                    "span": span,
                    "label": column["label"],
                    "label_en": column.get("label_en"),
                    "unit": column.get("unit"),
                }
            )
        return heads
