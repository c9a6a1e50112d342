# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from odoo.addons.metrology_equipment.tools import workbook


class MetrologyStandard(models.Model):
    """The live ledger of measurement standards: nothing in it is typed."""

    _inherit = "metrology.standard"

    traceability_due = fields.Date(
        string="Equipment Traceable until",
        compute="_compute_traceability_due",
        help="The earliest last day of its equipment.",
    )
    next_trial_due = fields.Date(string="Next Trial", compute="_compute_next_trial_due")
    main_equipment = fields.Char(
        string="Main Equipment", compute="_compute_main_equipment"
    )

    @api.depends(
        "member_ids.equipment_id.traceability_due", "member_ids.substitute_for_id"
    )
    def _compute_traceability_due(self):
        for standard in self:
            equipment = standard.member_ids.filtered(
                lambda member: (
                    not member.substitute_for_id
                    and member.equipment_id.traceability_required
                )
            ).equipment_id
            dates = equipment.mapped("traceability_due")
            standard.traceability_due = min(dates) if dates and all(dates) else False

    @api.depends("plan_ids.date_to")
    def _compute_next_trial_due(self):
        for standard in self:
            dates = [day for day in standard.plan_ids.mapped("date_to") if day]
            standard.next_trial_due = min(dates, default=False)

    @api.depends("member_ids.equipment_id", "member_ids.role")
    def _compute_main_equipment(self):
        for standard in self:
            mains = standard.member_ids.filtered(lambda member: member._is_main())
            standard.main_equipment = ", ".join(mains.equipment_id.mapped("name"))

    def _guard_get_action_fields(self):
        """Add what follows from certificates and events: nobody types it."""
        return (
            *super()._guard_get_action_fields(),
            "validity",
            "validity_note",
            "traceability_due",
            "next_trial_due",
            "file_state",
        )

    def action_export_ledger(self):
        """Return the download of the ledger of these standards as a workbook."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/metrology/standards/ledger.xlsx?ids={ids}",
            "target": "self",
        }

    def _get_ledger_workbook(self):
        """Return the ledger: a sheet of the standards, a sheet of their equipment.

        :rtype: bytes
        """
        names = (
            "code",
            "name",
            "nature",
            "range_text",
            "uncertainty_text",
            "number",
            "authority",
            "date_from",
            "date_to",
            "social_number",
            "social_date_to",
            "department_id",
            "leader_id",
            "room_id",
            "main_equipment",
            "traceability_due",
            "next_trial_due",
            "state",
            "validity",
            "validity_note",
            "file_state",
        )
        member_names = (
            "standard_id",
            "role",
            "equipment_id",
            "model",
            "serial_no",
            "range_text",
            "uncertainty_text",
            "metrology_state",
            "metrology_validity",
            "traceability_due",
        )
        members = self.member_ids
        return workbook.build(
            [
                (
                    self.env._("Measurement Standards"),
                    *self._tabulate(self, names),
                ),
                (self.env._("Equipment"), *self._tabulate(members, member_names)),
            ]
        )

    @api.model
    def _tabulate(self, records, names):
        """Return (titles, rows) of fields of records, as a person reads them."""
        described = records.fields_get(names, ["string", "selection", "type"])
        head = [described[name]["string"] for name in names]
        rows = []
        for record in records:
            row = []
            for name in names:
                value, about = record[name], described[name]
                if about["type"] == "selection":
                    value = dict(about["selection"]).get(value)
                elif about["type"] == "many2one":
                    value = value.display_name if value else None
                row.append(value or None)
            rows.append(row)
        return head, rows
