# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from .capability import STATES

_STATE_CODES = {f"capability_{state}" for state, _label in STATES}


class MetrologyCapability(models.Model):
    """What others ask of capabilities: which one serves, and why one does not."""

    _inherit = "metrology.capability"

    @api.model
    def _domain_valid(self, day):
        """Return the domain of the capabilities that are valid on ``day``."""
        return (
            Domain("state", "=", "active")
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    @api.model
    def _find_for(self, instrument_type, service_kind, day):
        """Return the capabilities valid on ``day`` for instrument types and a service.

        :param instrument_type: recordset of metrology.instrument.type, any number
        :param str service_kind: verification, calibration, testing or inspection
        :rtype: recordset of metrology.capability, those of the type itself first,
            then those of its categories
        """
        found = self._get_for(instrument_type, [service_kind], day)
        result = self.browse()
        for kind in instrument_type:
            result |= found[kind.id, service_kind]
        return result

    @api.model
    def _get_for(self, instrument_types, service_kinds, day):
        """Find capabilities for many instrument types and services at once.

        :return: {(type id, service kind): capabilities}, with an entry for each pair;
            the nearer in the tree of types the earlier
        :rtype: dict[tuple[int, str], recordset]

        Two queries for any number of types.
        """
        paths = {
            kind.id: [int(part) for part in (kind.parent_path or "").split("/") if part]
            or [kind.id]
            for kind in instrument_types
        }
        wanted = {type_id for path in paths.values() for type_id in path}
        by_type = defaultdict(self.browse)
        for capability in self.search(
            Domain("instrument_type_id", "in", list(wanted))
            & Domain("service_kind", "in", list(service_kinds))
            & Domain("company_id", "in", self.env.companies.ids)
            & self._domain_valid(day)
        ):
            key = (capability.instrument_type_id.id, capability.service_kind)
            by_type[key] |= capability
        result = {}
        for type_id, path in paths.items():
            for kind in service_kinds:
                found = self.browse()
                for ancestor in reversed(path):
                    found |= by_type[ancestor, kind]
                result[type_id, kind] = found
        return result

    def _get_editions(self, day):
        """Return the edition each capability is worked by on ``day``.

        A dated reference stays with its edition, an undated one resolves to the
        edition in force (GB/T 1.1: undated references).

        :return: {capability id: edition}; none where no edition is in force
        :rtype: dict[int, recordset]
        """
        undated = self.filtered(lambda capability: not capability.edition_id)
        current = self.env["metrology.method.edition"]._get_in_force(
            undated.method_id, day
        )
        result = {}
        for capability in self:
            edition = capability.edition_id or current.get(capability.method_id.id)
            if edition:
                result[capability.id] = edition
        return result

    def _get_validity_blockers(self, day):
        """Say why each capability may not be worked under on ``day``.

        :return: {capability id: [(code, message)]}, an empty list where it may
        :rtype: dict[int, list[tuple[str, str]]]

        A fixed number of queries for any number of capabilities.
        """
        editions = self._get_editions(day)
        edition_blockers = (
            self.env["metrology.method.edition"]
            .union(*editions.values())
            ._get_validity_blockers(day)
        )
        result = {}
        for capability in self:
            blockers = capability._own_blockers(day)
            edition = editions.get(capability.id)
            if edition:
                blockers += edition_blockers[edition.id]
            else:
                blockers.append(
                    (
                        "edition_missing",
                        self.env._(
                            "%(capability)s: no edition of %(method)s is in force on "
                            "%(day)s.",
                            capability=capability.display_name,
                            method=capability.method_id.code,
                            day=day,
                        ),
                    )
                )
            result[capability.id] = blockers
        return result

    def _own_blockers(self, day):
        """Return the blockers of this one capability's own state and dates."""
        self.ensure_one()
        values = {"capability": self.display_name, "day": day}
        blockers = []
        if self.state != "active":
            blockers.append(
                (
                    f"capability_{self.state}",
                    self.env._(
                        "The capability %(capability)s is not in use (%(state)s).",
                        state=self._state_label(),
                        **values,
                    ),
                )
            )
        if self.date_from and self.date_from > day:
            blockers.append(
                (
                    "capability_not_yet",
                    self.env._(
                        "The capability %(capability)s is valid from %(from)s only.",
                        **values | {"from": self.date_from},
                    ),
                )
            )
        if self.date_to and self.date_to < day:
            blockers.append(
                (
                    "capability_expired",
                    self.env._(
                        "The capability %(capability)s expired on %(to)s.",
                        to=self.date_to,
                        **values,
                    ),
                )
            )
        if self.grant_id:
            blockers += self.sudo().grant_id._get_validity_blockers(day)[
                self.grant_id.id
            ]
        return blockers

    def _get_acceptance_blockers(self, day):
        """Say why no new line may be accepted under each capability on ``day``.

        Validity first; later addons add too few persons, no standard in date, ...
        Same shape as ``_get_validity_blockers``. Hook.
        """
        return self._get_validity_blockers(day)

    def _get_activation_blockers(self, day):
        """Add: an edition in force, the dates, and what the authorisation names."""
        result = super()._get_activation_blockers(day)
        validity = self._get_validity_blockers(day)
        for capability in self:
            blockers = result[capability.id]
            blockers += [
                (code, message)
                for code, message in validity[capability.id]
                # The state itself is judged above.
                if code not in _STATE_CODES
            ]
            missing = [
                name
                for name in ("department_id", "authority", "certificate_number")
                if not capability[name]
            ]
            if missing:
                blockers.append(
                    (
                        "capability_incomplete",
                        self.env._(
                            "%(capability)s: fill in %(fields)s first.",
                            capability=capability.display_name,
                            fields=self._guard_labels(missing),
                        ),
                    )
                )
        return result
