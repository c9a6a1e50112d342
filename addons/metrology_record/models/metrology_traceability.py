# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import models

from .metrology_record import OPEN_STATES


class MetrologyTraceability(models.Model):
    _inherit = "metrology.traceability"

    def _after_confirm(self):
        """Tell those whose open records compute with the corrections of the one before."""
        result = super()._after_confirm()
        self.filtered("correction_ids").sudo()._tell_open_users()
        return result

    def _get_correction_users(self):
        """Add the authors of submitted records that used the certificate before.

        Those were measured in the time of the certificate, which was confirmed only
        afterwards. They stay as they are; their authors judge whether they hold.

        :return: [(certificate, res.users, metrology.record)]
        """
        return super()._get_correction_users() + [
            (certificate, user or self.env.user, mine)
            for certificate, records in self._get_outdated_users().items()
            for user, mine in records.grouped("submitted_by_id").items()
        ]

    def _get_standing_records(self):
        """Return the submitted records that stand on these certificates.

        They keep the corrections they were computed with; nobody alters them.

        :rtype: recordset of metrology.record
        """
        rows = (
            self.env["metrology.record.equipment"]
            .sudo()
            .search([("traceability_id", "in", self.ids)])
        )
        return rows.record_id.with_env(self.env)

    def _get_outdated_users(self):
        """Return {certificate: submitted records measured in its time without it}.

        A certificate that is confirmed late leaves behind records of its own time that
        still used the one before.
        """
        rows = self.env["metrology.record.equipment"]
        for certificate in self:
            rows |= rows.sudo().search(
                [
                    ("equipment_id", "=", certificate.equipment_id.id),
                    ("day", ">=", certificate.date),
                    ("traceability_id", "!=", certificate.id),
                    ("traceability_id.date", "<", certificate.date),
                ]
            )
        return {
            certificate: rows.filtered(
                lambda row, item=certificate: (
                    row.equipment_id == item.equipment_id and row.day >= item.date
                )
            ).record_id
            for certificate in self
        }

    def action_view_correction_users(self):
        """Show the submitted records that stand on this certificate."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_record"
        )
        return {
            **action,
            "domain": [("equipment_line_ids.traceability_id", "=", self.id)],
            "context": {},
        }

    def _get_open_correction_users(self):
        """Return {certificate: open records whose sheet reads its equipment's tables}."""
        versions = self.env["metrology.record.template.version"].sudo()
        Record = self.env["metrology.record"].sudo()
        records = Record.search(
            [
                ("state", "in", OPEN_STATES),
                "|",
                ("job_id.equipment_ids", "in", self.equipment_id.ids),
                (
                    "job_id.standard_ids.member_ids.equipment_id",
                    "in",
                    self.equipment_id.ids,
                ),
            ]
        )
        used = records._get_equipment()
        codes = {
            version: {
                item["code"] for item in version._get_definition().corrections.values()
            }
            for version in versions.union(*records.mapped("version_id"))
        }
        result = {}
        for certificate in self:
            offered = set(certificate.correction_ids.mapped("code"))
            result[certificate] = records.filtered(
                lambda record, item=certificate, offered=offered: (
                    codes[record.version_id] & offered
                    and item.equipment_id in used[record.id]
                )
            )
        return result

    def _tell_open_users(self):
        """Give the authors of open records a task: to look at the new results."""
        vals_list = []
        for certificate, records in self._get_open_correction_users().items():
            for record in records:
                users = record.saved_by_id or record.executor_ids.user_id
                vals_list += [
                    self._prepare_correction_activity(
                        record,
                        user,
                        self.env._(
                            "The corrections of %(equipment)s are now those of "
                            "%(certificate)s: look at the results again.",
                            equipment=certificate.equipment_id.display_name,
                            certificate=certificate.number,
                        ),
                    )
                    for user in users
                ]
        if vals_list:
            self.env["mail.activity"].create(vals_list)

    def _prepare_correction_activity(self, record, user, text):
        return {
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "user_id": (user or self.env.user).id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "summary": self.env._("New corrections"),
            "note": Markup("<p>%s</p>") % text,
        }
