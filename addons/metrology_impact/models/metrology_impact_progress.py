# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_impact_analysis import OPENER_GROUPS

#: Results that are listed while the person waits, in about a second; more go through
#: the queue.
IMMEDIATE = 5_000
#: Without a step for so long a listing stands still: its worker was killed.
STALLED_MINUTES = 5


class MetrologyImpactAnalysis(models.Model):
    """How an analysis gets its list: at once, or in the queue, with progress.

    The earlier list stays until the new one is complete; meanwhile nothing is decided
    and nothing the list depends on is changed. A cancelled or failed listing leaves
    nothing behind and may be run again.
    """

    _inherit = "metrology.impact.analysis"

    listing_state = fields.Selection(
        selection=[
            ("running", "Being Listed"),
            ("complete", "Complete"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        string="Listing",
        readonly=True,
        copy=False,
        tracking=True,
    )
    listing_id = fields.Many2one(
        comodel_name="metrology.impact.listing",
        string="Listing under Way",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    listing_error = fields.Text(string="Cause", readonly=True, copy=False)
    listing_progress = fields.Float(
        string="Progress",
        compute="_compute_listing_progress",
        help="Share of the results that are listed, in percent.",
    )
    listing_done = fields.Char(compute="_compute_listing_progress", string="Listed")
    listing_stalled = fields.Boolean(
        string="Stands Still", compute="_compute_listing_progress"
    )
    is_outdated = fields.Boolean(
        string="Changed since the Listing",
        readonly=True,
        copy=False,
        help="What the list follows from was changed: rank again before deciding.",
    )

    def _compute_listing_progress(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), minutes=STALLED_MINUTES)
        for analysis in self:
            listing = analysis.listing_id
            running = analysis.listing_state == "running"
            done, total = listing.done, max(listing.total, 1)
            analysis.listing_progress = 100 * done / total if running else 0
            analysis.listing_done = (
                self.env._("%(done)s of %(total)s", done=done, total=listing.total)
                if running
                else False
            )
            analysis.listing_stalled = running and (
                not listing or listing.write_date < limit
            )

    # ------------------------------------------------------------------- actions
    def action_compute(self):
        """List and rank the results in question; again as long as nothing is decided.

        Many results are listed in the queue. Who clicks while it is under way starts no
        second listing.

        :raises UserError: the shift is incomplete, or something was decided already
        """
        self._guard_check_group(OPENER_GROUPS)
        self.check_access("write")
        self._lock()
        for analysis in self:
            if analysis.listing_state != "running":
                analysis._list()
        return True

    def action_cancel_listing(self):
        """Stop a listing that is under way; the earlier list stays as it was.

        :raises UserError: none is under way
        """
        self._guard_check_group(OPENER_GROUPS)
        self.check_access("write")
        self._lock()
        for analysis in self:
            analysis._check_listing()
            listing = analysis.sudo().listing_id
            text = self.env._(
                "Listing cancelled at %(done)s.", done=analysis.listing_done
            )
            analysis._end_listing("cancelled")
            analysis.message_post(body=text)
            listing._drop()
        return True

    def action_resume_listing(self):
        """Put a listing that stands still into the queue again; it goes on where it was.

        :raises UserError: none is under way
        """
        self._guard_check_group(OPENER_GROUPS)
        self.check_access("write")
        for analysis in self:
            analysis._check_listing()
            for listing in analysis.sudo().listing_id:
                listing._enqueue()
        return True

    @api.readonly
    def get_listing_state(self):
        """Return {state, progress in %, text} for the progress bar.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "state": self.listing_state or "",
            "progress": round(self.listing_progress, 1),
            "text": self.listing_done or "",
        }

    # -------------------------------------------------------------------- checks
    def _check_listing(self):
        self.ensure_one()
        if self.listing_state != "running":
            raise UserError(
                self.env._(
                    "%(analysis)s is not being listed now.",
                    analysis=self.display_name,
                )
            )

    def _check_not_listing(self):
        """Refuse changes of what a listing under way depends on.

        :raises UserError: one is under way
        """
        for analysis in self:
            if analysis.listing_state == "running":
                raise UserError(
                    self.env._(
                        "%(analysis)s is being listed (%(done)s). Wait until the list is "
                        "complete, or cancel the listing first.",
                        analysis=analysis.display_name,
                        done=analysis.listing_done,
                    )
                )

    def _check_complete(self):
        """Refuse decisions on a list that is not complete, or no longer follows.

        :raises UserError: it is being listed, or what it follows from was changed
        """
        self._check_not_listing()
        for analysis in self:
            if analysis.is_outdated and analysis.state == "open":
                raise UserError(
                    self.env._(
                        "The shift or the period of %(analysis)s was changed after the "
                        "listing: rank again before anything is decided.",
                        analysis=analysis.display_name,
                    )
                )

    # ------------------------------------------------------------------- listing
    def _list(self):
        """List and rank what is in question, at once or in the queue.

        The number of statements depends neither on the results nor on the records.

        :raises UserError: something was decided on already, or the shift is incomplete
        """
        self.ensure_one()
        if self.state == "closed" or self._guard_is_frozen():
            raise UserError(
                self.env._(
                    "Records of %(analysis)s were decided upon already: it is not "
                    "listed again. Open a new analysis for what is new.",
                    analysis=self.display_name,
                )
            )
        analysis = self.sudo()
        analysis._get_shift()
        self.env.flush_all()
        listing = self.env["metrology.impact.listing"].sudo()._plan(analysis)
        analysis._guard_open().write(
            {
                "listing_id": listing.id,
                "listing_state": "running",
                "listing_error": False,
            }
        )
        if listing.total > IMMEDIATE:
            listing._enqueue()
        else:
            listing._run()

    def _end_listing(self, state, error=False):
        """Note how the listing ended; what it wrote is dropped by the caller."""
        self.sudo()._guard_open().write(
            {"listing_state": state, "listing_id": False, "listing_error": error}
        )

    def _tell(self, user, text):
        """Tell the person who started the listing how it ended."""
        self.message_post(body=text, partner_ids=user.partner_id.ids)
