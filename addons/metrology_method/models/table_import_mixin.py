# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

#: An object cannot come over RPC: only the reading itself writes unjudged lines.
READING = object()
LINE_STATES = ("new", "known", "doubtful", "error", "skip")


class MetrologyTableImportMixin(models.AbstractModel):
    """A list that somebody gave as a file: read, mended in place, then taken over.

    How to use: define ``line_ids`` (of ``metrology.table.import.line.mixin``), name the
    tool that recognises the list (``_get_table_tool``), give the values of its lines
    (``_prepare_lines``), judge all lines together in ``_evaluate_one``, and create
    everything or nothing in ``_take_over``.
    """

    _name = "metrology.table.import.mixin"
    _description = "List in a File"
    _inherit = ["metrology.table.columns.mixin"]

    #: Headings to name where none was recognised, the one that must be there first.
    _table_headings = ("器具名称", "型号/规格", "测量范围", "出厂编号")
    #: Fields that do not change once the list was taken over.
    _table_closed_fields = ("file", "filename", "company_id")
    #: Fields that only the reading and the taking over write.
    _table_read_fields = ("state", "layout", "column_text", "notice")

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
            vals.get(name) and (name, vals[name]) != ("state", "draft")
            for vals in vals_list
            for name in self._table_read_fields
        ):
            raise UserError(self.env._("A list is taken over by its action only."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and set(self._table_read_fields) & set(vals):
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

    def action_read(self):
        """Read the file into lines; what stood there before is replaced.

        :raises UserError: not a table, no recognisable columns, empty, too large;
            nothing has been written then
        """
        self._start_reading()
        self._read_lines()
        return True

    def _read_lines(self, layout=None):
        """Put the lines of the file in the place of what stood there, and judge them.

        :param list layout: columns that a person has chosen
        """
        found = self._read_table(layout)
        self.line_ids.sudo().unlink()
        self.line_ids.with_context(metrology_import_reading=READING).create(
            self._prepare_lines(found)
        )
        self.sudo().write(self._prepare_read_values(found))
        self._evaluate()
        self._after_read(found)

    def _prepare_lines(self, found):
        """Return the values of all lines as the file says them."""
        raise NotImplementedError

    def _prepare_read_values(self, found):
        """Return what the list keeps of its reading. Hook."""
        return {
            "state": "read",
            "layout": found.layout,
            "column_text": self._column_words(found),
            "notice": "\n".join(self._get_notices(found)) or False,
        }

    def _after_read(self, found):
        """Propose what follows from the lines read and judged. Hook."""

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
