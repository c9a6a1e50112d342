# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class MetrologySample(models.Model):
    """A sample in the house is a serial number in the stock, owned by the customer.

    Who has it, since when and where it was is what the stock says: there is no second
    truth.  The methods of the order's addon change the state; here each of them also
    makes one picking, with one move a product and one line a sample.
    """

    _inherit = "metrology.sample"

    lot_id = fields.Many2one(
        comodel_name="stock.lot",
        string="Serial Number in Stock",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    handling_class_id = fields.Many2one(
        comodel_name="metrology.handling.class", compute="_compute_handling_class_id"
    )
    location_id = fields.Many2one(
        comodel_name="stock.location",
        string="Where Is It Now",
        compute="_compute_location_id",
        search="_search_location_id",
        compute_sudo=True,
        help="What the stock says.",
    )
    custody_ids = fields.One2many(
        comodel_name="stock.move.line",
        inverse_name="metrology_sample_id",
        domain=[("state", "=", "done")],
        readonly=True,
    )
    custody_since = fields.Datetime(
        string="There Since", compute="_compute_custody", compute_sudo=True
    )
    custody_holder = fields.Char(
        string="Taken By", compute="_compute_custody", compute_sudo=True
    )

    # ------------------------------------------------------------------ compute
    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "lot_id")

    @api.depends("instrument_id.instrument_type_id.handling_class_id")
    def _compute_handling_class_id(self):
        default = None
        for sample in self:
            handling = sample.instrument_type_id.handling_class_id
            if not handling:
                default = default or self.env["metrology.handling.class"]._get_default()
                handling = default
            sample.handling_class_id = handling

    @api.depends("state", "lot_id")
    def _compute_location_id(self):
        places = self._get_places()
        locations = self.env["stock.location"]
        for sample in self:
            sample.location_id = locations.browse(places.get(sample.id))

    def _get_places(self):
        """Return ``{sample.id: location id}`` as the stock has them, one query."""
        ids = [sample_id for sample_id in self.ids if sample_id]
        if not ids:
            return {}
        self.env["stock.quant"].flush_model(["quantity", "lot_id", "location_id"])
        self.flush_model(["lot_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sample.id, quant.location_id
                  FROM metrology_sample sample
                  JOIN stock_quant quant ON quant.lot_id = sample.lot_id
                  JOIN stock_location place ON place.id = quant.location_id
                 WHERE sample.id IN %s AND quant.quantity > 0
                   AND place.usage IN ('internal', 'transit')
                """,
                tuple(ids),
            )
        )
        return dict(rows)

    def _search_location_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._search(
                [
                    ("location_id", operator, value),
                    ("quantity", ">", 0),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("lot_id.metrology_sample_id", "!=", False),
                ]
            )
        )
        return [("lot_id.quant_ids", "in", quants)]

    @api.depends("custody_ids")
    def _compute_custody(self):
        latest = {}
        if self.ids:
            self.env["stock.move.line"].flush_model()
            for sample_id, date, holder in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (metrology_sample_id)
                           metrology_sample_id, date, receiver_name
                      FROM stock_move_line
                     WHERE metrology_sample_id IN %s AND state = 'done'
                     ORDER BY metrology_sample_id, id DESC
                    """,
                    tuple(self.ids),
                )
            ):
                latest[sample_id] = (date, holder)
        for sample in self:
            since, holder = latest.get(sample.id, (False, False))
            sample.custody_since, sample.custody_holder = since, holder

    # -------------------------------------------------------------- transitions
    def _receive(
        self, condition=None, accessories=None, giver_name=None, note=None, **values
    ):
        """Receive samples into the store: number, serial number, one picking.

        :param giver_name: who of the customer brought them
        """
        result = super()._receive(
            condition=condition, accessories=accessories, **values
        )
        self._make_lots()
        for company, samples in self._by_company():
            setup = company._metrology_custody_setup()
            samples._custody_move(
                "receive",
                self._customers_location(),
                setup.metrology_store_id,
                giver_name=giver_name
                or samples.order_id[:1].contact_name
                or samples.partner_id[:1].name,
                receiver=self.env.user.employee_id,
                receiver_name=self.env.user.name,
                note=note,
                before=dict.fromkeys(samples.ids, "expected"),
            )
        return result

    def _hand_to(self, department, receiver=None, note=None):
        """Hand samples to a department; giver is the present user.

        :raises UserError: a sample stands elsewhere than the records say
        """
        self = self._lock()
        before = {sample.id: sample.state for sample in self}
        result = super()._hand_to(department, receiver)
        for company, samples in self._by_company():
            samples._custody_move(
                "hand_over",
                None,
                department._get_custody_location(company),
                giver=self.env.user.employee_id,
                giver_name=self.env.user.name,
                receiver=receiver,
                receiver_name=(receiver and receiver.name) or department.name,
                note=note,
                before=before,
            )
        return result

    def _return_to_store(self, note=None):
        """Put samples back into the store; the present user takes them."""
        self = self._lock()
        before = {sample.id: sample.state for sample in self}
        givers = {sample.id: sample.holder_id for sample in self}
        result = super()._return_to_store()
        for company, samples in self._by_company():
            setup = company._metrology_custody_setup()
            holders = {givers[sample.id] for sample in samples}
            holder = holders.pop() if len(holders) == 1 else self.env["hr.employee"]
            samples._custody_move(
                "return",
                None,
                setup.metrology_store_id,
                giver=holder,
                giver_name=holder.name or self.env.user.name,
                receiver=self.env.user.employee_id,
                receiver_name=self.env.user.name,
                note=note,
                before=before,
            )
        return result

    def _release_to_customer(self, receiver_name=None, note=None):
        """Hand samples back to the customer, against a name."""
        self = self._lock()
        before = {sample.id: sample.state for sample in self}
        result = super()._release_to_customer(receiver_name)
        for _company, samples in self.filtered("lot_id")._by_company():
            samples._custody_move(
                "release",
                None,
                self._customers_location(),
                giver=self.env.user.employee_id,
                giver_name=self.env.user.name,
                receiver_name=receiver_name or samples.partner_id[:1].name,
                note=note,
                before=before,
            )
        return result

    def _by_company(self):
        groups = {}
        for sample in self:
            groups.setdefault(sample.company_id, []).append(sample.id)
        return [(company, self.browse(ids)) for company, ids in groups.items()]

    def _customers_location(self):
        return self.env.ref("stock.stock_location_customers").sudo()

    def _make_lots(self):
        """Give each sample its serial number, of the same text as its number."""
        missing = self.sudo().filtered(lambda sample: not sample.lot_id)
        if not missing:
            return
        lots = (
            self.env["stock.lot"]
            .sudo()
            ._custody_open()
            .with_context(tracking_disable=True)
            .create(
                [
                    {
                        "name": sample.name,
                        "product_id": sample.handling_class_id.product_id.id,
                        "company_id": sample.company_id.id,
                        "metrology_sample_id": sample.id,
                    }
                    for sample in missing
                ]
            )
        )
        for sample, lot in zip(
            missing.with_context(tracking_disable=True), lots, strict=True
        ):
            sample.lot_id = lot

    def _custody_move(
        self,
        step,
        source,
        destination,
        giver=None,
        giver_name=None,
        receiver=None,
        receiver_name=None,
        note=None,
        before=None,
    ):
        """Move samples of one company with one picking, and return it.

        The sample rows are locked by the caller.  Present places are compared in one
        query; quants are made and locked once; one move a product and place, one line
        a sample, the customer owns each.

        :param source: stock.location, or None for where each sample is
        :raises UserError: a sample is not where it is taken from, or is there already
        """
        samples = self.sudo()
        places = samples._get_places()
        self._check_places(places, source, destination)
        company = samples.company_id
        company.ensure_one()
        setup = company._metrology_custody_setup()
        kind = {"receive": "receive", "release": "release"}.get(step, "hand_over")
        locations = self.env["stock.location"].sudo()
        groups = {}
        for sample in samples:
            start = source or locations.browse(places[sample.id])
            key = (sample.lot_id.product_id, start)
            groups.setdefault(key, []).append(sample.id)
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        now = fields.Datetime.now()
        first = next(iter(groups))[1]
        picking = (
            self.env["stock.picking"]
            .sudo()
            .with_context(**quiet)
            ._metrology_create(
                {
                    "picking_type_id": setup[f"metrology_{kind}_type_id"].id,
                    "location_id": first.id,
                    "location_dest_id": destination.id,
                    "company_id": company.id,
                    "partner_id": samples.partner_id.id
                    if len(samples.partner_id) == 1
                    else False,
                    "origin": ", ".join(samples.order_id[:5].mapped("name")),
                }
            )
        )
        move_model = self.env["stock.move"].sudo()._custody_open().with_context(**quiet)
        moves = move_model.create(
            [
                {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": len(ids),
                    "location_id": start.id,
                    "location_dest_id": destination.id,
                    "picking_id": picking.id,
                    "picking_type_id": picking.picking_type_id.id,
                    "company_id": company.id,
                    "state": "confirmed",
                    "procure_method": "make_to_stock",
                    "date": now,
                }
                for (product, start), ids in groups.items()
            ]
        )
        samples._prepare_quants(places, source, destination)
        self.env["stock.move.line"].sudo()._custody_open().with_context(**quiet).create(
            [
                {
                    "move_id": move.id,
                    "picking_id": picking.id,
                    "company_id": company.id,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "quantity": 1.0,
                    "picked": True,
                    "lot_id": sample.lot_id.id,
                    "owner_id": sample.partner_id.id,
                    "location_id": start.id,
                    "location_dest_id": destination.id,
                    "metrology_sample_id": sample.id,
                    "custody_step": step,
                    "giver_id": giver.id if giver else False,
                    "giver_name": giver_name,
                    "receiver_id": receiver.id if receiver else False,
                    "receiver_name": receiver_name,
                    "custody_note": note,
                    "custody_state_before": (before or {}).get(sample.id),
                    "date": now,
                }
                for move, ((product, start), ids) in zip(
                    moves, groups.items(), strict=True
                )
                for sample in samples.browse(ids)
            ]
        )
        moves.picked = True
        picking._custody_open().with_context(
            cancel_backorder=True, ignore_dest_packages=True, **quiet
        )._action_done()
        self.invalidate_recordset(
            ["location_id", "custody_ids", "custody_since", "custody_holder"]
        )
        return picking

    def _check_places(self, places, source, destination):
        """Refuse samples that the stock has elsewhere than the step assumes."""
        names = {}
        for sample in self:
            place = places.get(sample.id)
            if source is not None and source.usage == "customer" and place:
                names.setdefault("here", []).append(sample)
            elif source is None and not place:
                names.setdefault("absent", []).append(sample)
            elif place and place == destination.id:
                names.setdefault("there", []).append(sample)
        if not names:
            return
        code, samples = next(iter(names.items()))
        sample = samples[0]
        place = self.env["stock.location"].sudo().browse(places.get(sample.id))
        texts = {
            "here": self.env._(
                "Sample %(sample)s is in the house already, at %(place)s.",
                sample=sample.display_name,
                place=place.display_name,
            ),
            "absent": self.env._(
                "Sample %(sample)s is not in the house according to the stock.",
                sample=sample.display_name,
            ),
            "there": self.env._(
                "Sample %(sample)s is at %(place)s already.",
                sample=sample.display_name,
                place=place.display_name,
            ),
        }
        raise UserError(texts[code])

    def _prepare_quants(self, places, source, destination):
        """Make the missing quants of a move empty and lock all of them, at once."""
        quants = self.env["stock.quant"].sudo()._custody_open()
        wanted = {}
        for sample in self:
            for location_id in (
                source.id if source else places[sample.id],
                destination.id,
            ):
                wanted[sample.lot_id.id, location_id] = sample
        present = quants.search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("location_id", "in", list({key[1] for key in wanted})),
            ]
        )
        for quant in present:
            wanted.pop((quant.lot_id.id, quant.location_id.id), None)
        now = fields.Datetime.now()
        created = quants.create(
            [
                {
                    "product_id": sample.lot_id.product_id.id,
                    "location_id": location_id,
                    "lot_id": lot_id,
                    "owner_id": sample.partner_id.id,
                    "quantity": 0.0,
                    "in_date": now,
                    "inventory_quantity_set": False,
                }
                for (lot_id, location_id), sample in wanted.items()
            ]
        )
        (present | created).lock_for_update(allow_referencing=True)

    # --------------------------------------------------------------------- undo
    def _undo_custody(self, reason):
        """Take back the last step of each sample by a move back, with the reason.

        :raises UserError: nothing to undo, or work has begun on the sample
        """
        self._lock()
        if not (reason or "").strip():
            raise UserError(self.env._("Enter the reason."))
        steps = {}
        for line in (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [("metrology_sample_id", "in", self.ids), ("state", "=", "done")],
                order="id",
            )
        ):
            steps[line.metrology_sample_id.id] = line
        groups = {}
        for sample in self:
            line = steps.get(sample.id)
            allowed = {
                "receive": ("received",),
                "hand_over": ("in_department",),
                "return": ("back_in_store",),
            }.get(line.custody_step if line else "", ())
            if sample.state not in allowed:
                raise UserError(
                    self.env._(
                        "Sample %(sample)s: there is no step that could be undone now.",
                        sample=sample.display_name,
                    )
                )
            key = (line.custody_step, line.location_id, line.custody_state_before)
            groups.setdefault(key, []).append(sample.id)
        for (step, location, before), ids in groups.items():
            samples = self.browse(ids)
            vals = {"state": before, "holder_id": False, "department_id": False}
            if step == "receive":
                vals.update(received_on=False, received_by_id=False)
            elif before == "in_department" or step == "return":
                department = self.env["hr.department"].search(
                    [("custody_location_id", "=", location.id)], limit=1
                )
                vals["department_id"] = department.id
            samples._custody_move(
                "undo",
                None,
                location,
                giver=self.env.user.employee_id,
                giver_name=self.env.user.name,
                receiver_name=location.name,
                note=reason.strip(),
                before={sample.id: sample.state for sample in samples},
            )
            samples.sudo()._advance(vals)
            samples.job_ids.sudo()._refresh_ready()
        return True

    # ------------------------------------------------------------------ actions
    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_sample_ids": self.ids},
        }

    def action_receive(self):
        """Receive the selected samples."""
        self._check_keeper()
        self._receive()
        return True

    def _check_keeper(self):
        """Receiving, releasing and undoing is the sample keeper's office."""
        self._guard_check_group(
            "metrology.group_sample_keeper,metrology.group_business"
        )

    def action_hand_over(self):
        """Open the hand-over to the departments of the samples' jobs."""
        self._require_state("received", "back_in_store", "in_department", "tested")
        return self._open_wizard(
            "metrology.sample.handover", self.env._("Hand Over Samples")
        )

    def action_return_to_store(self):
        """Take the samples back into the store."""
        self._return_to_store()
        return True

    def action_undo(self):
        """Ask for the reason and undo the last step."""
        self._check_keeper()
        return self._open_wizard("metrology.sample.undo", self.env._("Undo"))

    def action_print_labels(self):
        """Open the choice of label size."""
        return self._open_wizard("metrology.sample.label", self.env._("Print Labels"))

    def action_view_custody(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_sample.action_custody"
        )
        action["domain"] = [("metrology_sample_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _prepare_labels(self):
        """Return what the labels of the samples say, in their order."""
        return [
            {
                "code": sample.name,
                "title": sample.instrument_id.name,
                "lines": [
                    " ".join(filter(None, (sample.model_text, sample.range_text))),
                    f"№ {sample.serial_number or '–'}",
                    sample.partner_id.name,
                    f"{sample.order_id.name}  {sample.due_date or ''}",
                    " ".join(
                        filter(
                            None,
                            (
                                ("急" if sample.order_id.urgent else ""),
                                sample.accessories,
                            ),
                        )
                    ),
                ],
            }
            for sample in self
        ]
