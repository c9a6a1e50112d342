# SPDX-License-Identifier: AGPL-3.0-only
import base64
import csv
import io
import re
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Tables as published (国务院办公厅关于部分节假日安排的通知), one file a year.
_TABLES = Path(__file__).parent.parent / "data" / "calendar"
_HEADER = {
    "date": "date",
    "日期": "date",
    "kind": "kind",
    "类型": "kind",
    "name": "name",
    "名称": "name",
    "节日": "name",
}
_KINDS = {
    "holiday": "holiday",
    "休": "holiday",
    "放假": "holiday",
    "休息": "holiday",
    "workday": "workday",
    "班": "workday",
    "上班": "workday",
    "调休上班": "workday",
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class MetrologyCalendarImport(models.TransientModel):
    """Takes over the official table of a year: date, kind, name; all or nothing."""

    _name = "metrology.calendar.import"
    _description = "Import of the Official Calendar"

    source = fields.Selection(
        selection=lambda self: self._get_sources(),
        required=True,
        default="file",
        help="A table that is shipped, as published by the State Council, or a file.",
    )
    file = fields.Binary(string="CSV File", attachment=False)
    file_name = fields.Char()
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        help="Empty: the days count for every institution.",
    )

    @api.model
    def _get_sources(self):
        years = sorted((path.stem for path in _TABLES.glob("*.csv")), reverse=True)
        return [
            ("file", self.env._("CSV File")),
            *(
                (year, self.env._("Official table of %(year)s", year=year))
                for year in years
            ),
        ]

    def action_import(self):
        """Import the table; a faulty line stops everything and is named."""
        self.ensure_one()
        if self.source == "file":
            content = base64.b64decode(self.file or b"")
        else:
            content = (_TABLES / f"{self.source}.csv").read_bytes()
        rows = self._parse(content)
        days = self.env["metrology.calendar.day"]._load(rows, self.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported Days"),
            "res_model": "metrology.calendar.day",
            "view_mode": "list,form",
            "domain": [("id", "in", days.ids)],
        }

    def _parse(self, content):
        """Return rows (date, kind, name) of the file's bytes.

        :raises UserError: names every faulty line
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = content.decode("gb18030")
            except UnicodeDecodeError as error:
                raise UserError(
                    self.env._("The file is not a text file. Save it as CSV (UTF-8).")
                ) from error
        if "\x00" in text:
            raise UserError(
                self.env._("The file is not a text file. Save it as CSV (UTF-8).")
            )
        delimiter = ";" if text.count(";") > text.count(",") else ","
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        header = (
            [_HEADER.get(cell.strip().lower()) for cell in lines[0]] if lines else []
        )
        if not {"date", "kind"} <= set(header):
            raise UserError(
                self.env._("The first line must name the columns date, kind and name.")
            )
        rows, faults = [], []
        for index, line in enumerate(lines[1:], start=2):
            if not any(cell.strip() for cell in line):
                continue
            cells = dict(zip(header, (cell.strip() for cell in line), strict=False))
            kind = _KINDS.get(cells.get("kind", "").lower())
            date = self._parse_date(cells.get("date", ""))
            if not date or not kind:
                faults.append(
                    self.env._(
                        "Line %(line)s: '%(text)s'", line=index, text=", ".join(line)
                    )
                )
                continue
            rows.append((date, kind, cells.get("name") or cells["kind"]))
        if faults:
            raise UserError(
                self.env._(
                    "Nothing was imported. These lines have no date such as 2026-02-14 "
                    "or no kind (holiday or workday):\n%(lines)s",
                    lines="\n".join(faults[:20]),
                )
            )
        if not rows:
            raise UserError(self.env._("The file has no days."))
        return rows

    @staticmethod
    def _parse_date(text):
        match = _DATE.fullmatch(text)
        if not match:
            return None
        try:
            return fields.Date.to_date("{}-{:0>2}-{:0>2}".format(*match.groups()))
        except ValueError:
            return None
