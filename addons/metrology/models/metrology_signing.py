# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import AccessDenied, UserError


class MetrologySigning(models.AbstractModel):
    """Whoever signs shows again who he is.

    A session may stand open on a shared bench computer, therefore a signature asks
    for the person, not for the session. Odoo's own identity check has a grace of ten
    minutes and lives in HTTP requests only; this one has neither.
    """

    _name = "metrology.signing"
    _description = "Signing"

    @api.model
    def _authenticate(self, password):
        """Check the password of the person who acts now.

        Wrong passwords count towards Odoo's login cooldown (system parameters
        `base.login_cooldown_after` and `base.login_cooldown_duration`).

        :param str password: what the person typed
        :return: True
        :raises UserError: empty or wrong password, or too many wrong ones
        """
        user = self.env.user
        try:
            if not password or not isinstance(password, str):
                raise AccessDenied()
            with user._assert_can_auth(user=user.login):
                user._check_credentials(
                    {"type": "password", "login": user.login, "password": password},
                    {"interactive": True},
                )
        except AccessDenied as error:
            raise UserError(
                self.env._(
                    "The password of %(user)s is wrong. Nothing was signed.",
                    user=user.name,
                )
            ) from error
        return True
