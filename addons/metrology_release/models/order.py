# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command, fields, models
from odoo.exceptions import UserError

from .release import ELECTRONIC_STATES


class MetrologyOrder(models.Model):
    _inherit = "metrology.order"

    certificate_ids = fields.One2many(
        comodel_name="metrology.certificate",
        inverse_name="order_id",
        string="Certificates",
        readonly=True,
    )
    release_count = fields.Integer(compute="_compute_release_count")

    def _compute_release_count(self):
        releases = self._get_releases()
        for order in self:
            order.release_count = len(releases.get(order.id, ()))

    def _get_releases(self):
        """Return ``{order.id: set of ids of its hand-overs}`` in two queries."""
        result = {}
        for model in ("metrology.sample", "metrology.certificate"):
            things = self.env[model].search(
                [("order_id", "in", self.ids), ("release_ids.state", "!=", "cancelled")]
            )
            for thing in things:
                result.setdefault(thing.order_id.id, set()).update(
                    thing.release_ids.filtered(lambda r: r.state != "cancelled").ids
                )
        return result

    def _get_release_blockers(self):
        """Return why nothing of the orders may be handed over: ``[(code, message)]``.

        Hook: later addons add theirs (fees not settled, ...).
        """
        blockers = []
        for order in self:
            if order.state not in ("accepted", "in_progress", "ready", "released"):
                labels = dict(self._fields["state"]._description_selection(self.env))
                blockers.append(
                    (
                        "order_state",
                        self.env._(
                            "Order %(order)s is “%(state)s”: nothing is handed over.",
                            order=order.display_name,
                            state=labels[order.state],
                        ),
                    )
                )
        return blockers

    def _get_close_blockers(self):
        """Return ``{order.id: [(code, message)]}``: why it is not closed. Hook."""
        return {}

    def _update_released(self):
        """Mark orders of which everything is out; close those with nothing open.

        Set-based; called after a hand-over, and by later addons after a payment.
        """
        orders = self.filtered(
            lambda o: o.state in ("in_progress", "ready", "released")
        )
        if not orders:
            return
        waiting = orders._get_not_released()
        out = orders.filtered(lambda o: o.id not in waiting and o.state != "released")
        if out:
            out.write({"state": "released"})
        released = orders.filtered(lambda o: o.state == "released")
        blockers = released._get_close_blockers()
        closed = released.filtered(lambda o: not blockers.get(o.id))
        if closed:
            closed.write({"state": "closed"})

    def _get_not_released(self):
        """Return the ids of orders with a job, sample or certificate still here."""
        env = self.env
        domain = [("order_id", "in", self.ids)]
        here = env["metrology.sample"]._read_group(
            [
                *domain,
                ("state", "not in", ("released", "cancelled")),
                # On site the instruments never came.
                ("order_id.place", "=", "lab"),
            ],
            ["order_id"],
        )
        open_jobs = env["metrology.job"]._read_group(
            [*domain, ("state", "not in", ("done", "cancelled"))], ["order_id"]
        )
        open_certificates = env["metrology.certificate"]._read_group(
            [*domain, ("state", "not in", ("released", "superseded", "void"))],
            ["order_id"],
        )
        without = env["metrology.job"]._read_group(
            [
                *domain,
                ("state", "=", "done"),
                ("certificate_ids", "=", False),
            ],
            ["order_id"],
        )
        return {
            order.id
            for rows in (here, open_jobs, open_certificates, without)
            for (order,) in rows
        }

    def _reopen_released(self):
        """After a reversed hand-over the order is not out any more."""
        self.filtered(lambda o: o.state in ("released", "closed")).write(
            {"state": "in_progress"}
        )
        self._update_progress()

    # ------------------------------------------------------------------ actions
    def action_make_release(self):
        """Open a hand-over of everything of the order that can leave now."""
        self.ensure_one()
        self.env["metrology.release"].check_access("create")
        draft = self.env["metrology.release"].search(
            [("order_id", "=", self.id), ("state", "=", "draft")], limit=1
        )
        if not draft:
            samples = self.sample_ids.filtered(lambda s: s._is_releasable())
            certificates = self.certificate_ids.filtered(
                lambda c: c.state in ELECTRONIC_STATES
            )
            if not samples and not certificates:
                raise UserError(
                    self.env._(
                        "Nothing of order %(order)s is ready: no instrument is back in "
                        "the store and no certificate is printed.",
                        order=self.display_name,
                    )
                )
            draft = self.env["metrology.release"].create(
                self._prepare_release(samples, certificates)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand-over"),
            "res_model": "metrology.release",
            "view_mode": "form",
            "res_id": draft.id,
        }

    def _prepare_release(self, samples, certificates):
        self.ensure_one()
        way = {"courier": "courier", "pickup": "delivery"}.get(self.return_mode)
        return {
            "order_id": self.id,
            "partner_id": self.commercial_partner_id.id,
            "company_id": self.company_id.id,
            "sample_ids": [Command.set(samples.ids)],
            "certificate_ids": [Command.set(certificates.ids)],
            "way": way or "counter",
            "receiver_name": self.contact_name,
            "receiver_phone": self.contact_phone,
        }

    def action_view_releases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_release.action_release"
        )
        ids = list(self._get_releases().get(self.id, ()))
        action["domain"] = [("id", "in", ids)]
        action["context"] = {}
        return action
