# SPDX-License-Identifier: AGPL-3.0-only
import base64
import binascii
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import table_reader, text_keys

#: How much of the file the page on columns shows.
_PREVIEW_ROWS = 14
_PREVIEW_TEXT = 60


class MetrologyTableColumnsMixin(models.AbstractModel):
    """Which sheet, heading row and columns of a file are read, and who said so.

    How to use: name the module that recognises the list in ``_get_table_tool``; it has
    ``HEADINGS``, ``COLUMNS`` and ``recognise(sheets, known, layout)``.

    How it works: the file is recognised by its words and by what was remembered for the
    customer; the page shows the choice over the first rows of the file; what a person
    changes there is read at once and remembered by heading.
    """

    _name = "metrology.table.columns.mixin"
    _description = "Columns of a List"

    layout = fields.Json(readonly=True, copy=False)
    column_text = fields.Text(string="Columns Recognised", readonly=True, copy=False)
    notice = fields.Text(readonly=True, copy=False)

    @api.model
    def _get_table_tool(self):
        raise NotImplementedError

    def _get_heading_partner(self):
        """Return whose headings are remembered together. Hook."""
        return self.env["res.partner"]

    @api.model
    def _get_column_labels(self):
        """Return names of columns that are no field of a line."""
        return {"sequence": self.env._("Line Number"), "unit": self.env._("Unit")}

    @api.model
    def _get_column_choices(self):
        """Return ``[(field, name)]`` of what a column can be."""
        names = self._get_table_tool().COLUMNS
        labels = {
            name: description["string"]
            for name, description in self.line_ids.fields_get(
                list(names), ["string"]
            ).items()
        } | self._get_column_labels()
        return [(name, labels.get(name, name)) for name in names]

    # Reading ------------------------------------------------------------------

    def _get_table_sheets(self):
        """Return the sheets of the file.

        :raises UserError: no file, not a table, protected, empty, too large
        """
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the file with the list first."))
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file)
        except (binascii.Error, ValueError):
            content = b""
        try:
            return table_reader.read_tables(content, self.filename or "")
        except table_reader.TableError as error:
            raise self._table_refusal(error) from error

    def _read_table(self, layout=None):
        """Return what is recognised in the sheets of the file.

        :param list layout: what a person has chosen, see ``Header.as_layout``
        :raises UserError: besides :meth:`_get_table_sheets` no recognisable columns,
            no line below them
        """
        sheets = self._get_table_sheets()
        try:
            return self._get_table_tool().recognise(
                sheets, self._get_known_headings(), layout
            )
        except table_reader.TableError as error:
            raise self._table_refusal(error) from error

    def _get_known_headings(self):
        return self.env["metrology.table.heading"]._get_known(
            self._name, self.company_id, self._get_heading_partner()
        )

    def action_read_as(self, layout):
        """Read the file with the sheets, heading rows and columns a person has chosen.

        :param list layout: one dict a sheet: ``read``, ``heading`` (row, 0 for none),
            ``columns`` (column from 0 as text -> field)
        :raises UserError: a field that the list does not have or that stands twice, or
            the column without which no line is one
        """
        self._start_reading()
        sheets = self._get_table_sheets()
        layout = self._check_layout(layout, sheets)
        self._read_lines(layout)
        self._remember_headings(layout, sheets)
        return True

    def _check_layout(self, layout, sheets):
        """Return the layout in its right shape."""
        tool = self._get_table_tool()
        labels = dict(self._get_column_choices())
        required = tool.HEADINGS.required
        checked = []
        for sheet, said in zip(sheets, layout or [], strict=False):
            said = said if isinstance(said, dict) else {}
            columns = {
                str(int(column)): name
                for column, name in (said.get("columns") or {}).items()
                if name and str(column).isdigit()
            }
            used = list(columns.values())
            for name in used:
                if name not in labels:
                    raise UserError(
                        self.env._("“%(name)s” is no column of this list.", name=name)
                    )
                if used.count(name) > 1 and name not in tool.HEADINGS.multiple:
                    raise UserError(
                        self.env._(
                            "Sheet “%(sheet)s”: two columns are taken for “%(name)s”. "
                            "Choose one of them.",
                            sheet=sheet.name,
                            name=labels[name],
                        )
                    )
            read = bool(said.get("read"))
            if read and required not in used:
                raise UserError(
                    self.env._(
                        "Sheet “%(sheet)s”: say which column is “%(name)s”; without it "
                        "no line can be read.",
                        sheet=sheet.name,
                        name=labels[required],
                    )
                )
            heading = said.get("heading")
            checked.append(
                {
                    "name": sheet.name,
                    "read": read,
                    "heading": heading if isinstance(heading, int) else 0,
                    "columns": columns,
                }
            )
        if not any(one["read"] for one in checked):
            raise UserError(self.env._("Choose at least one sheet to read."))
        return checked

    def _remember_headings(self, layout, sheets):
        """Keep what differs from what the words of the headings say."""
        headings = self._get_table_tool().HEADINGS
        said, forgotten = {}, set()
        for one, sheet in zip(layout, sheets, strict=False):
            if not (one["read"] and one["heading"]):
                continue
            automatic = headings.find(sheet)
            header = headings.at(sheet, one)
            for column, text in header.texts.items():
                key = headings.key_of(text)
                if not key:
                    continue
                chosen = header.mapping.get(column, "")
                guessed = headings.field_of(text)[0] or ""
                if automatic and automatic.row == header.row:
                    guessed = automatic.mapping.get(column, "")
                if chosen != guessed and said.get(key, ("", ""))[1] == "":
                    said[key] = (text, chosen)
                elif chosen == guessed:
                    forgotten.add(key)
        self.env["metrology.table.heading"]._remember(
            self._name, self.company_id, self._get_heading_partner(), said, forgotten
        )

    def get_table_preview(self):
        """Return the first rows of each sheet with what their columns are taken for.

        :return: ``{"fields": [(name, label)], "sheets": [{"name", "read", "heading",
            "columns", "hidden", "rows": [{"number", "texts"}]}]}``
        """
        self.check_access("read")
        sheets = self._get_table_sheets()
        layout = self.layout or []
        if len(layout) != len(sheets):
            layout = self._guess_layout(sheets)
        required = self._get_table_tool().HEADINGS.required
        choices = self._get_column_choices()
        return {
            "fields": choices,
            "required": dict(choices)[required],
            "multiple": sorted(self._get_table_tool().HEADINGS.multiple),
            "sheets": [
                {**one, **self._preview_sheet(sheet, one["heading"])}
                for sheet, one in zip(sheets, layout, strict=True)
            ],
        }

    def _guess_layout(self, sheets):
        """Return the nearest to a choice where nothing was recognised."""
        headings = self._get_table_tool().HEADINGS
        known = self._get_known_headings()
        layout = []
        for sheet in sheets:
            header = headings.find(sheet, known)
            layout.append(
                header.as_layout(sheet, headings.required in header.mapping.values())
                if header
                else {"name": sheet.name, "read": False, "heading": 0, "columns": {}}
            )
        if layout and not any(one["read"] for one in layout):
            # Most likely the fullest sheet, and its first row of several words.
            index = max(range(len(sheets)), key=lambda i: len(sheets[i].rows))
            layout[index]["read"] = True
            if not layout[index]["heading"]:
                layout[index]["heading"] = next(
                    (
                        row.number
                        for row in sheets[index].rows[:60]
                        if len({cell.text for cell in row.cells if cell.text}) > 2
                        and not any(re.search(r"\d", one.text) for one in row.cells)
                    ),
                    0,
                )
        return layout

    @api.model
    def _preview_sheet(self, sheet, heading):
        last = next(
            (i for i, row in enumerate(sheet.rows) if row.number > heading),
            len(sheet.rows),
        )
        end = max(_PREVIEW_ROWS, last + 6)
        return {
            "hidden": sorted(sheet.hidden_columns),
            "sheet_hidden": sheet.hidden,
            "count": len(sheet.rows),
            "rows": [
                {
                    "number": row.number,
                    "texts": [
                        text_keys.clean(cell.text)[:_PREVIEW_TEXT] for cell in row.cells
                    ],
                }
                for row in sheet.rows[max(0, end - 2 * _PREVIEW_ROWS) : end]
            ],
        }

    # Words --------------------------------------------------------------------

    def _column_words(self, found):
        """Return which heading was taken for what, a line each."""
        labels = dict(self._get_column_choices())
        words = [
            f"{heading} → {labels.get(name, name)}"
            for name, heading in found.columns.items()
        ]
        if found.ignored:
            words.append(
                self.env._("not used: %(columns)s", columns=", ".join(found.ignored))
            )
        return "\n".join(words)

    def _get_notices(self, found):
        """Return sentences that the reader of the list should know. Hook."""
        if not found.unread:
            return []
        return [
            self.env._(
                "Not read: sheet %(sheets)s. If lines stand there, choose it on the "
                "page “Columns”.",
                sheets=", ".join(f"“{name}”" for name in found.unread),
            )
        ]

    def _table_refusal(self, error):
        """Return the refusal of a file, with its name."""
        text = self._table_error_text(error)
        if self.filename:
            text = self.env._("%(file)s: %(text)s", file=self.filename, text=text)
        return UserError(text)

    def _table_error_text(self, error):
        """Return the sentence for a file that is refused, with the remedy."""
        facts = error.facts
        if error.code == "no_columns":
            return self._no_columns_text(facts)
        texts = {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file has %(megabytes)s MB, %(limit)s MB are allowed. Remove "
                "pictures and other sheets from it.",
                megabytes=facts.get("megabytes"),
                limit=facts.get("limit"),
            ),
            "not_table": self.env._(
                "This is a %(kind)s file, not an Excel list. Save the list as .xlsx "
                "or .csv.",
                kind=facts.get("kind"),
            ),
            "bomb": self.env._(
                "The file unpacks to far more than a list can hold; it is refused. "
                "Copy the filled rows into a new file."
            ),
            "broken": self.env._(
                "The file cannot be read as an Excel list: it is damaged or something "
                "else. Open it in Excel or WPS and save it as .xlsx again."
            ),
            "protected": self.env._(
                "The file has a password. Open it in Excel or WPS and save it as .xlsx "
                "without one."
            ),
            "not_text": self.env._(
                "The file is neither Excel nor readable text. Save the list as .xlsx "
                "or .csv."
            ),
            "too_many_rows": self.env._(
                "The list has more than %(limit)s rows (row %(rows)s is filled). Divide "
                "it.",
                rows=facts.get("rows"),
                limit=facts.get("limit"),
            ),
            "no_lines": self.env._(
                "The list has column headings, but no line below them."
            ),
        }
        return texts[error.code]

    def _no_columns_text(self, facts):
        tool = self._get_table_tool()
        name = dict(self._get_column_choices())[tool.HEADINGS.required]
        seen = ", ".join(facts.get("seen") or ()) or "–"
        if facts.get("row"):
            return self.env._(
                "Row %(row)s looks like the headings (%(seen)s), but none of them is "
                "“%(name)s” (such as %(word)s). Say on the page “Columns” which column "
                "it is.",
                row=facts["row"],
                seen=seen,
                name=name,
                word=self._table_headings[0],
            )
        return self.env._(
            "No row of the list has recognisable column headings. Needed are a heading "
            "%(name)s and at least one other, such as %(others)s. Seen were: %(seen)s. "
            "Say on the page “Columns” what each column is.",
            name=self._table_headings[0],
            others=", ".join(self._table_headings[1:]),
            seen=seen,
        )
