# SPDX-License-Identifier: AGPL-3.0-only
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

# Crockford's alphabet: no letter that is read as a digit on a small label.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class MaintenanceEquipment(models.Model):
    """The status label of equipment, and the page its QR code opens."""

    _inherit = "maintenance.equipment"

    # Computed and not a default: equipment that was there before gets one each, too.
    scan_code = fields.Char(
        compute="_compute_scan_code",
        store=True,
        precompute=True,
        readonly=True,
        copy=False,
        help="What the QR code of its label leads to.",
    )

    _scan_code_uniq = models.UniqueIndex(
        "(scan_code)", "Two pieces of equipment cannot bear the same label."
    )

    @api.depends("metrology_use")
    def _compute_scan_code(self):
        for equipment in self:
            equipment.scan_code = equipment.scan_code or "".join(
                secrets.choice(_ALPHABET) for _place in range(12)
            )

    def _get_scan_url(self):
        """Return the address that the QR code of this one equipment holds."""
        self.ensure_one()
        return f"{self.get_base_url()}/metrology/equipment/{self.scan_code}"

    def _get_label_states(self, day):
        """Return the status that the label of each equipment says on ``day``.

        What may not be used is labelled as suspended, whatever its own status.

        :return: {equipment id: state or False where it bears no label}
        :rtype: dict[int, str | bool]
        """
        blockers = self._get_validity_blockers(day)
        result = {}
        for equipment in self:
            state = equipment.metrology_state
            if state == "new" or equipment.metrology_use == "none":
                result[equipment.id] = False
            elif state in ("scrapped", "sealed", "suspended"):
                result[equipment.id] = state
            elif blockers[equipment.id]:
                result[equipment.id] = "suspended"
            else:
                result[equipment.id] = state
        return result

    def _check_label(self, state, day):
        """Check that labels of one status may be printed for these equipment.

        :raises UserError: another status is the right one, naming it and the reason
        """
        right = self._get_label_states(day)
        blockers = self._get_validity_blockers(day)
        labels = dict(self._fields["metrology_state"]._description_selection(self.env))
        for equipment in self:
            if not right[equipment.id]:
                raise UserError(
                    self.env._(
                        "%(equipment)s bears no status label: it has not been put in "
                        "use.",
                        equipment=equipment.display_name,
                    )
                )
            if state and right[equipment.id] != state:
                reasons = " ".join(text for _code, text in blockers[equipment.id])
                raise UserError(
                    self.env._(
                        "%(equipment)s cannot bear the label %(wrong)s; the right one "
                        "is %(right)s. %(reasons)s",
                        equipment=equipment.display_name,
                        wrong=labels[state],
                        right=labels[right[equipment.id]],
                        reasons=reasons,
                    )
                )

    def _prepare_labels(self, day, signer=None, with_institution=True):
        """Return what is drawn on the labels; one dict for each equipment.

        :return: as ``tools.labels.draw`` takes it
        :rtype: list[dict]
        """
        states = self._get_label_states(day)
        names = dict(self._fields["metrology_state"]._description_selection(self.env))
        result = []
        for equipment in self:
            last = equipment.traceability_id
            lines = [
                (self.env._("Code"), equipment.metrology_code or equipment.scan_code),
                (self.env._("Serial Number"), equipment.serial_no),
                (self.env._("Calibrated"), last.date),
                (self.env._("Valid until"), last.date_to),
            ]
            if states[equipment.id] == "limited":
                lines.append((self.env._("Not for"), equipment.metrology_limitation))
            if signer:
                lines.append((self.env._("Signed by"), signer.name))
            result.append(
                {
                    "url": equipment._get_scan_url(),
                    "state": states[equipment.id],
                    "state_name": names[states[equipment.id]],
                    "title": equipment.name,
                    "institution": (equipment.company_id or self.env.company).name
                    if with_institution
                    else "",
                    "lines": [(name, str(text)) for name, text in lines if text],
                }
            )
        return result

    def action_print_labels(self):
        """Open the dialog that prints status labels."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Labels"),
            "res_model": "metrology.equipment.label",
            "view_mode": "form",
            "target": "new",
            "context": {"default_equipment_ids": self.ids},
        }

    # What the QR code opens ---------------------------------------------------

    @api.model
    def _find_scanned(self, code):
        """Return the equipment behind a scanned code, as the caller may see it.

        The code of the label, the equipment code or the tracker are all understood.
        """
        code = (code or "").strip()
        if not code:
            return self.browse()
        for name in ("scan_code", "metrology_code", "tracker_code"):
            found = self.search(
                [(name, "=", code), ("metrology_use", "!=", "none")], limit=1
            )
            if found:
                return found
        return self.browse()

    def _get_scan_values(self):
        """Return what the page of this one equipment shows, as it is now."""
        self.ensure_one()
        day = self.env["metrology.calendar"]._today(self.env.company)
        state = self._get_label_states(day)[self.id] or "new"
        names = dict(self._fields["metrology_state"]._description_selection(self.env))
        last = self.traceability_id
        return {
            "equipment": self,
            "state": state,
            "state_name": names[state],
            "reasons": [text for _c, text in self._get_validity_blockers(day)[self.id]],
            "calibrated_on": last.date,
            "valid_until": last.date_to,
            "certificate": last.number,
        }
