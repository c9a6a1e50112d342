# SPDX-License-Identifier: AGPL-3.0-only
import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import table_reader


class MetrologyTableFileMixin(models.AbstractModel):
    """A document that reads an Excel or CSV file somebody gave.

    ``_read_table(recognise)`` returns what ``recognise(sheets)`` makes of the file, or
    refuses the file with a sentence that says what to do.
    """

    _name = "metrology.table.file.mixin"
    _description = "List in a File"

    #: Headings to name where none was recognised, the one that must be there first.
    _table_headings = ("器具名称", "型号/规格", "测量范围", "出厂编号")

    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char()

    def _read_table(self, recognise):
        """Return what ``recognise`` finds in the sheets of the file.

        :param recognise: function of a list of ``table_reader.Sheet``
        :raises UserError: no file, not a table, old Excel, no recognisable columns,
            empty, too large
        """
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the file with the list first."))
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file)
        except (binascii.Error, ValueError):
            content = b""
        try:
            return recognise(table_reader.read_tables(content, self.filename or ""))
        except table_reader.TableError as error:
            raise UserError(self._table_error_text(error)) from error

    def _table_error_text(self, error):
        """Return the sentence for a file that is refused, with the remedy."""
        facts = error.facts
        texts = {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file has %(megabytes)s MB, %(limit)s MB are allowed. Remove "
                "pictures and other sheets from it.",
                megabytes=facts.get("megabytes"),
                limit=facts.get("limit"),
            ),
            "old_excel": self.env._(
                "This is an old Excel file (.xls), or one with a password. Open it in "
                "Excel or WPS and save it as .xlsx without a password."
            ),
            "not_table": self.env._(
                "This is a %(kind)s file, not an Excel list. Save the list as .xlsx "
                "or .csv.",
                kind=facts.get("kind"),
            ),
            "bomb": self.env._(
                "The file unpacks to far more than a list can hold; it "
                "is refused."
            ),
            "broken": self.env._(
                "The file cannot be read as an Excel list: it is damaged or something "
                "else. Save it again as .xlsx."
            ),
            "protected": self.env._(
                "The file has a password. Save it as .xlsx without one."
            ),
            "not_text": self.env._(
                "The file is neither Excel nor readable text. Save the list as .xlsx "
                "or .csv."
            ),
            "too_many_rows": self.env._(
                "The list has %(rows)s rows, %(limit)s are allowed. Divide it.",
                rows=facts.get("rows"),
                limit=facts.get("limit"),
            ),
            "no_columns": self.env._(
                "No row of the list has recognisable column headings. Needed are a "
                "heading %(name)s and at least one other, such as %(others)s. Seen "
                "were: %(seen)s.",
                name=self._table_headings[0],
                others=", ".join(self._table_headings[1:]),
                seen=", ".join(facts.get("seen") or ()) or "–",
            ),
            "no_lines": self.env._(
                "The list has column headings, but no line below them."
            ),
        }
        return texts[error.code]
