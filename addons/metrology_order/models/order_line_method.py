# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyOrderLine(models.Model):
    """By which method a line is served: the order of sources, and the customer's wish.

    The capability on the best source is proposed.  Who chooses a lower one gives the
    reason, unless the customer asks for it; verification follows the national
    regulation where there is one (JJF 1069, 5.2.1 to 5.2.3).
    """

    _inherit = "metrology.order.line"

    method_by_customer = fields.Boolean(
        string="Method Asked for by the Customer",
        help="The customer has chosen this method himself.",
    )
    method_reason = fields.Char(
        string="Reason for the Lower Source",
        help="Why not the method of the best source that is in force.",
    )
    requested_method = fields.Char(
        string="Method as Asked",
        help="The document the customer names, as he writes it.",
    )
    requested_edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Edition Asked for",
        compute="_compute_requested_edition_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        help="The edition the customer names. Is it out of date or does not fit, he is "
        "told, and the line waits for his answer.",
    )
    inquiry_ids = fields.One2many(
        comodel_name="metrology.method.inquiry",
        inverse_name="order_line_id",
        string="Inquiries on the Method",
    )
    request_state = fields.Selection(
        selection=[
            ("none", "Nothing Asked"),
            ("waiting", "Awaiting Customer"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
        ],
        string="Customer's Answer",
        compute="_compute_request_state",
        store=True,
        precompute=True,
        index=True,
    )

    @api.depends("requested_method")
    def _compute_requested_edition_id(self):
        Edition = self.env["metrology.method.edition"]
        names = {(line.requested_method or "").strip() for line in self} - {""}
        found = {
            edition.name: edition
            for edition in Edition.search([("name", "in", list(names))])
        }
        for line in self:
            name = (line.requested_method or "").strip()
            if name:
                line.requested_edition_id = found.get(name, False)
            else:
                line.requested_edition_id = line.requested_edition_id

    @api.depends("inquiry_ids.state")
    def _compute_request_state(self):
        for line in self:
            valid = line.inquiry_ids.filtered(lambda one: one.state != "void")
            line.request_state = valid.sorted("id")[-1:].state or "none"

    # CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if self._guard_is_closed():
            chosen = [bool(vals.get("capability_id")) for vals in vals_list]
            lines.browse(
                line.id for line, said in zip(lines, chosen, strict=True) if said
            )._check_source()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("service_kind") == "verification":
            # A deviation made for a calibration does not come along (6.7 c).
            self.env["metrology.method.deviation"].search(
                [("order_line_id", "in", self.ids), ("state", "!=", "refused")]
            )._check_work()
        if self._guard_is_closed() and {
            "capability_id",
            "method_reason",
            "method_by_customer",
        } & set(vals):
            self._check_source()
        if {"requested_method", "requested_edition_id"} & set(vals):
            self.filtered(
                lambda line: line.order_state in ("submitted", "reviewing")
            )._ask_customer()
        return result

    def _get_reviewed_fields(self):
        return super()._get_reviewed_fields() | {
            "method_by_customer",
            "method_reason",
            "requested_method",
            "requested_edition_id",
        }

    # Order of sources ---------------------------------------------------------

    def _choose_capability(self, candidates):
        """Propose the best source; what the customer asks for goes before."""
        self.ensure_one()
        wanted = self.requested_edition_id.method_id
        ordered = candidates.sorted(
            key=lambda one: (
                one.method_id != wanted if wanted else False,
                not one.current_edition_id,
                one.method_id.source_level,
            )
        )
        return super()._choose_capability(ordered)

    def _get_source_refusals(self, day):
        """Say of each line why its method may not be chosen: ``{line: sentence}``.

        A fixed number of queries for any number of lines.
        """
        lines = self.filtered("capability_id")
        preferred = self.env["metrology.method"]._get_preferred(
            lines.instrument_type_id, sorted(set(lines.mapped("service_kind"))), day
        )
        result = {}
        for line in lines:
            method = line.capability_id.sudo().method_id
            refusal = method._get_source_refusal(
                preferred.get(
                    (line.instrument_type_id.id, line.service_kind), method.browse()
                ),
                line.method_by_customer or (line.method_reason or "").strip(),
            )
            if refusal:
                result[line] = refusal
        return result

    def _check_source(self):
        """Refuse a method chosen against the order of sources.

        :raises UserError: by line, with the better method
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        messages = [
            self.env._(
                "%(instrument)s: %(reason)s",
                instrument=line.instrument_id.display_name,
                reason=refusal,
            )
            for line, refusal in self._get_source_refusals(today).items()
        ]
        if messages:
            raise UserError("\n".join(messages))

    # The customer's wish ------------------------------------------------------

    def _get_request_problems(self):
        """Say of each line what is wrong with the method asked for.

        :return: {line: sentence}, only lines with a problem
        :rtype: dict[recordset, str]

        A fixed number of queries for any number of lines.
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        asked = self.filtered(
            lambda line: (
                line.requested_edition_id or (line.requested_method or "").strip()
            )
        )
        blockers = asked.requested_edition_id._get_validity_blockers(today)
        result = {}
        for line in asked:
            edition = line.requested_edition_id
            if not edition:
                result[line] = self.env._(
                    "“%(method)s” is no document by which the institution works.",
                    method=line.requested_method,
                )
            elif blockers[edition.id]:
                result[line] = blockers[edition.id][0][1]
            elif edition.method_id != line.capability_id.method_id:
                result[line] = self.env._(
                    "%(edition)s does not fit this instrument and service here; "
                    "%(capability)s works by %(method)s.",
                    edition=edition.name,
                    capability=line.capability_id.display_name or "–",
                    method=line.capability_id.method_id.code or "–",
                )
        return result

    def _ask_customer(self):
        """Tell the customers of methods that do not fit; the lines await the answer."""
        self.env["metrology.method.inquiry"]._ask(self)

    def _get_capability_blockers(self):
        """Add: the customer has not answered what he was asked about the method."""
        blockers = super()._get_capability_blockers()
        problems = self._get_request_problems()
        for line in self:
            if line not in problems or line.request_state == "agreed":
                continue
            text = (
                self.env._(
                    "%(instrument)s: the customer does not agree to another method than "
                    "he asked for. Take the line out, or agree on one.",
                    instrument=line.instrument_id.display_name,
                )
                if line.request_state == "declined"
                else self.env._(
                    "%(instrument)s awaits the customer: %(problem)s His answer has not "
                    "been entered.",
                    instrument=line.instrument_id.display_name,
                    problem=problems[line],
                )
            )
            blockers.append(("awaiting_customer", text))
        return blockers
