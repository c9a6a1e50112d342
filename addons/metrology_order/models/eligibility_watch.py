# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models

#: What never changes whether something may be used.
_IGNORED = ("message_", "activity_", "rating_", "website_", "access_", "my_")
_IGNORED_NAMES = frozenset(("note", "expiry_notified_for", "color", "sequence"))


class MetrologyEligibilityWatch(models.AbstractModel):
    """Master data on which open work depends: a change is told to those concerned.

    How to use: inherit it in an extension of the model and say in
    ``_eligibility_scope`` what the records bear on.  Every field counts unless
    ``_eligibility_fields`` names some: one judgement too many costs little, one too
    few would leave people working with what is not allowed any more.
    """

    _name = "metrology.eligibility.watch"
    _description = "Master Data that Open Work Depends on"

    #: names of the fields that count; empty for all
    _eligibility_fields = ()

    def _eligibility_scope(self):
        """Return what the records bear on, as arguments of the notices' ``_touch``."""
        raise NotImplementedError

    def _eligibility_touch(self):
        if self:
            self.env["metrology.eligibility.notice"]._touch(
                **self.sudo()._eligibility_scope()
            )

    @api.model
    def _eligibility_counts(self, vals):
        if self._eligibility_fields:
            return any(name in vals for name in self._eligibility_fields)
        return any(
            not name.startswith(_IGNORED) and name not in _IGNORED_NAMES
            for name in vals
        )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._eligibility_touch()
        return records

    def write(self, vals):
        if not self._eligibility_counts(vals):
            return super().write(vals)
        # What it bore on before may be stopped, what it bears on now may go on.
        self._eligibility_touch()
        result = super().write(vals)
        self._eligibility_touch()
        return result

    def unlink(self):
        self._eligibility_touch()
        return super().unlink()

    # Before a decision --------------------------------------------------------

    def _eligibility_impact(self):
        """Say which open work would be stopped if the records were suspended.

        It is tried, not estimated: the state is written, the jobs that depend on it
        are judged, and everything is taken back.

        :return: a sentence in the user's language; False where there is no open work
        """
        Notice = self.env["metrology.eligibility.notice"].sudo()
        changed = {
            name: set(ids) for name, ids in self.sudo()._eligibility_scope().items()
        }
        jobs = Notice._find_jobs(changed).filtered(lambda job: job._is_open())
        if not jobs:
            return False
        eligibility = self.env["metrology.eligibility"].sudo()

        def blocked():
            answers = eligibility._evaluate_open(jobs)
            return {job_id for job_id, answer in answers.items() if not answer["ok"]}

        before, after = blocked(), set()
        records = self.sudo().with_context(tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                records._guard_open().write({"state": "suspended"})
                after = blocked()
                raise _TakeBack
        except _TakeBack:
            # Taken back on purpose.
            self.env.invalidate_all()
        stopped = jobs.browse(sorted(after - before))
        if not stopped:
            return self.env._(
                "%(count)s open jobs depend on it, none of them on it alone: they can "
                "go on.",
                count=len(jobs),
            )
        amount = stopped._get_amount_text()
        values = {"jobs": len(stopped), "orders": len(stopped.order_id)}
        if amount:
            return self.env._(
                "This will stop %(jobs)s open jobs of %(orders)s orders, worth "
                "%(amount)s.",
                amount=amount,
                **values,
            )
        return self.env._(
            "This will stop %(jobs)s open jobs of %(orders)s orders.", **values
        )


class _TakeBack(Exception):
    """Leaves a savepoint without keeping what was written in it."""
