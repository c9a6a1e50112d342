# SPDX-License-Identifier: AGPL-3.0-only
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import table_reader

#: An object cannot come over RPC: only the reading itself writes unjudged lines.
READING = object()
LINE_STATES = ("new", "known", "doubtful", "error", "skip")


class MetrologyTableImportMixin(models.AbstractModel):
    """A list that somebody gave as a file: read, mended in place, then taken over.

    How to use: define ``line_ids`` (of ``metrology.table.import.line.mixin``), read
    with ``_read_table(recognise)`` inside ``action_read``, judge all lines together in
    ``_evaluate_one``, and create everything or nothing in ``_take_over``.
    """

    _name = "metrology.table.import.mixin"
    _description = "List in a File"

    #: Headings to name where none was recognised, the one that must be there first.
    _table_headings = ("器具名称", "型号/规格", "测量范围", "出厂编号")
    #: Fields that do not change once the list was taken over.
    _table_closed_fields = ("file", "company_id")

    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char()
    state = fields.Selection(
        selection="_get_table_states",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    column_text = fields.Text(string="Columns Recognised", readonly=True, copy=False)
    new_count = fields.Integer(string="New", compute="_compute_counts")
    known_count = fields.Integer(string="Known", compute="_compute_counts")
    doubtful_count = fields.Integer(string="Doubtful", compute="_compute_counts")
    error_count = fields.Integer(string="Incomplete", compute="_compute_counts")
    skip_count = fields.Integer(string="Left Out", compute="_compute_counts")
    mend_count = fields.Integer(string="To Mend", compute="_compute_counts")
    line_count = fields.Integer(string="Lines", compute="_compute_counts")

    @api.model
    def _get_table_states(self):
        return [
            ("draft", self.env._("New")),
            ("read", self.env._("To Mend")),
            ("applied", self.env._("Taken Over")),
        ]

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {}
        for record, state, count in self.line_ids._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        ):
            counts[record.id, state] = count
        for record in self:
            for state in LINE_STATES:
                record[f"{state}_count"] = counts.get((record.id, state), 0)
            record.mend_count = record.doubtful_count + record.error_count
            record.line_count = (
                record.new_count + record.known_count + record.mend_count
            )

    # CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise UserError(self.env._("A list is taken over by its action only."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and "state" in vals:
            raise UserError(self.env._("A list is taken over by its action only."))
        if not self.env.su and set(self._table_closed_fields) & set(vals):
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        self._check_open()

    def _check_open(self):
        """Refuse to touch a list that was taken over."""
        for record in self:
            if record.state == "applied":
                raise UserError(
                    self.env._(
                        "“%(list)s” has been taken over already and stays as it was "
                        "given.",
                        list=record.display_name,
                    )
                )

    # Reading ------------------------------------------------------------------

    def _start_reading(self):
        """Lock the list and check that it is still open."""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset()
        self._check_open()

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

    def _replace_lines(self, vals_list, found):
        """Put the lines read in the place of what stood there, and judge them."""
        self.line_ids.sudo().unlink()
        self.line_ids.with_context(metrology_import_reading=READING).create(vals_list)
        self.sudo().write({"state": "read", "column_text": self._column_words(found)})
        self._evaluate()

    def _column_words(self, found):
        """Return which heading was taken for what, a line each."""
        labels = {
            name: description["string"]
            for name, description in self.line_ids.fields_get(
                list(found.columns), ["string"]
            ).items()
        }
        labels.update(self._get_column_labels())
        words = [
            f"{heading} → {labels.get(name, name)}"
            for name, heading in found.columns.items()
        ]
        if found.ignored:
            words.append(
                self.env._("not used: %(columns)s", columns=", ".join(found.ignored))
            )
        return "\n".join(words)

    def _get_column_labels(self):
        """Return names of columns that are no field of a line."""
        return {"sequence": self.env._("Number"), "unit": self.env._("Unit")}

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
                "The file unpacks to far more than a list can hold; it is refused."
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

    # Judging and taking over --------------------------------------------------

    def _evaluate(self):
        """Judge all lines of each list together and write state and reasons.

        A fixed number of queries a list, however many lines.
        """
        for record in self:
            record._evaluate_one()

    def _evaluate_one(self):
        raise NotImplementedError

    def _get_apply_blockers(self):
        """Return what still stands against taking over: ``[(code, message)]``."""
        self.ensure_one()
        bad = self.line_ids.filtered(lambda line: line.state in ("doubtful", "error"))
        blockers = [
            (
                line.state,
                self.env._(
                    "Row %(row)s, %(name)s: %(reason)s",
                    row=line.row_number,
                    name=line.name or "–",
                    reason=(line.reason or "").replace("\n", " "),
                ),
            )
            for line in bad[:10]
        ]
        if len(bad) > 10:
            blockers.append(
                ("more", self.env._("… and %(count)s more rows.", count=len(bad) - 10))
            )
        if not self.line_ids.filtered(lambda line: line.state in ("new", "known")):
            blockers.append(
                ("nothing", self.env._("The list has no line to take over."))
            )
        return blockers

    def action_apply(self):
        """Create what is new and link what is known: all or nothing.

        :raises UserError: the lines that still have to be mended, by row
        """
        self._start_reading()
        if self.state != "read":
            raise UserError(self.env._("Read the file first."))
        # Another person may have entered something since the lines were shown.
        self._evaluate()
        blockers = self._get_apply_blockers()
        if blockers:
            raise UserError(
                self.env._(
                    "“%(list)s” cannot be taken over yet:\n%(reasons)s",
                    list=self.display_name,
                    reasons="\n".join(message for _code, message in blockers),
                )
            )
        self._take_over(self.line_ids.with_context(metrology_import_reading=READING))
        self.sudo().write({"state": "applied"})
        return self._after_apply()

    def _take_over(self, lines):
        """Create and link; the lines may be written."""
        raise NotImplementedError

    def _after_apply(self):
        """Return what the user sees next. Hook."""
        return True
