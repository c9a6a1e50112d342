# SPDX-License-Identifier: AGPL-3.0-only
import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from .metrology_impact_progress import STALLED_MINUTES

_logger = logging.getLogger(__name__)

#: Results listed in one transaction: some seconds, so that a killed worker loses little
#: and whoever cancels does not wait.
CHUNK = 20_000
GONE_STATES = ("superseded", "void")


class MetrologyImpactListing(models.Model):
    """A listing under way: what is to be listed, in which pieces, and how far it is.

    Each piece is a transaction of its own, in the queue one job that starts the next;
    a job that is killed is run again and finds the piece as it was. The lines it
    writes belong to no analysis until the last step ranks them and puts them in place
    of the earlier list. Who cancels writes the analysis only, never this row, so that he
    waits for nobody; the next job then finds that it is not wanted any more.
    """

    _name = "metrology.impact.listing"
    _description = "Listing under Way"
    _inherit = ["metrology.guard.mixin"]
    _order = "id desc"
    _rec_name = "analysis_id"

    analysis_id = fields.Many2one(
        comodel_name="metrology.impact.analysis",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="analysis_id.company_id", store=True, index=True
    )
    bounds = fields.Json(
        readonly=True, help="The last record of each piece; a piece starts after it."
    )
    position = fields.Integer(readonly=True, help="The piece that comes next.")
    done = fields.Integer(string="Results Listed", readonly=True)
    total = fields.Integer(string="Results to List", readonly=True)

    @api.model
    def _plan(self, analysis):
        """Return a new listing of an analysis, cut into pieces.

        Two statements, however many records there are.

        :raises UserError: results in several units, and no unit of the shift
        """
        analysis.ensure_one()
        listing = self.create({"analysis_id": analysis.id})
        if analysis.shift_kind != "unknown" and not analysis.shift_unit_id:
            listing._check_one_unit()
        bounds, total, size = [], 0, 0
        for record, weight in listing._read_weights():
            size += weight
            total += weight
            last = record
            if size >= CHUNK:
                bounds.append(record)
                size = 0
        if size:
            bounds.append(last)
        listing.write({"bounds": bounds, "total": total})
        return listing

    # --------------------------------------------------------------------- steps
    def _run(self):
        """List everything in this transaction."""
        while not self._step():
            continue

    def _step(self):
        """List the next piece, or put the complete list in place.

        :return: True when it is complete
        """
        self.ensure_one()
        bounds = self.bounds or []
        place = self.position
        if place < len(bounds):
            low = bounds[place - 1] if place else 0
            self.done += self._write_piece(
                SQL("e.record_id > %s AND e.record_id <= %s", low, bounds[place])
            )
            self.position = place + 1
        if self.position < len(bounds):
            return False
        self._finish()
        return True

    def _finish(self):
        """Put the complete list in place of the earlier one, ranked."""
        analysis = self.analysis_id._lock()
        if len(self.bounds or []) > 1:
            self._catch_up()
        self.env.flush_all()
        if self.env["metrology.impact.line"].search_count(
            [("analysis_id", "=", analysis.id), ("decision", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._(
                    "Records of %(analysis)s were decided upon meanwhile: the list they "
                    "stand in stays.",
                    analysis=analysis.display_name,
                )
            )
        self._delete_lines(SQL("analysis_id = %s", analysis.id))
        self._rank()
        self._lift_missing()
        queued = len(self.bounds or []) > 1
        analysis._guard_open().write(
            {
                "state": "open",
                "has_shift": analysis.shift_kind != "unknown",
                "is_outdated": False,
                "computed_on": fields.Datetime.now(),
                "computed_by_id": self.create_uid.id or self.env.uid,
                "listing_state": "complete",
                "listing_id": False,
                "listing_error": False,
            }
        )
        if queued:
            analysis._tell(self.create_uid, self.env._("The list is complete."))
        self.unlink()
        self.env["metrology.impact.line"].invalidate_model()
        self.env["metrology.impact.result"].invalidate_model()
        analysis.invalidate_recordset()

    def _catch_up(self):
        """List again what changed while the pieces were written.

        Records that were submitted, returned or filed meanwhile, by their last change;
        an hour is added for transactions that began before and ended later.
        """
        self.env.flush_all()
        since = self.create_date - timedelta(hours=1)
        self.env.cr.execute(
            SQL(
                """
                SELECT l.record_id
                  FROM metrology_impact_line l
                  JOIN metrology_record r ON r.id = l.record_id
                 WHERE l.listing_id = %(listing)s
                   AND (r.write_date >= %(since)s OR NOT EXISTS (
                        SELECT 1 FROM metrology_record_equipment e
                         WHERE e.record_id = l.record_id AND %(where)s))
                 UNION
                SELECT e.record_id
                  FROM metrology_record_equipment e
                 WHERE %(where)s AND NOT EXISTS (
                       SELECT 1 FROM metrology_impact_line l
                        WHERE l.listing_id = %(listing)s AND l.record_id = e.record_id)
                """,
                listing=self.id,
                since=since,
                where=self._where(),
            )
        )
        records = [row[0] for row in self.env.cr.fetchall()]
        if records:
            self._delete_lines(
                SQL("listing_id = %s AND record_id = ANY(%s)", self.id, records)
            )
            self._write_piece(SQL("e.record_id = ANY(%s)", records))

    def _rank(self):
        """Rank the lines: by change, then what a person judges, then by shift / U.

        With it come the certificate in force beside each record and the analysis the
        lines belong to from now on. Two statements.
        """
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                UPDATE metrology_impact_line l
                   SET analysis_id = %(analysis)s, listing_id = NULL, rank = o.rank
                  FROM (SELECT id, row_number() OVER (
                               ORDER BY changed_count = 0, unknown_count = 0,
                                        ratio DESC NULLS LAST, record_id) AS rank
                          FROM metrology_impact_line
                         WHERE listing_id = %(listing)s) o
                 WHERE l.id = o.id
                """,
                analysis=self.analysis_id.id,
                listing=self.id,
            )
        )
        cr.execute(
            SQL(
                """
                UPDATE metrology_impact_line l
                   SET certificate_id = c.id
                  FROM (SELECT DISTINCT ON (c.record_id) c.record_id, c.id
                          FROM metrology_certificate c
                          JOIN metrology_impact_line l ON l.record_id = c.record_id
                         WHERE l.analysis_id = %(analysis)s
                           AND c.state != ALL(%(gone)s)
                         ORDER BY c.record_id, c.id DESC) c
                 WHERE l.analysis_id = %(analysis)s AND c.record_id = l.record_id
                """,
                analysis=self.analysis_id.id,
                gone=list(GONE_STATES),
            )
        )

    def _lift_missing(self):
        """Let go of records the analysis holds up but does not list any more."""
        analysis = self.analysis_id
        self.env["metrology.impact.line"].invalidate_model()
        held = self.env["metrology.record"].search(
            [("impact_hold_id", "=", analysis.id)]
        )
        if held:
            listed = self.env["metrology.impact.line"].search(
                [("analysis_id", "=", analysis.id), ("record_id", "in", held.ids)]
            )
            (held - listed.record_id)._impact_lift(
                self.env._(
                    "%(analysis)s does not list it any more.",
                    analysis=analysis.display_name,
                )
            )

    # --------------------------------------------------------------------- queue
    def _enqueue(self):
        """Put the next step into the queue, once."""
        self.ensure_one()
        self.with_delay(
            description=self.env._(
                "List %(analysis)s", analysis=self.analysis_id.display_name
            ),
            identity_key=f"metrology_impact_{self.id}_{self.position}",
        )._job_step()

    def _job_step(self):
        """Do one step in the queue and start the next; what fails is told.

        :return: a sentence for the log of the queue
        """
        self = self.exists()
        if not self:
            return self.env._("The listing was cancelled.")
        self._lock()
        analysis = self.analysis_id
        if analysis.listing_id != self or analysis.listing_state != "running":
            self._drop()
            return self.env._("The listing was cancelled.")
        try:
            with self.env.cr.savepoint():
                complete = self._step()
        except (OperationalError, RetryableJobError):
            # A lock, a killed connection: the queue tries again.
            raise
        except UserError as error:
            return self._fail(str(error))
        except Exception as error:
            _logger.exception("Listing of %s failed", analysis.name)
            return self._fail(f"{type(error).__name__}: {error}")
        if not complete:
            self._enqueue()
            return self.env._("%(done)s of %(total)s", done=self.done, total=self.total)
        return self.env._("The list is complete.")

    def _fail(self, text):
        """Note that the listing failed and why; the earlier list stays."""
        self.invalidate_recordset()
        analysis, user = self.analysis_id, self.create_uid
        analysis._end_listing("failed", text)
        analysis._tell(user, self.env._("The listing failed: %(cause)s", cause=text))
        self._drop()
        return text

    @api.model
    def _cron_resume(self):
        """Put listings that stand still into the queue again: their worker was killed."""
        limit = fields.Datetime.now() - timedelta(minutes=STALLED_MINUTES)
        running = self.env["metrology.impact.analysis"].search(
            [("listing_state", "=", "running"), ("listing_id.write_date", "<", limit)]
        )
        for listing in running.listing_id:
            listing._enqueue()

    # ---------------------------------------------------------------------- end
    def _drop(self):
        """Delete listings and what they wrote, unless a job is just at one of them.

        That job's successor finds that it is not wanted, and drops it.
        """
        for listing in self:
            free = listing.try_lock_for_update()
            if free:
                free._delete_lines(SQL("listing_id = %s", free.id))
                free.unlink()

    @api.autovacuum
    def _gc_dropped(self):
        """Delete what cancelled listings left while a job was at them."""
        limit = fields.Datetime.now() - timedelta(hours=1)
        listings = self.search([("write_date", "<", limit)])
        wanted = self.env["metrology.impact.analysis"].search(
            [("listing_id", "in", listings.ids), ("listing_state", "=", "running")]
        )
        (listings - wanted.listing_id)._drop()

    def _delete_lines(self, where):
        """Delete lines with their results, in three statements.

        By the ids themselves: right after a COPY a join of both would be planned without
        knowing their sizes.
        """
        cr = self.env.cr
        cr.execute(SQL("SELECT id FROM metrology_impact_line WHERE %s", where))
        lines = [row[0] for row in cr.fetchall()]
        if lines:
            for table, column in (
                ("metrology_impact_result", "line_id"),
                ("metrology_impact_line", "id"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        lines,
                    )
                )
