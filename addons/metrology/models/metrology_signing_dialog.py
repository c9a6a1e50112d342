# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologySigningDialog(models.AbstractModel):
    """A dialog that asks for the password of the person who signs.

    The password is never stored: the button of the dialog sends it on in its context
    (``context="{'signing_password': password}"``). The client reads the dialog back
    before it presses the button, so what it sent a moment ago is given back to it.
    """

    _name = "metrology.signing.dialog"
    _description = "Dialog to Sign with the Password"

    password = fields.Char(store=False)

    def web_save(self, vals, specification, next_id=None):
        result = super().web_save(vals, specification, next_id=next_id)
        if vals.get("password") and "password" in specification:
            for values in result:
                values["password"] = vals["password"]
        return result

    def _take_password(self):
        """Return the password the button sent along, and the dialog without it."""
        password = self.env.context.get("signing_password") or ""
        return password, self.with_context(signing_password=None)
