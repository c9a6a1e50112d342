# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain


class MetrologyMethod(models.Model):
    """Which source goes before which: the order of preference of methods."""

    _inherit = "metrology.method"

    @api.model
    def _get_preferred(self, instrument_types, service_kinds, day):
        """Return the methods in force of the best source for types and services.

        National documents go before departmental and local ones, those before
        published standards, and so on down to in-house methods (JJF 1069, 5.2.1 and
        5.2.2; ``const.SOURCE_LEVELS``).

        :param instrument_types: recordset of metrology.instrument.type
        :param service_kinds: list of services
        :param datetime.date day: the institution's calendar day
        :return: {(type id, service): methods}, empty where none is in force
        :rtype: dict[tuple[int, str], recordset]

        A fixed number of queries for any number of types.
        """
        paths = {
            kind.id: {int(part) for part in (kind.parent_path or "").split("/") if part}
            for kind in instrument_types
        }
        wanted = set().union(*paths.values()) if paths else set()
        methods = self.sudo().search(
            Domain("instrument_type_ids", "in", list(wanted))
            & Domain("service_kind", "in", list(service_kinds))
            & Domain("company_id", "in", [self.env.company.id, False])
        )
        in_force = (
            self.env["metrology.method.edition"].sudo()._get_in_force(methods, day)
        )
        result = {}
        for kind in instrument_types:
            for service in service_kinds:
                fitting = methods.filtered(
                    lambda method, path=paths[kind.id], service=service: (
                        method.id in in_force
                        and method.service_kind == service
                        and path.intersection(method.instrument_type_ids.ids)
                    )
                )
                best = min(fitting.mapped("source_level"), default=None)
                result[kind.id, service] = self.browse(
                    fitting.filtered(lambda m, best=best: m.source_level == best).ids
                )
        return result

    def _get_source_refusal(self, preferred, reason=False):
        """Say why this one method may not be taken beside better ones, or False.

        :param preferred: metrology.method of the best source for the type
        :param reason: what is told for taking a lower one (not for verification)
        :rtype: str or False
        """
        self.ensure_one()
        if not preferred or self.source_level <= preferred[0].source_level:
            return False
        values = {"method": self.code, "better": ", ".join(preferred.mapped("code"))}
        if self.service_kind == "verification":
            return self.env._(
                "%(method)s is a departmental or local regulation, and the national one "
                "(%(better)s) is in force: verification follows the national one.",
                **values,
            )
        if reason:
            return False
        return self.env._(
            "%(method)s comes from a lower source than %(better)s, which is in force: "
            "give the reason, or note that the customer asks for it.",
            **values,
        )
