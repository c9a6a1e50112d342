# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class ReportPadesProvider(models.AbstractModel):
    """Where the institution's key is: the contract of all providers.

    A provider is an abstract model ``report.pades.provider.<code>`` that inherits this
    one; the server option ``pades_provider`` names its code.  PKCS#12 files come with
    this addon; a PKCS#11 token, a remote seal service or SM2 keys are addons that
    return another pyHanko ``Signer`` here.
    """

    _name = "report.pades.provider"
    _description = "Provider of Signing Keys"

    def _get_signer(self):
        """Return a pyHanko ``Signer`` ready to sign, or raise UserError with a remedy.

        Called for every signature: keep what is costly to open.
        """
        raise NotImplementedError

    def _get_certificate(self):
        """Return the certificate (asn1crypto) of the key."""
        return self._get_signer().signing_cert
