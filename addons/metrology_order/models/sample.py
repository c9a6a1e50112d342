# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

#: States in which a sample is in the institution's hands.
HERE_STATES = ("received", "in_department", "testing", "tested", "back_in_store")


class MetrologySample(models.Model):
    """One instrument's stay with the institution (also on site).

    expected → received → in_department → testing → tested → back_in_store →
    released.  States change by the methods only, each of which locks the rows
    first; every change of state, place or condition is a sealed revision.
    Where the sample stands in a stock, the stock's moves are made by the same
    methods (see metrology_sample).
    """

    _name = "metrology.sample"
    _description = "Sample"
    _inherit = [
        "metrology.guard.mixin",
        "metrology.sealed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "instrument_id.name", "instrument_id.serial_number"]
    _check_company_auto = True
    _guard_action_fields = (
        "name",
        "state",
        "received_on",
        "received_by_id",
        "department_id",
        "holder_id",
        "released_on",
    )
    # The number is not among them: it is given once, in the register of numbers.
    _sealed_locked_values = ("released", "cancelled")
    _sealed_fields = (
        "state",
        "department_id",
        "holder_id",
        "condition",
        "accessories",
        "abnormal",
        "customer_confirmation",
    )

    name = fields.Char(
        string="Sample Number",
        default="New",
        readonly=True,
        copy=False,
        index="trigram",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, index=True, precompute=True
    )
    order_id = fields.Many2one(
        comodel_name="metrology.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="order_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
        precompute=True,
    )
    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    instrument_type_id = fields.Many2one(related="instrument_id.instrument_type_id")
    model_text = fields.Char(related="instrument_id.model_text")
    range_text = fields.Char(related="instrument_id.range_text")
    accuracy_text = fields.Char(related="instrument_id.accuracy_text")
    serial_number = fields.Char(related="instrument_id.serial_number")
    manufacturer = fields.Char(related="instrument_id.manufacturer")
    special_instructions = fields.Text(related="order_id.special_instructions")
    due_date = fields.Date(related="order_id.due_date", store=True, index=True)
    barcode = fields.Char(compute="_compute_barcode", search="_search_barcode")
    state = fields.Selection(
        selection=[
            ("expected", "Expected"),
            ("received", "Received"),
            ("in_department", "In Department"),
            ("testing", "In Test"),
            ("tested", "Tested"),
            ("back_in_store", "Back in Store"),
            ("released", "Released"),
            ("cancelled", "Cancelled"),
        ],
        default="expected",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )

    # Found at reception
    condition = fields.Char(help="Packaging, appearance and marks as found.")
    accessories = fields.Char()
    abnormal = fields.Boolean(
        help="The condition is not as it should be: the customer has to confirm it."
    )
    customer_confirmation = fields.Char(
        string="Confirmed by the Customer",
        help="Who of the customer confirmed the abnormal condition, when and how.",
    )
    received_on = fields.Datetime(readonly=True, copy=False, index=True)
    received_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )

    # Where it is
    department_id = fields.Many2one(
        comodel_name="hr.department",
        readonly=True,
        copy=False,
        index=True,
        help="The department that has the sample; empty while it is in the store.",
    )
    holder_id = fields.Many2one(
        comodel_name="hr.employee", string="Held By", readonly=True, copy=False
    )
    released_on = fields.Datetime(readonly=True, copy=False)
    job_ids = fields.One2many(
        comodel_name="metrology.job", inverse_name="sample_id", string="Jobs"
    )
    job_department_ids = fields.Many2many(
        comodel_name="hr.department",
        string="Departments of Its Jobs",
        compute="_compute_job_department_ids",
    )

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two samples cannot have the same number.",
    )
    _order_instrument_uniq = models.UniqueIndex(
        "(order_id, instrument_id) WHERE state != 'cancelled'",
        "An instrument is one sample of an order.",
    )
    _worklist_idx = models.Index("(company_id, state)")

    @api.depends("name")
    def _compute_barcode(self):
        for sample in self:
            sample.barcode = sample.name if sample.name != "New" else False

    def _search_barcode(self, operator, value):
        return [("name", operator, value)]

    @api.depends("job_ids.department_id")
    def _compute_job_department_ids(self):
        for sample in self:
            sample.job_department_ids = sample.job_ids.department_id

    @api.depends("name", "instrument_id")
    def _compute_display_name(self):
        for sample in self:
            number = sample.name if sample.name != "New" else False
            sample.display_name = " ".join(
                part for part in (number, sample.instrument_id.display_name) if part
            )

    # -------------------------------------------------------------- transitions
    def _advance(self, vals):
        """Write guarded and sealed fields after the lock and the checks."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        reason = labels.get(vals.get("state"), "")
        return self._sealed_unlock(reason)._guard_open().write(vals)

    def _get_receive_blockers(self):
        """Return why the samples cannot be received: ``[(code, message)]``."""
        blockers = []
        for sample in self:
            if sample.state in HERE_STATES or sample.state == "released":
                blockers.append(
                    (
                        "received_before",
                        self.env._(
                            "Sample %(sample)s was received by %(user)s on %(time)s "
                            "already.",
                            sample=sample.display_name,
                            user=sample.received_by_id.name or "–",
                            time=self._local_time(sample.received_on),
                        ),
                    )
                )
            elif sample.state == "cancelled":
                blockers.append(
                    (
                        "cancelled",
                        self.env._(
                            "Sample %(sample)s has been cancelled.",
                            sample=sample.display_name,
                        ),
                    )
                )
            if sample.order_id.state not in ("accepted", "in_progress", "ready"):
                blockers.append(
                    (
                        "order_not_accepted",
                        self.env._(
                            "Sample %(sample)s: its order %(order)s is not accepted.",
                            sample=sample.display_name,
                            order=sample.order_id.display_name,
                        ),
                    )
                )
        for order in self.order_id:
            if order.acquire_mode == "courier" and not (order.waybill or "").strip():
                blockers.append(
                    (
                        "no_waybill",
                        self.env._(
                            "Order %(order)s: the samples come by courier, enter the "
                            "waybill number first.",
                            order=order.display_name,
                        ),
                    )
                )
        return blockers

    def _local_time(self, moment):
        if not moment:
            return "–"
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _receive(self, condition=None, accessories=None, **values):
        """Receive expected samples: number, person, time. expected → received.

        :param condition: what was found, for all samples of the call
        :param accessories: what came with them
        :param values: ``abnormal``, ``customer_confirmation``
        :raises UserError: received already (who, when), order not accepted, an
            abnormal condition that the customer has not confirmed
        """
        self = self._lock()
        blockers = self._get_receive_blockers()
        if values.get("abnormal") and not values.get("customer_confirmation"):
            blockers.append(
                (
                    "not_confirmed",
                    self.env._(
                        "The condition is abnormal: enter who of the customer "
                        "confirmed it."
                    ),
                )
            )
        if blockers:
            raise UserError("\n".join(message for _code, message in blockers))
        self._write_numbers()
        vals = {
            "state": "received",
            "received_on": fields.Datetime.now(),
            "received_by_id": self.env.uid,
        }
        if condition is not None:
            vals["condition"] = condition
        if accessories is not None:
            vals["accessories"] = accessories
        vals.update(
            {
                name: values[name]
                for name in ("abnormal", "customer_confirmation")
                if name in values
            }
        )
        self._advance(vals)
        return True

    def _write_numbers(self):
        """Give the samples their numbers; flushed as one statement."""
        numbers = self.env["metrology.number"]._assign("sample", self)
        for sample in self.sudo().with_context(tracking_disable=True):
            if sample.name != numbers[sample.id]:
                sample.name = numbers[sample.id]

    def _hand_to(self, department, receiver=None):
        """Hand samples to a department. received, … → in_department.

        :param department: hr.department
        :param receiver: hr.employee who takes them; must belong to the department or
            head it
        """
        self = self._lock()
        self._require_state("received", "back_in_store", "in_department", "tested")
        # Persons are read as superuser: keepers have no business in staff files.
        receiver = (receiver or self.env["hr.employee"]).sudo()
        inside = self.env["hr.department"].sudo()
        inside = inside.search([("id", "child_of", department.id)])
        # Who heads several departments belongs to one of them only.
        heads = inside.manager_id
        if receiver and receiver.department_id not in inside and receiver not in heads:
            raise UserError(
                self.env._(
                    "%(person)s does not belong to %(department)s and cannot take its "
                    "samples.",
                    person=receiver.display_name,
                    department=department.display_name,
                )
            )
        self._advance(
            {
                "state": "in_department",
                "department_id": department.id,
                "holder_id": receiver.id,
            }
        )
        self.job_ids.sudo()._refresh_ready()
        return True

    def _return_to_store(self):
        """Put samples back into the store of the desk. → back_in_store."""
        self = self._lock()
        self._require_state("in_department", "tested")
        self._advance(
            {"state": "back_in_store", "department_id": False, "holder_id": False}
        )
        self.job_ids.sudo()._refresh_ready()
        return True

    def _release_to_customer(self, receiver_name=None):
        """Hand samples back to the customer. received, … → released."""
        self = self._lock()
        self._require_state("received", "back_in_store", "tested")
        self._advance(
            {
                "state": "released",
                "department_id": False,
                "holder_id": False,
                "released_on": fields.Datetime.now(),
            }
        )
        return True

    def _start_test(self):
        """Jobs have begun on the samples."""
        samples = self.filtered(lambda s: s.state != "testing")
        # On site an instrument gets its number when the work on it begins.
        samples.filtered(lambda s: s.name == "New")._write_numbers()
        if samples:
            samples._advance({"state": "testing"})

    def _finish_test(self):
        """Jobs have ended: samples without a job left are tested."""
        busy = {
            sample.id
            for (sample,) in self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("sample_id", "in", self.ids),
                    ("state", "in", ("running", "paused")),
                ],
                ["sample_id"],
            )
        }
        waiting = {
            sample.id
            for (sample,) in self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("sample_id", "in", self.ids),
                    ("state", "in", ("new", "assigned", "ready")),
                ],
                ["sample_id"],
            )
        }
        testing = self.filtered(lambda s: s.state == "testing" and s.id not in busy)
        idle = testing.filtered(lambda s: s.id in waiting)
        if idle:
            idle._advance({"state": "in_department"})
        if testing - idle:
            (testing - idle)._advance({"state": "tested"})

    def _cancel(self):
        samples = self.filtered(lambda s: s.state == "expected")
        if samples:
            samples._advance({"state": "cancelled"})

    def _cancel_if_idle(self):
        """Withdraw expected samples that no job waits for any more."""
        idle = self.filtered(
            lambda s: all(job.state == "cancelled" for job in s.job_ids)
        )
        idle._cancel()

    # ------------------------------------------------------------------ actions
    def action_view_jobs(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_job"
        )
        action["domain"] = [("sample_id", "in", self.ids)]
        action["context"] = {}
        return action
