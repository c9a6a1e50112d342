# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from odoo.addons.metrology.tools import rounding

from ..tools.definition import localised


class MetrologyRecord(models.Model):
    """A checked record is locked: its results stand as rows."""

    _inherit = "metrology.record"

    def action_lock(self):
        """File the checked records: results are written as rows. checked → locked."""
        self._guard_check_group("metrology.group_checker")
        self._file()
        return True

    def _file(self):
        """Lock checked records and write their results; locked ones stay."""
        self._lock()
        todo = self.filtered(lambda record: record.state != "locked")
        todo._require_state("checked")
        now = fields.Datetime.now()
        todo.sudo()._guard_open()._sealed_unlock(self.env._("Locked")).write(
            {"state": "locked", "locked_on": now}
        )
        todo.sudo()._write_results()

    def _write_results(self):
        rows = []
        for record in self:
            rows += record._prepare_results()
        self.env["metrology.result"]._with_key().create(rows)

    def _prepare_results(self):
        """Return the rows of one locked record: checked values and budget results."""
        self.ensure_one()
        definition = self.version_id._get_definition()
        result = self.result
        base = {
            "record_id": self.id,
            "company_id": self.company_id.id,
            "instrument_id": self.instrument_id.id,
            "date": self._get_day(),
        }
        rows = []
        specs = {
            item["name"]: (item, node)
            for node in definition.conclusions
            for item in node["checks"]
        }
        for check in result["checks"]:
            spec, conclusion = specs[check["name"]]
            for index, line in enumerate(check["lines"]):
                if not line.get("value"):
                    continue
                symmetric = "limit" in spec
                values = spec["values"]
                label = self._quantity_label(spec)
                if len(values) > 1:
                    label += " " + self._column_label(
                        definition, spec, values[index % len(values)]
                    )
                rows.append(
                    {
                        **base,
                        "quantity": label,
                        "unit": localised(spec.get("unit", "")),
                        **self._point(definition, spec.get("table"), line["row"]),
                        "value": line["text"],
                        "error": line["text"] if symmetric else False,
                        "U": line.get("U") or False,
                        "limit": _limit_text(spec, line),
                        "verdict": line["verdict"] or "none",
                        "rule": _rule_name(conclusion),
                        "compared": line["value"],
                        "lower": line.get("lower") or False,
                        "upper": line.get("upper") or False,
                        "interval": line.get("interval") or False,
                    }
                )
        for node in definition.budgets:
            for index, one in enumerate(result["budgets"].get(node["name"], [])):
                if "y" not in one:
                    continue
                row = index if node["table"] else None
                rows.append(
                    {
                        **base,
                        "quantity": self._quantity_label(node["result"]),
                        "unit": localised(node["result"].get("unit", "")),
                        **self._point(definition, node["table"], row),
                        "value": one["reported"]["value"],
                        "compared": one["y"],
                        "U": one["reported"]["uncertainty"],
                        "k": one["k_text"],
                    }
                )
        for row in rows:
            for name in ("point", "value", "U"):
                row[f"{name}_float"] = _mirror(row.get(name))
        return rows

    def _point(self, definition, table, row):
        """Return the typed first number column of the row, the nominal point, and its
        unit as the template names it.
        """
        if not table or row is None:
            return {"point": ""}
        column = next(
            (one for one in definition.columns(table) if one["type"] == "number"), None
        )
        if not column:
            return {"point": ""}
        return {
            "point": self.data["tables"][table][row].get(column["name"], ""),
            "point_unit": localised(column.get("unit", "")) or False,
        }

    def _column_label(self, definition, spec, name):
        for column in definition.columns(spec["table"]) if spec.get("table") else []:
            if column["name"] == name:
                return self._quantity_label(column)
        return name

    def _get_day(self):
        """The institution's calendar day on which the work was submitted."""
        zone = self.company_id.partner_id.tz or "Asia/Shanghai"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.submitted_on
        ).date()


def _limit_text(spec, line):
    """Return the limit a value was compared with, as it is written."""
    lower, upper = line.get("lower"), line.get("upper")
    if "limit" in spec:
        return f"±{upper}"
    if lower and upper:
        return f"{lower} ~ {upper}"
    return f"≥ {lower}" if lower else f"≤ {upper}"


def _rule_name(conclusion):
    """Return the decision rule of a conclusion as results keep it."""
    if conclusion["rule"] == "ilac_g8" and conclusion["mode"] == "nonbinary":
        return "ilac_g8_nonbinary"
    return conclusion["rule"]


def _mirror(text):
    """Return a float copy of a printed number, 0.0 where there is none."""
    try:
        return float(rounding.exact(text)) if text else 0.0
    except ValueError:
        return 0.0
