# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MaintenanceEquipment(models.Model):
    """The file of equipment, and what is missing in it (JJF 1069 7.3.3, 17025 6.4.13).

    Equipment with an incomplete file is not put in use.
    """

    _inherit = "maintenance.equipment"

    # 1. Its acceptance and its papers
    accepted_on = fields.Date(
        string="Accepted on",
        tracking=True,
        help="When it was checked against what was ordered, before its first use.",
    )
    acceptance_note = fields.Text(
        string="Acceptance", help="What was checked, by whom, and the result."
    )
    purchase_reference = fields.Char(
        string="Purchase", help="Order, contract or invoice by which it was bought."
    )
    commissioned_on = fields.Date(string="In Service since", tracking=True)
    software_version = fields.Char(string="Software and Firmware", tracking=True)
    software_ids = fields.One2many(
        "metrology.equipment.software", "equipment_id", string="Software Versions"
    )
    manual_reference = fields.Char(
        string="Manual", help="Where the maker's instructions are kept."
    )
    manual_file = fields.Binary(attachment=True, copy=False)
    manual_file_name = fields.Char()
    usage_ids = fields.One2many("metrology.equipment.usage", "equipment_id")

    # 2. How it is cared for
    care_interval_months = fields.Integer(
        string="Maintenance Interval (months)",
        help="Time between planned maintenance; 0 where none is planned.",
    )
    care_note = fields.Char(
        string="Maintenance Plan",
        tracking=True,
        help="What is done at each planned maintenance, or why none is needed.",
    )
    care_due = fields.Date(
        string="Next Maintenance",
        compute="_compute_care_due",
        store=True,
        index="btree_not_null",
    )

    # 3. Traceability of another kind
    traceability_mode = fields.Selection(
        selection=[
            ("direct", "Directly to a National Standard"),
            ("alternative", "By Alternative Evidence"),
        ],
        required=True,
        default="direct",
        tracking=True,
        help="Alternative evidence is a comparison with others or a certified "
        "reference material, where no calibration to a national standard exists.",
    )

    # 4. A device that works by itself
    is_smart = fields.Boolean(
        string="Smart Device",
        tracking=True,
        help="It measures by itself: work on it starts by its operating procedure.",
    )
    sop_id = fields.Many2one(
        comodel_name="metrology.equipment.procedure",
        string="Operating Procedure",
        domain="[('kind', '=', 'operation')]",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    compliance_gaps = fields.Text(
        string="Missing in the File", compute="_compute_compliance_gaps"
    )

    _care_interval_not_negative = models.Constraint(
        "CHECK(care_interval_months >= 0)", "An interval is not negative."
    )

    @api.depends(
        "care_interval_months",
        "commissioned_on",
        "accepted_on",
        "maintenance_ids.close_date",
        "maintenance_ids.maintenance_type",
    )
    def _compute_care_due(self):
        for equipment in self:
            done = equipment.maintenance_ids.filtered(
                lambda request: request.maintenance_type == "preventive"
            ).mapped("close_date")
            days = [*done, equipment.commissioned_on or equipment.accepted_on]
            last = max((day for day in days if day), default=False)
            months = equipment.care_interval_months
            equipment.care_due = (
                fields.Date.add(last, months=months) if last and months else False
            )

    @api.depends_context("company")
    def _compute_compliance_gaps(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        gaps = self._origin._get_compliance_gaps(today)
        for equipment in self:
            found = gaps.get(equipment._origin.id, [])
            if equipment.metrology_use == "none":
                found = []
            equipment.compliance_gaps = "\n".join(found) or False

    @api.constrains("sop_id", "is_smart")
    def _check_sop(self):
        for equipment in self:
            if equipment.sop_id and equipment.sop_id.kind != "operation":
                raise ValidationError(
                    self.env._(
                        "%(procedure)s is not an operating procedure.",
                        procedure=equipment.sop_id.display_name,
                    )
                )

    # Compliance ---------------------------------------------------------------

    def _get_compliance(self, day):
        """Judge every element that the file of each equipment must have on ``day``.

        :return: {equipment id: [{"code", "clause", "label", "ok", "note"}]} in the
            order of JJF 1069 7.3.3
        :rtype: dict[int, list[dict]]

        A fixed number of queries for any number of equipment.
        """
        procedures = self.env["metrology.equipment.procedure"]._find(
            self, "handling", day
        )
        blockers = self._get_traceability_blockers(day)
        software = self._get_software_blockers(day)
        return {
            equipment.id: equipment._own_compliance(
                procedures[equipment.id],
                blockers[equipment.id],
                software[equipment.id],
                day,
            )
            for equipment in self
        }

    def _own_compliance(self, procedure, traceability, software, day):
        """Return the judged elements of this one file."""
        self.ensure_one()
        is_software = self.metrology_kind == "software"
        need = self.traceability_required
        sop = self.sop_id
        check = self.check_procedure_id
        rows = [
            (
                "identity",
                self.env._("a) Identity"),
                self.env._("Name and equipment code"),
                self.metrology_code,
                "",
            ),
            (
                "maker",
                self.env._("b) Maker, model, number"),
                self.env._("Maker, model and serial number"),
                self.manufacturer and self.model and (self.serial_no or is_software),
                "",
            ),
            (
                "software",
                self.env._("a) Identity"),
                self.env._("Software versions validated"),
                not software and (self.software_ids or not is_software),
                software[0][1] if software else "",
            ),
            (
                "performance",
                self.env._("Performance"),
                self.env._("Measuring range and uncertainty, class or MPE"),
                is_software or (self.range_text and self.uncertainty_text),
                "",
            ),
            (
                "acceptance",
                self.env._("c) Conformity check"),
                self.env._("Acceptance record"),
                self.accepted_on and self.acceptance_note,
                "",
            ),
            (
                "location",
                self.env._("d) Location"),
                self.env._("Room and keeper"),
                self.room_id and self.technician_user_id,
                "",
            ),
            (
                "manual",
                self.env._("e) Manual"),
                self.env._("Maker's instructions"),
                self.manual_reference or self.manual_file,
                "",
            ),
            (
                "certificate",
                self.env._("f) Certificates"),
                self.env._(
                    "Valid certificate with metrological confirmation, or alternative "
                    "evidence"
                )
                if need
                else self.env._("No calibration needed"),
                not traceability,
                traceability[0][1] if traceability else "",
            ),
            (
                "maintenance",
                self.env._("g) Maintenance"),
                self.env._("Maintenance plan"),
                self.care_interval_months or self.care_note,
                "",
            ),
            (
                "faults",
                self.env._("h) Damage and repair"),
                self.env._("No broken seal"),
                self.seal_state != "broken",
                "",
            ),
            (
                "procedure",
                self.env._("Management b)"),
                self.env._(
                    "Approved procedure for handling, transport and storage of its class"
                ),
                procedure,
                procedure.display_name if procedure else "",
            ),
            (
                "check",
                self.env._("Management f)"),
                self.env._("Approved procedure of its intermediate checks"),
                not self.check_interval_months or check._is_in_force(day),
                "",
            ),
            (
                "sop",
                self.env._("Smart devices"),
                self.env._("Operating procedure in force"),
                not self.is_smart or (sop and sop._is_in_force(day)),
                "",
            ),
        ]
        return [
            {
                "code": code,
                "clause": clause,
                "label": label,
                "ok": bool(ok),
                "note": note,
            }
            for code, clause, label, ok, note in rows
        ]

    def _get_compliance_gaps(self, day):
        """Return {equipment id: [what is missing, as text]}, empty where complete."""
        return {
            key: [
                f"{row['clause']}: {row['label']}"
                + (f" – {row['note']}" if row["note"] else "")
                for row in rows
                if not row["ok"]
            ]
            for key, rows in self._get_compliance(day).items()
        }

    def _check_complete_file(self, day):
        """Refuse to put equipment in use whose file is not complete.

        :raises UserError: naming the equipment and all that is missing
        """
        gaps = self._get_compliance_gaps(day)
        for equipment in self:
            if gaps[equipment.id]:
                raise UserError(
                    self.env._(
                        "%(equipment)s cannot be put in use, its file is not complete:"
                        "\n%(gaps)s",
                        equipment=equipment.display_name,
                        gaps="\n".join(gaps[equipment.id]),
                    )
                )

    # Planned maintenance ------------------------------------------------------

    @api.model
    def _cron_plan_care(self):
        """Make the requests of planned maintenance that fall due; once for each date.

        :return: the maintenance.request made
        """
        today = self.env["metrology.calendar"]._today()
        days = self.env["metrology.equipment.plan"]._get_lead_days("maintenance")
        due = self.search(
            [
                ("metrology_use", "!=", "none"),
                ("metrology_state", "!=", "scrapped"),
                ("care_due", "<=", fields.Date.add(today, days=days)),
            ]
        )
        waiting = self.env["maintenance.request"].search(
            [
                ("equipment_id", "in", due.ids),
                ("maintenance_type", "=", "preventive"),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ]
        )
        return self.env["maintenance.request"].create(
            [
                {
                    "name": self.env._(
                        "Planned maintenance of %(equipment)s",
                        equipment=equipment.display_name,
                    ),
                    "equipment_id": equipment.id,
                    "maintenance_type": "preventive",
                    "request_date": today,
                    "schedule_date": fields.Datetime.to_datetime(equipment.care_due),
                    "description": equipment.care_note,
                    "company_id": (equipment.company_id or self.env.company).id,
                }
                for equipment in due - waiting.equipment_id
            ]
        )
