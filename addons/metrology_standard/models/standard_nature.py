# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Natures of standards that serve their own unit, unless authorised for more.
OWN_UNIT_NATURES = ("department", "enterprise")


class MetrologyStandard(models.Model):
    """For whom a standard works, by its nature (JJF 1069 4.1.2, Metrology Law 6 to 8).

    A social public standard serves everybody once it has both certificates.  The
    highest standard of an enterprise or department needs the approval of its own unit
    and serves that unit, without mandatory verification; more is open to it within an
    authorised project in date.
    """

    _inherit = "metrology.standard"

    certificate_ids = fields.One2many(
        comodel_name="metrology.standard.certificate",
        inverse_name="standard_id",
        string="Certificates",
    )
    approval_number = fields.Char(
        string="Own Unit's Approval", copy=False, tracking=True
    )
    approval_by = fields.Char(string="Approved by", copy=False, tracking=True)
    approval_date = fields.Date(
        string="Approved on",
        copy=False,
        tracking=True,
        help="The day on which the own unit approved the use of the standard.",
    )
    approval_file = fields.Binary(
        string="Copy of the Approval", attachment=True, copy=False
    )
    approval_file_name = fields.Char(copy=False)

    @api.constrains("approval_date")
    def _check_approval_date(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for standard in self:
            if standard.approval_date and standard.approval_date > today:
                raise ValidationError(
                    self.env._(
                        "%(standard)s: its approval cannot be dated in the future.",
                        standard=standard.display_name,
                    )
                )

    def _own_blockers(self, day):
        """Add: no approval of the own unit on file."""
        blockers = super()._own_blockers(day)
        if self.nature in OWN_UNIT_NATURES and (
            not self.approval_date or self.approval_date > day
        ):
            blockers.append(
                (
                    "standard_not_approved",
                    self.env._(
                        "%(standard)s has no approval of its own unit on file "
                        "(Own Unit's Approval, Approved on).",
                        standard=self.display_name,
                    ),
                )
            )
        return blockers

    def _get_service_blockers(self, day, requests):
        """Say why these standards may not serve certain customers' work on ``day``.

        An authorised project is a capability that stands on a metrological
        authorisation (``metrology.grant``) in date and that the standard serves; its
        range is the authorised one.

        :param datetime.date day: the institution's calendar day
        :param list[dict] requests: each with ``key`` (any), ``capability``,
            ``internal`` (the customer belongs to the own unit) and ``mandatory``
            (mandatory verification)
        :return: {key: {standard id: [(code, message)]}}, only what is refused
        :rtype: dict

        A fixed number of queries for any number of standards and requests.
        """
        limited = self.filtered(lambda standard: standard.nature in OWN_UNIT_NATURES)
        asked = [one for one in requests if one["mandatory"] or not one["internal"]]
        if not limited or not asked:
            return {}
        # Together, so that all of them are read at once.
        capabilities = self.env["metrology.capability"].union(
            *(one["capability"] for one in asked)
        )
        in_force = capabilities.grant_id._get_validity_blockers(day)
        return {
            one["key"]: {
                standard.id: blockers
                for standard in limited
                if (blockers := standard._judge_service(one, in_force))
            }
            for one in asked
        }

    def _judge_service(self, request, grant_blockers):
        """Return why this one standard may not serve one request: at most one reason.

        The last step that fails is named, since it is the one to mend.
        """
        self.ensure_one()
        capability = request["capability"]
        grant = capability.grant_id
        values = {
            "standard": self.display_name,
            "capability": capability.display_name,
            "grant": grant.display_name,
            "nature": dict(self._fields["nature"]._description_selection(self.env))[
                self.nature
            ],
        }
        authorised = grant.kind == "authorisation" and capability in self.capability_ids
        if not authorised and request["internal"]:
            return [
                (
                    "standard_no_mandatory",
                    self.env._(
                        "%(standard)s (%(nature)s) may not do mandatory verification: "
                        "%(capability)s stands on no metrological authorisation.",
                        **values,
                    ),
                )
            ]
        if not authorised:
            return [
                (
                    "standard_internal_only",
                    self.env._(
                        "%(standard)s (%(nature)s) serves internal customers only: "
                        "%(capability)s stands on no metrological authorisation.",
                        **values,
                    ),
                )
            ]
        if grant_blockers[grant.id]:
            reasons = " ".join(text for _code, text in grant_blockers[grant.id])
            return [
                (
                    "authorisation_not_in_force",
                    self.env._(
                        "%(standard)s: %(reasons)s",
                        standard=self.display_name,
                        reasons=reasons,
                    ),
                )
            ]
        if request["mandatory"] and not capability.mandatory:
            return [
                (
                    "authorisation_not_mandatory",
                    self.env._(
                        "%(standard)s: the authorisation %(grant)s does not cover "
                        "mandatory verification under %(capability)s.",
                        **values,
                    ),
                )
            ]
        return []
