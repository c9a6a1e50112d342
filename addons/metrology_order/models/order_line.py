# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.const import SERVICE_KINDS


class MetrologyOrderLine(models.Model):
    """One service on one instrument of an order.

    ``capability_state`` is what the automatic check found: a line that the
    institution cannot serve says why and stops the order, it is never dropped.
    """

    _name = "metrology.order.line"
    _description = "Calibration Order Line"
    _inherit = ["metrology.guard.mixin"]
    _order = "order_id, sequence, id"
    _check_company_auto = True
    _guard_action_fields = (
        "edition_id",
        "job_id",
        "capability_state",
        "capability_note",
    )

    order_id = fields.Many2one(
        comodel_name="metrology.order",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="order_id.commercial_partner_id")
    sequence = fields.Integer(default=10)
    section = fields.Char(help="Section of the customer's list.")
    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument",
        required=True,
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
    asset_number = fields.Char(related="instrument_id.asset_number")
    service_kind = fields.Selection(
        selection=SERVICE_KINDS, string="Service", required=True
    )
    urgent = fields.Boolean()
    accessories = fields.Char(help="What comes with the instrument.")
    condition_note = fields.Char(
        string="Condition as Told", help="What the customer says of its condition."
    )
    remark = fields.Char()

    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        compute="_compute_capability_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('service_kind', '=', service_kind),"
        " ('instrument_type_id', 'parent_of', instrument_type_id)]",
        help="The item of the institution's scope by which the line is served.",
    )
    method_id = fields.Many2one(related="capability_id.method_id", store=True)
    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The edition of the method in force when the order was accepted.",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
    )
    turnaround_days = fields.Integer(
        string="Working Days", related="capability_id.turnaround_days"
    )
    due_date = fields.Date(
        compute="_compute_due_date", store=True, readonly=False, precompute=True
    )
    capability_state = fields.Selection(
        selection=[
            ("unchecked", "Not Checked"),
            ("capable", "Capable"),
            ("not_accepted", "Not Accepted"),
        ],
        default="unchecked",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    capability_note = fields.Text(string="Why Not", readonly=True, copy=False)
    job_id = fields.Many2one(
        comodel_name="metrology.job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(related="job_id.state", string="Job State")
    order_state = fields.Selection(related="order_id.state")

    _instrument_uniq = models.UniqueIndex(
        "(order_id, instrument_id, service_kind)",
        "One instrument stands twice in the order for the same service. Remove one of "
        "the two lines.",
    )

    # ------------------------------------------------------------------ compute
    def _capability_candidates(self):
        """Return ``{line: capabilities}``: what serves type and kind on the day.

        A fixed number of queries for any number of lines.
        """
        day = self.env["metrology.calendar"]._today(self.env.company)
        kinds = {kind for kind in self.mapped("service_kind") if kind}
        found = self.env["metrology.capability"]._get_for(
            self.instrument_id.instrument_type_id, sorted(kinds), day
        )
        none = self.env["metrology.capability"]
        return {
            line: found.get((line.instrument_type_id.id, line.service_kind), none)
            for line in self
        }

    @api.depends("instrument_id", "service_kind")
    def _compute_capability_id(self):
        candidates = self._capability_candidates()
        for line in self:
            fitting = candidates[line]
            if line.capability_id not in fitting:
                line.capability_id = line._choose_capability(fitting)

    def _choose_capability(self, candidates):
        """Prefer the capability whose range holds the instrument's range."""
        self.ensure_one()
        if len(candidates) < 2:
            return candidates
        blockers = self.env["metrology.eligibility"]._get_range_blockers
        fitting = candidates.filtered(
            lambda c: not blockers(self.instrument_id.range_text, c)
        )
        return (fitting or candidates)[:1]

    @api.depends("capability_id")
    def _compute_department_id(self):
        for line in self:
            line.department_id = line.capability_id.department_id or line.department_id

    @api.depends("capability_id", "order_id.date_order")
    def _compute_due_date(self):
        for line in self:
            line.due_date = line._promised_from(line.order_id.date_order)

    def _promised_from(self, day):
        """Return the day that the published time limit promises, counted from
        ``day`` (the day after is day 1)."""
        self.ensure_one()
        if not day or self.turnaround_days <= 0:
            return False
        cache = self.env.cr.cache.setdefault("metrology_promised_days", {})
        key = (day, self.turnaround_days, self.company_id.id)
        if key not in cache:
            cache[key] = self.env["metrology.calendar"]._add_working_days(
                day, self.turnaround_days, self.company_id or self.env.company
            )
        return cache[key]

    @api.depends("order_id.name", "instrument_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.order_id.name}: {line.instrument_id.display_name}"
            )

    # -------------------------------------------------------------- constraints
    @api.constrains("instrument_id", "order_id")
    def _check_instrument_partner(self):
        for line in self:
            owner = line.instrument_id.partner_id
            if owner != line.order_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(instrument)s belongs to %(owner)s, the order is of "
                        "%(partner)s.",
                        instrument=line.instrument_id.display_name,
                        owner=owner.display_name,
                        partner=line.order_id.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("capability_id", "service_kind", "instrument_id")
    def _check_capability_id(self):
        """A line is served by an item of the scope for its service and type only."""
        kinds = dict(self._fields["service_kind"]._description_selection(self.env))
        for line in self:
            item, of = line.capability_id.sudo(), line.instrument_type_id.sudo()
            if item and (
                item.service_kind != line.service_kind
                or (
                    of and f"/{item.instrument_type_id.id}/" not in f"/{of.parent_path}"
                )
            ):
                raise ValidationError(
                    self.env._(
                        "%(instrument)s: %(capability)s is for %(kind)s of %(type)s and "
                        "does not serve this line.",
                        instrument=line.instrument_id.display_name,
                        capability=item.display_name,
                        kind=kinds[item.service_kind],
                        type=item.instrument_type_id.display_name,
                    )
                )

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if lines._guard_is_closed():
            lines.order_id._check_content_open()
        return lines

    def write(self, vals):
        if self._guard_is_closed():
            self.order_id._check_content_open(
                reviewed=bool(set(vals) & self._get_reviewed_fields())
            )
        if {"instrument_id", "service_kind", "capability_id"} & set(vals):
            result = super().write(vals)
            checked = self.sudo().filtered(
                lambda line: line.capability_state != "unchecked"
            )
            checked.write({"capability_state": "unchecked", "capability_note": False})
            return result
        return super().write(vals)

    def _get_reviewed_fields(self):
        """Return the fields of a line that its contract review is about. Hook."""
        return {
            "order_id",
            "instrument_id",
            "service_kind",
            "capability_id",
            "due_date",
            "accessories",
            "condition_note",
            "remark",
            "urgent",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.order_id._check_content_open()
        for line in self:
            job = line.job_id
            if job and job.state not in ("new", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(line)s: its job %(job)s has begun and stays.",
                        line=line.display_name,
                        job=job.display_name,
                    )
                )

    def unlink(self):
        # The job of a removed line is cancelled, not left without its line.
        jobs = self.job_id.sudo()
        samples = jobs.sample_id
        result = super().unlink()
        jobs.exists()._cancel()
        samples._cancel_if_idle()
        return result

    # ----------------------------------------------------------------- business
    def _get_content_blockers(self):
        """Return lines that lack what the printed order must say.

        Name, model and serial number of the instrument ('无' is an answer, nothing
        is none); set-based.
        """
        blockers = []
        labels = self.env["metrology.instrument"].fields_get(
            ["name", "model_text", "serial_number"], ["string"]
        )
        for line in self:
            missing = [
                labels[name]["string"]
                for name in ("name", "model_text", "serial_number")
                if not (line.instrument_id[name] or "").strip()
            ]
            if missing:
                blockers.append(
                    (
                        "line_incomplete",
                        self.env._(
                            "%(instrument)s: %(missing)s is missing. Write 无 where "
                            "the instrument bears none.",
                            instrument=line.instrument_id.display_name,
                            missing=", ".join(missing),
                        ),
                    )
                )
        return blockers

    def _refresh_capability(self):
        """Check every line against scope, method, standard and persons, and keep
        the answer on the lines.  A fixed number of queries."""
        if not self:
            return
        candidates = self._capability_candidates()
        for line in self:
            if not line.capability_id and candidates[line]:
                line.sudo().capability_id = line._choose_capability(candidates[line])
        answers = self.env["metrology.eligibility"]._evaluate_lines(self)
        for line in self.sudo():
            refusals = answers[line.id]["refusals"]
            state = "not_accepted" if refusals else "capable"
            note = "\n".join(r["message"] for r in refusals) or False
            if line.capability_state != state:
                line.capability_state = state
            if (line.capability_note or False) != note:
                line.capability_note = note

    def action_check_capability(self):
        """Check the lines now (button)."""
        self._refresh_capability()
        return True

    def _get_capability_blockers(self):
        """Return a sentence for each line that cannot be served."""
        return [
            (
                "not_accepted",
                self.env._(
                    "%(instrument)s, %(kind)s: %(reason)s",
                    instrument=line.instrument_id.display_name,
                    kind=dict(
                        self._fields["service_kind"]._description_selection(self.env)
                    )[line.service_kind],
                    reason=(line.capability_note or "").replace("\n", " "),
                ),
            )
            for line in self
            if line.capability_state != "capable"
        ]

    def _get_check_text(self):
        """Return the words that a finished review keeps about its lines."""
        labels = dict(self._fields["service_kind"]._description_selection(self.env))
        editions = self._editions_in_force()
        return "\n".join(
            "{}: {}, {}, {}".format(
                line.instrument_id.display_name,
                labels[line.service_kind],
                line.capability_id.display_name,
                editions[line].display_name or "–",
            )
            for line in self
        )

    def _editions_in_force(self):
        """Return ``{line: edition to work by today}``."""
        day = self.env["metrology.calendar"]._today(self.env.company)
        editions = self.capability_id._get_editions(day)
        none = self.env["metrology.method.edition"]
        return {line: editions.get(line.capability_id.id, none) for line in self}

    def _freeze_agreement(self):
        """Freeze the edition in force, and count promised days from acceptance."""
        editions = self._editions_in_force()
        today = self.env["metrology.calendar"]._today(self.env.company)
        for line in self.sudo():
            if not line.edition_id:
                line.edition_id = editions[line]
            promised = line._promised_from(line.order_id.date_order)
            if line.due_date == promised and line.order_id.date_order != today:
                line.due_date = line._promised_from(today)

    def _prepare_sample_values(self):
        """Values of the sample expected for the line's instrument."""
        self.ensure_one()
        return {
            "order_id": self.order_id.id,
            "instrument_id": self.instrument_id.id,
            "accessories": self.accessories,
            "condition": self.condition_note,
        }

    def _prepare_job_values(self, sample):
        """Values of the job that does the line's service on ``sample``."""
        self.ensure_one()
        return {
            "sample_id": sample.id,
            "order_line_id": self.id,
            "order_id": self.order_id.id,
            "service_kind": self.service_kind,
            "capability_id": self.capability_id.id,
            "edition_id": self.edition_id.id,
            "department_id": self.department_id.id,
            "due_date": self.due_date,
            "urgent": self.urgent or self.order_id.urgent,
        }
