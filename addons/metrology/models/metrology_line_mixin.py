# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyLineMixin(models.AbstractModel):
    """A line that changes only while its document is open.

    How to use: refuse in ``_check_open`` what may not be changed any more.  It is asked
    before and after a change, so that a line neither leaves nor enters a closed
    document.  Odoo stores what it computes itself through ``_write``, which is not
    asked here.
    """

    _name = "metrology.line.mixin"
    _description = "Line of a Document That Closes"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._check_open()

    def _check_open(self):
        """Refuse lines whose document is closed. Hook.

        :raises UserError: names the document
        """
