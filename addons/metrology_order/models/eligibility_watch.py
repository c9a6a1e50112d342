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
