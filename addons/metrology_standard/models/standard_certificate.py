# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

#: kind -> fields of the standard that the certificate in force fills
TARGETS = {
    "examination": ("number", "authority", "date_from", "date_to"),
    "social": ("social_number", None, "social_date_from", "social_date_to"),
}


class MetrologyStandardCertificate(models.Model):
    """One edition of an examination or social public certificate of a standard.

    After a review the authority issues the next certificate.  It is registered here
    with its copy and put in force by another person; the one before is superseded and
    never comes back.  What the standard shows and prints is the one in force.
    """

    _name = "metrology.standard.certificate"
    _description = "Certificate of a Measurement Standard"
    _inherit = ["mail.thread", "metrology.guard.mixin"]
    _order = "standard_id, kind, date_from desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "standard_id.name"]

    _guard_action_fields = ("state", "approved_by_id", "approved_on")
    _guard_frozen_fields = (
        "standard_id",
        "kind",
        "number",
        "authority",
        "date_from",
        "date_to",
        "file",
        "file_name",
    )

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("examination", "Examination Certificate"),
            ("social", "Social Public Standard Certificate"),
        ],
        required=True,
        default="examination",
    )
    number = fields.Char(required=True, index=True, tracking=True)
    authority = fields.Char(string="Issued by", required=True, tracking=True)
    date_from = fields.Date(string="Valid from", required=True, tracking=True)
    date_to = fields.Date(string="Valid until", required=True, tracking=True)
    file = fields.Binary(string="Copy of the Certificate", attachment=True, copy=False)
    file_name = fields.Char()
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("in_force", "In Force"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False)

    _in_force_uniq = models.UniqueIndex(
        "(standard_id, kind) WHERE state = 'in_force'",
        "The measurement standard has a certificate of this kind in force already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A certificate cannot end before it starts."
    )

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for certificate in self:
            if certificate.state != "draft":
                raise UserError(
                    self.env._(
                        "The certificate %(certificate)s has been in force and stays "
                        "on file.",
                        certificate=certificate.display_name,
                    )
                )

    def action_approve(self):
        """Put certificates in force: the standard takes their number and dates.

        :raises UserError: decided before, entered by the caller, without a copy, of a
            standard given up, or ending no later than the one in force
        """
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self._lock()
        self.standard_id.lock_for_update()
        today = self.env["metrology.calendar"]._today(self.env.company)
        for certificate in self:
            certificate._check_approval()
            current = self.search(
                [
                    ("standard_id", "=", certificate.standard_id.id),
                    ("kind", "=", certificate.kind),
                    ("state", "=", "in_force"),
                ]
            )
            certificate._check_not_superseded(current)
            current._guard_open().write({"state": "superseded"})
            # One in force: the index is told of the old one before the new one.
            current.flush_recordset(["state"])
            certificate._guard_open().write(
                {
                    "state": "in_force",
                    "approved_by_id": self.env.uid,
                    "approved_on": today,
                }
            )
            certificate.standard_id._guard_open().write(
                certificate._prepare_standard_values()
            )
        return True

    def _check_approval(self):
        """Check that this one draft is complete and another's."""
        self.ensure_one()
        values = {
            "certificate": self.display_name,
            "standard": self.standard_id.display_name,
        }
        if self.state != "draft":
            raise UserError(
                self.env._("%(certificate)s was decided upon already.", **values)
            )
        if self.standard_id.state == "withdrawn":
            raise UserError(
                self.env._(
                    "%(standard)s was given up: it takes no certificate.", **values
                )
            )
        if not self.file:
            raise UserError(
                self.env._(
                    "Attach the copy of the certificate %(certificate)s first.",
                    **values,
                )
            )
        if self.create_uid == self.env.user and not self.env.su:
            raise UserError(
                self.env._(
                    "%(certificate)s was entered by you: another person puts it in "
                    "force.",
                    **values,
                )
            )

    def _check_not_superseded(self, current):
        """Refuse a certificate that ends no later than what the standard has."""
        self.ensure_one()
        number, date_to = current.number, current.date_to
        if not current:
            # The first registered one follows what was typed before the start.
            number_field, _authority, _from, to_field = TARGETS[self.kind]
            number = self.standard_id[number_field]
            date_to = self.standard_id[to_field]
            if number == self.number and date_to == self.date_to:
                return
        if date_to and self.date_to <= date_to:
            raise UserError(
                self.env._(
                    "The certificate %(certificate)s (until %(to)s) is superseded: "
                    "%(current)s of %(standard)s is valid until %(current_to)s.",
                    certificate=self.display_name,
                    to=self.date_to,
                    current=number,
                    current_to=date_to,
                    standard=self.standard_id.display_name,
                )
            )

    def _prepare_standard_values(self):
        """Return what this one certificate in force writes on its standard."""
        self.ensure_one()
        sources = ("number", "authority", "date_from", "date_to")
        return {
            target: self[source]
            for source, target in zip(sources, TARGETS[self.kind], strict=True)
            if target
        }
