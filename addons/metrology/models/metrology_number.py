# SPDX-License-Identifier: AGPL-3.0-only
from contextlib import contextmanager

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api, fields, models, modules
from odoo.exceptions import AccessError


class MetrologyNumber(models.Model):
    """The numbers that were given: one row each, without gap and without double.

    ``ir.sequence`` either leaves gaps or makes parallel users fail, because its locks
    are taken under a snapshot that is already too old. Here a number is a row, unique on
    (series, period, n) and on (series, document), written in a short READ COMMITTED
    transaction of its own that commits at once:

    * whoever asks again for the same document (a retry, a double click, a second
      worker) gets the same number;
    * a number whose document was rolled back before it ever existed becomes free and
      is the next one given.
    """

    _name = "metrology.number"
    _description = "Number"
    _order = "id desc"
    _log_access = False

    series_id = fields.Many2one(
        comodel_name="metrology.number.series",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    period = fields.Char(required=True, readonly=True, default="")
    n = fields.Integer(string="No.", required=True, readonly=True, aggregator=None)
    name = fields.Char(string="Number", required=True, readonly=True, index=True)
    model = fields.Char(string="Kind of Document", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="model", readonly=True
    )

    _n_uniq = models.UniqueIndex("(series_id, period, n)")
    _document_uniq = models.UniqueIndex("(series_id, model, res_id)")
    _name_uniq = models.UniqueIndex("(series_id, name)")
    _free = models.Index("(series_id, period, n) WHERE res_id IS NULL")

    # --- CRUD: nobody writes numbers by hand ---

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("Numbers are given by the system only."))

    def write(self, vals):
        raise AccessError(self.env._("A number that was given cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A number that was given cannot be deleted."))

    # --- BUSINESS ---

    @api.model
    def _assign(self, code, records, date=None):
        """Give each record its number of the series ``code``.

        Ask at a transition of an existing record, not in ``create``. Asking again
        returns the same numbers.

        :param str code: code of the series, such as ``order``
        :param records: recordset of one model; those with ``company_id`` use the series
            of their company
        :param date: day of the number, default today of each institution
        :return: ``{record.id: number as text}``
        :raises UserError: there is no series with that code
        """
        if not records:
            return {}
        companies = self.env["res.company"]
        by_company = {}
        for record in records.sudo():
            company = "company_id" in record and record.company_id or self.env.company
            companies |= company
            by_company.setdefault(company, []).append(record.id)
        series_of = self.env["metrology.number.series"]._get_for(code, companies)
        result = {}
        by_series = {}
        for company, ids in by_company.items():
            day = date or self.env["metrology.calendar"]._today(company)
            by_series.setdefault((series_of[company.id], day), []).extend(ids)
        with self._number_cursor() as cr:
            for (series, day), ids in by_series.items():
                result.update(self._take(cr, series, day, records._name, sorted(ids)))
            self._release_if_rolled_back(cr, records, series_of.values())
        return result

    @contextmanager
    def _number_cursor(self):
        """The short transaction in which numbers are taken.

        A test in a transaction, and a module being installed, see records and series
        that nobody else sees yet; both therefore take numbers in their own transaction.
        A test with real processes has no cursor and takes the ordinary way.
        """
        in_test = getattr(modules.module.current_test, "cr", None)
        if in_test or not self.env.registry.ready:
            self.env.flush_all()
            yield self.env.cr
            return
        with self._open_number_cursor() as cr:
            yield cr

    def _open_number_cursor(self):
        """Open a cursor of its own; READ COMMITTED sees what others just committed."""
        cr = self.env.registry.cursor()
        cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        return cr

    @staticmethod
    def _take(cr, series, day, model, ids):
        """Give numbers in the transaction ``cr``; return ``{id: text}``."""

        def read():
            cr.execute(
                "SELECT res_id, name FROM metrology_number"
                " WHERE series_id = %s AND model = %s AND res_id = ANY(%s)",
                [series.id, model, ids],
            )
            return dict(cr.fetchall())

        known = read()
        if len(known) == len(ids):
            return known
        # One writer per series. The lock is waited for, then the rows are read again:
        # under READ COMMITTED this sees what the writer before has committed.
        cr.execute(
            "SELECT pg_advisory_xact_lock(hashtext('metrology_number'), %s)",
            [series.id],
        )
        known = read()
        missing = [res_id for res_id in ids if res_id not in known]
        if not missing:
            return known
        period = series._get_period(day)
        cr.execute(
            "SELECT id, name FROM metrology_number WHERE series_id = %s"
            " AND period = %s AND res_id IS NULL ORDER BY n LIMIT %s FOR UPDATE",
            [series.id, period, len(missing)],
        )
        free = list(zip(cr.fetchall(), missing, strict=False))
        if free:
            cr.execute(
                "UPDATE metrology_number SET model = %s, res_id = t.res_id"
                " FROM unnest(%s::int[], %s::int[]) AS t(id, res_id)"
                " WHERE metrology_number.id = t.id",
                [
                    model,
                    [row[0] for row, _id in free],
                    [res_id for _row, res_id in free],
                ],
            )
            known.update((res_id, row[1]) for row, res_id in free)
        missing = [res_id for res_id in missing if res_id not in known]
        if missing:
            cr.execute(
                "SELECT COALESCE(max(n), 0) FROM metrology_number"
                " WHERE series_id = %s AND period = %s",
                [series.id, period],
            )
            first = cr.fetchone()[0] + 1
            numbers = list(range(first, first + len(missing)))
            names = [series._format(day, n) for n in numbers]
            cr.execute(
                "INSERT INTO metrology_number"
                " (series_id, period, n, name, model, res_id)"
                " SELECT %s, %s, t.n, t.name, %s, t.res_id"
                " FROM unnest(%s::int[], %s::varchar[], %s::int[])"
                " AS t(n, name, res_id)",
                [series.id, period, model, numbers, names, missing],
            )
            known.update(zip(missing, names, strict=True))
        return known

    def _release_if_rolled_back(self, cr, records, series):
        """Free the numbers of records that nobody else can see yet if they vanish."""
        if cr is self.env.cr:
            return
        cr.execute(
            f'SELECT id FROM "{records._table}" WHERE id = ANY(%s)',
            [records.ids],
        )
        unborn = sorted(set(records.ids) - {row[0] for row in cr.fetchall()})
        if not unborn:
            return
        open_cursor, model = self._open_number_cursor, records._name
        series_ids = sorted({item.id for item in series})

        def release():
            with open_cursor() as late:
                late.execute(
                    "UPDATE metrology_number SET model = NULL, res_id = NULL"
                    " WHERE series_id = ANY(%s) AND model = %s AND res_id = ANY(%s)",
                    [series_ids, model, unborn],
                )

        self.env.cr.postrollback.add(release)
