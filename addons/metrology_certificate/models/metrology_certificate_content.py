# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import json

from odoo import api, models

# The sentence of annex A, page 2.
TRACEABILITY = "本证书出具的数据通过国家计量检定系统，可溯源至国家计量基准。"

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
            ``equipment``, ``results``, ``note``; dates as ISO text, numbers as the
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
            "declarations": self._prepare_declarations(),
            "record": self.record_id.name or "",
            "record_digest": self.record_id._get_digest(),
        }

    def _prepare_declarations(self):
        """The sentences that S0 6.4.4.2 and 6.4.4.3 prescribe, with the old number."""
        original = self.original_id
        if self.relation == "original":
            return []
        title = original.layout_id.title
        if self.relation == "supplement":
            return [f"对编号为{original.name}的{title}的补充文件。"]
        return [
            f"本证书（报告）代替证书（报告）编号{original.name}的{title}。",
            f"证书（报告）编号{original.name}的{title}作废。",
        ]

    def _prepare_content_institution(self):
        company = self.company_id
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
        edition = self.job_id.edition_id
        return [{"code": edition.name or "", "title": edition.method_id.name or ""}]

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

    def _get_result_blockers(self):
        """There must be results to certify, whatever is printed (S0-6.4.2.3-2)."""
        if self.record_id._certificate_blocks():
            return []
        return [
            (
                "no_results",
                self.env._(
                    "The technical record %(name)s holds no results.",
                    name=self.record_id.display_name,
                ),
            )
        ]

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
