# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.metrology.tools.trend_picture import printed

from ..tools import chain_picture


class MetrologyStandard(models.Model):
    """The traceability chain of a standard as a diagram.

    Upwards: members, their certificates, the standards above, the national standard.
    Downwards: the capabilities it serves and what was issued with it, which later
    addons count (``_get_issued``).
    """

    _inherit = "metrology.standard"

    chain = fields.Text(compute="_compute_chain")
    chain_note = fields.Char(string="Gaps in the Chain", compute="_compute_chain_note")

    def _get_open_chains(self):
        """Return the equipment whose chain does not reach the national standard.

        :return: {standard id: maintenance.equipment}, with an entry for each
        :rtype: dict[int, recordset]
        """
        result = {}
        for standard in self:
            equipment = standard.member_ids.equipment_id.filtered(
                "traceability_required"
            )
            result[standard.id] = equipment.filtered(
                lambda one: (
                    not one.traceability_id
                    or not one.traceability_id._reaches_national()
                )
            )
        return result

    def _compute_chain_note(self):
        gaps = self._get_open_chains()
        for standard in self:
            names = gaps[standard.id].mapped("name")
            standard.chain_note = ", ".join(names) or False

    @api.depends_context("lang")
    def _compute_chain(self):
        issued = self._get_issued()
        for standard in self:
            standard.chain = standard._draw_chain(issued)

    def _get_issued(self):
        """Return what was issued with each standard under each capability. Hook.

        :return: {(standard id, capability id): dict(count=int, last=date or None)}
        :rtype: dict

        A fixed number of queries for any number of standards.
        """
        return {}

    def _draw_chain(self, issued):
        """Return the diagram of this one standard as SVG text."""
        self.ensure_one()
        nodes, edges = {}, []
        today = self.env["metrology.calendar"]._today(self.env.company)
        depth = self._chain_depth()
        column = depth + 2
        self._add_upper(nodes, edges, column, today, self.browse())
        nodes[f"metrology.standard,{self.id}"]["style"] = "main"
        self._add_lower(nodes, edges, column, issued)
        headings = [
            *self._chain_headings(depth),
            self.env._("Certificate"),
            self.env._("Equipment"),
            self.env._("Measurement Standard"),
            self.env._("Capability"),
            *([self.env._("Issued")] if issued else []),
        ]
        return chain_picture.draw(list(nodes.values()), edges, headings)

    def _get_chain_markup(self):
        """Return the diagram of this one standard for print; its words are escaped."""
        self.ensure_one()
        return Markup(printed(self.chain or "", 268))

    def _chain_headings(self, depth):
        """Return the titles of the columns above the certificates."""
        if depth < 1:
            return []
        return [
            self.env._("National Standard"),
            *[self.env._("Standard above")] * (depth - 1),
        ]

    def _chain_depth(self, seen=None):
        """Return how many columns stand above the certificates of this standard.

        One for the national standard at least, so that a gap is seen.
        """
        seen = (seen or self.browse()) | self
        depth = 1
        for certificate in self.member_ids.equipment_id.traceability_id:
            depth = max(depth, len(certificate.link_ids))
            own = certificate.own_standard_id - seen
            if own:
                # The other standard brings its certificates, equipment and itself.
                depth = max(depth, own._chain_depth(seen) + 3)
        return depth

    def _add_upper(self, nodes, edges, column, today, seen):
        """Add this one standard at ``column`` and everything above it."""
        self.ensure_one()
        key = f"metrology.standard,{self.id}"
        if key in nodes or column < 0:
            return
        nodes[key] = {
            "id": key,
            "column": column,
            "title": self.name,
            "lines": [self.number or "", self.uncertainty_text or ""],
            "style": "bad" if self.validity == "blocked" else "ok",
        }
        for member in self.member_ids:
            equipment = member.equipment_id
            own = f"maintenance.equipment,{equipment.id}"
            edges.append((own, key))
            if own in nodes:
                continue
            nodes[own] = {
                "id": own,
                "column": column - 1,
                "title": equipment.name,
                "lines": [
                    " ".join(
                        part for part in (equipment.model, equipment.serial_no) if part
                    ),
                    equipment.uncertainty_text or "",
                ],
                "style": _style(equipment.metrology_validity),
            }
            self._add_certificate(
                nodes, edges, column - 2, equipment, own, today, seen | self
            )

    def _add_certificate(self, nodes, edges, column, equipment, below, today, seen):
        certificate = equipment.traceability_id
        if not certificate:
            if equipment.traceability_required:
                key = f"open,{equipment.id}"
                nodes[key] = _gap(key, column, self.env._("No confirmed certificate"))
                edges.append((key, below))
            return
        key = f"metrology.traceability,{certificate.id}"
        late = certificate.date_to and certificate.date_to < today
        nodes[key] = {
            "id": key,
            "column": column,
            "title": certificate.number,
            "lines": [
                certificate.provider,
                self.env._("until %(day)s", day=certificate.date_to),
            ],
            "style": "bad" if late else "ok",
        }
        edges.append((key, below))
        own = certificate.own_standard_id - seen
        if own:
            edges.append((f"metrology.standard,{own.id}", key))
            own._add_upper(nodes, edges, column - 1, today, seen)
            return
        lower, place = key, column - 1
        links = certificate.link_ids
        for index, link in enumerate(links):
            # The national standard stands in the first column, whatever lies between.
            last = index == len(links) - 1 and link.level == "national"
            place = 0 if last else column - 1 - index
            own_key = f"link,{place},{link.institution},{link.standard_name}"
            if own_key not in nodes:
                nodes[own_key] = {
                    "id": own_key,
                    "column": place,
                    "title": link.standard_name,
                    "lines": [
                        link.institution,
                        link.certificate_number or link.uncertainty_text or "",
                    ],
                    "style": "ok",
                }
            if (own_key, lower) not in edges:
                edges.append((own_key, lower))
            lower = own_key
        if not certificate._reaches_national():
            key = f"gap,{lower}"
            nodes[key] = _gap(
                key,
                max(0, column - 1 - len(links)) if links else 0,
                self.env._("Chain not entered"),
            )
            edges.append((key, lower))

    def _add_lower(self, nodes, edges, column, issued):
        """Add the capabilities this one standard serves and what was issued."""
        own = f"metrology.standard,{self.id}"
        for capability in self.capability_ids:
            key = f"metrology.capability,{capability.id}"
            nodes[key] = {
                "id": key,
                "column": column + 1,
                "title": capability.name,
                "lines": [capability.range_text or "", capability.method_id.code or ""],
                "style": "ok" if capability.state == "active" else "warn",
            }
            edges.append((own, key))
            found = issued.get((self.id, capability.id))
            if not found:
                continue
            below = f"issued,{capability.id}"
            nodes[below] = {
                "id": below,
                "column": column + 2,
                "title": self.env._("%(count)s certificates", count=found["count"]),
                "lines": [self.env._("last on %(day)s", day=found["last"] or "–")],
                "style": "ok",
            }
            edges.append((key, below))

    def action_open_node(self, node):
        """Open what a box of the diagram stands for.

        :param str node: its id, as the diagram has it
        :return: an action, or False where there is nothing to open. Hook.
        """
        self.ensure_one()
        model, _comma, rest = (node or "").partition(",")
        if (
            model
            in (
                "metrology.standard",
                "maintenance.equipment",
                "metrology.traceability",
                "metrology.capability",
            )
            and rest.isdigit()
        ):
            record = self.env[model].browse(int(rest)).exists()
            if record and record.has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": model,
                    "res_id": record.id,
                    "views": [[False, "form"]],
                }
        return False


def _style(validity):
    return {"blocked": "bad", "due_soon": "warn"}.get(validity, "ok")


def _gap(key, column, words):
    return {"id": key, "column": column, "title": words, "lines": [], "style": "open"}
