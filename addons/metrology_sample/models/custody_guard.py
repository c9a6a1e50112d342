# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError

# Only the custody methods hold this object; a context over RPC cannot carry it.
_CUSTODY = object()


class MetrologyCustodyGuard(models.AbstractModel):
    """What the stock documents of samples share: only custody methods change them.

    Bare Odoo lets every stock user move a serial number that is not there, receive it
    twice, and edit done lines.  For the products of samples that is refused here,
    for whoever comes without the key, superuser included: a wrong move is undone by
    a move back, which stays visible.
    """

    _name = "metrology.custody.guard"
    _description = "Guard of Sample Custody"

    def _custody_open(self):
        """Return the records with the key to sample stock (Python only)."""
        return self.with_context(metrology_custody=_CUSTODY)

    def _custody_is_open(self):
        return self.env.context.get("metrology_custody") is _CUSTODY

    def _custody_refuse(self, names):
        raise UserError(
            self.env._(
                "%(names)s: the custody of samples is not written by hand. Use "
                "Receive, Hand Over, Return or Undo on the sample; what is done "
                "stays, and is undone by a move back.",
                names=", ".join(names[:5]) or "–",
            )
        )
