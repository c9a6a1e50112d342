# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from .metrology_certificate import SERIES


class MetrologyCertificate(models.Model):
    """Issued certificates: printed, handed over, opened again, succeeded."""

    _inherit = "metrology.certificate"

    def action_print(self, reason=None):
        """Hand out the issued PDF; the first time it becomes printed (S3-5.8.11).

        Several are handed out as a ZIP of single files: joined, no signature holds.

        :param str reason: needed where one was printed before
        :raises UserError: one of them is not approved, or printed before and no reason
        """
        self._check_may_print()
        self._lock()
        reason = (reason or "").strip()
        for certificate in self:
            certificate._check_printable(reason)
        first = self.filtered(lambda certificate: certificate.state == "to_print")
        for certificate in self - first:
            certificate.message_post(
                body=self.env._("Printed again: %(reason)s", reason=reason)
            )
        first._step(self.env._("Printed")).write(
            {
                "state": "printed",
                "printed_on": fields.Datetime.now(),
                "print_count": 1,
            }
        )
        for certificate in self - first:
            certificate._step(
                self.env._("Printed again: %(reason)s", reason=reason)
            ).write({"print_count": certificate.print_count + 1})
        return self._action_download()

    def _check_printable(self, reason):
        self.ensure_one()
        if self.state not in ("to_print", "printed", "released"):
            raise UserError(
                self.env._(
                    "The certificate %(name)s is not approved and cannot be printed.",
                    name=self.display_name,
                )
            )
        self._raise_blockers(self._get_change_blockers())
        if self.print_count and not reason:
            raise UserError(
                self.env._(
                    "The certificate %(name)s was printed on %(when)s. Say why it is "
                    "printed again.",
                    name=self.display_name,
                    when=fields.Datetime.context_timestamp(
                        self, self.printed_on
                    ).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def _assign_numbers(self):
        """Number those that have none; each kind has its own series."""
        Number = self.env["metrology.number"]
        unnumbered = self.filtered(lambda certificate: not certificate.name)
        for kind, certificates in unnumbered.grouped("kind").items():
            numbers = Number._assign(SERIES % kind, certificates)
            for certificate in certificates:
                certificate._step(self.env._("Numbered")).write(
                    {"name": numbers[certificate.id]}
                )

    def _reopen(self, reason):
        """Open a recalled certificate for editing; its number stays (S3-5.8.8)."""
        self.ensure_one()
        self.sudo().signature_ids._withdraw(reason)
        self._step(reason).sudo().write(
            {
                "state": "editing",
                "return_reason": reason,
                "revision": self.revision + 1,
                "checker_id": False,
                "approver_id": False,
                "content": False,
                "content_digest": False,
                "issue_date": False,
                "token": False,
                "seal_id": False,
                "pdf_id": False,
                "pdf_sha256": False,
                "print_count": 0,
                "printed_on": False,
            }
        )
        self._notify_tester(reason)

    def _make_successor(self, relation, record):
        """Make the draft of a supplement or a replacement (S0-6.4.4).

        :param str relation: supplement or replacement
        :param record: metrology.record it is made from: that of this certificate, or
            the one that corrects it
        """
        self.ensure_one()
        names = (self._COVER_FIELDS - {"layout_id", "note"}) | {
            "received_date",
            "test_date",
            "interval_months",
            "kind",
        }
        vals = self._convert_to_write({name: self[name] for name in names})
        layout = self.env["metrology.certificate.layout"]._find(
            self.kind, self.company_id
        )
        return (
            self._step(self.env._("Made to change %(name)s", name=self.name))
            .create(
                vals
                | {
                    "relation": relation,
                    "original_id": self.id,
                    "record_id": record.id,
                    "company_id": self.company_id.id,
                    "layout_id": (layout or self.layout_id).id,
                }
            )
            .with_env(self.env)
        )

    def _mark_released(self):
        """The certificates were handed over (called by the hand-over)."""
        self._lock()
        for certificate in self:
            certificate._check_state("to_print", "printed")
            certificate._raise_blockers(certificate._get_change_blockers())
        self._step(self.env._("Released")).write(
            {"state": "released", "released_on": fields.Datetime.now()}
        )
