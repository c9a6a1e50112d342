# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html_escape

from ..const import ALTERNATIVE_KINDS


class MetrologyTraceability(models.Model):
    """What the metrological confirmation looks at, and what follows from it."""

    _inherit = "metrology.traceability"

    result_ids = fields.One2many(
        "metrology.traceability.result",
        "traceability_id",
        string="Results by Point",
        copy=False,
    )
    use_ratio = fields.Selection(related="equipment_id.use_ratio")
    adjustment = fields.Text(
        string="Adjustment",
        help="What was adjusted at the calibration, with the values found before.",
    )
    verdict = fields.Selection(
        selection=[("pass", "Fit"), ("fail", "Not Fit")],
        compute="_compute_verdict",
        store=True,
        help="What the results say: all fit, or one of them not.",
    )

    @api.depends("result_ids.verdict")
    def _compute_verdict(self):
        for record in self:
            verdicts = record.result_ids.mapped("verdict")
            if not verdicts or not all(verdicts):
                record.verdict = False
            else:
                record.verdict = "pass" if set(verdicts) == {"pass"} else "fail"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # The day of the calibration, which the database wants, is told by name, too.
            if not (vals.get("date") or self.env.context.get("default_date")):
                raise ValidationError(
                    self.env._(
                        "%(certificate)s cannot be entered without: %(fields)s.",
                        certificate=vals.get("number") or self.env._("A certificate"),
                        fields=self._guard_labels(["date"]),
                    )
                )
        certificates = super().create(vals_list)
        self.env["metrology.equipment.plan.line"]._follow_certificates(certificates)
        return certificates

    # A binary in an attachment has no column that could be required by the database.
    @api.constrains("date", "result", "criterion", "file")
    def _check_complete(self):
        for record in self:
            missing = [
                name
                for name in ("date", "result", "criterion", "file")
                if not record[name] or not str(record[name]).strip()
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(certificate)s cannot be entered without: %(fields)s.",
                        certificate=record.display_name,
                        fields=record._guard_labels(missing),
                    )
                )

    def _check_results(self):
        """Check that the results of certificates allow to confirm them.

        :raises UserError: naming the first result that is not fit, or that results
            are missing though the use of the equipment has a numeric requirement
        """
        for record in self:
            equipment = record.equipment_id
            values = {
                "certificate": record.display_name,
                "equipment": equipment.display_name,
            }
            if equipment.use_mpe and not record.result_ids:
                raise UserError(
                    self.env._(
                        "%(certificate)s: enter its results; the use of %(equipment)s "
                        "allows errors up to %(mpe)s.",
                        mpe=equipment.use_mpe,
                        **values,
                    )
                )
            if (
                record.kind in ALTERNATIVE_KINDS
                and equipment.traceability_mode == "direct"
            ):
                raise UserError(
                    self.env._(
                        "%(certificate)s is not a calibration: it counts only for "
                        "equipment that is traceable by alternative evidence, which "
                        "%(equipment)s is not.",
                        **values,
                    )
                )
            for line in record.result_ids:
                if line.verdict == "error":
                    raise UserError(
                        self.env._(
                            "%(certificate)s, %(point)s: the error %(error)s is larger "
                            "than the required MPE %(mpe)s. Judge it not fit for use, "
                            "or limit its use.",
                            point=line.name,
                            error=line.error,
                            mpe=line.mpe,
                            **values,
                        )
                    )
                if line.verdict == "uncertainty":
                    raise UserError(
                        self.env._(
                            "%(certificate)s, %(point)s: the uncertainty %(u)s is more "
                            "than 1/%(ratio)s of the required MPE %(mpe)s.",
                            point=line.name,
                            u=line.uncertainty,
                            ratio=record.use_ratio,
                            mpe=line.mpe,
                            **values,
                        )
                    )

    # What follows -------------------------------------------------------------

    def _after_confirm(self):
        """What follows when certificates were confirmed. Hook.

        The plan lines that waited for them are done, and whoever still works with the
        corrections of the certificate before is told.
        """
        self.env["metrology.equipment.plan.line"]._follow_certificates(self)
        model_id = self.env["ir.model"]._get_id(self._name)
        activities = []
        for certificate, user, documents in self._get_correction_users():
            names = ", ".join(document.display_name for document in documents)
            activities.append(
                {
                    "res_model_id": model_id,
                    "res_id": certificate.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "summary": self.env._(
                        "New corrections of %(equipment)s",
                        equipment=certificate.equipment_id.display_name,
                    ),
                    "note": html_escape(
                        self.env._(
                            "These used the corrections before: %(names)s", names=names
                        )
                    ),
                    "user_id": user.id,
                }
            )
        self.env["mail.activity"].sudo().create(activities)

    def _after_refuse(self):
        """What follows when equipment was judged not fit for its use. Hook."""
        self.env["metrology.equipment.plan.line"]._follow_certificates(self)

    def _get_correction_users(self):
        """Return who uses the corrections of the certificates before these. Hook.

        Called right after the confirmation; ``_get_previous()`` gives the certificate
        whose corrections are replaced.

        :return: [(certificate of self, res.users to tell, recordset of the documents
            that used the old corrections)]
        :rtype: list[tuple[recordset, recordset, recordset]]
        """
        return []

    def _get_previous(self):
        """Return the confirmed certificate before each of these.

        :return: {certificate id: metrology.traceability, may be empty}; one query
        :rtype: dict[int, recordset]
        """
        found = self.search(
            [
                ("equipment_id", "in", self.equipment_id.ids),
                ("state", "=", "confirmed"),
            ],
            order="date, id",
        )
        result = {}
        for record in self:
            earlier = found.filtered(
                lambda other, to=record: (
                    other.equipment_id == to.equipment_id
                    and (other.date, other.id) < (to.date, to.id)
                )
            )
            result[record.id] = earlier[-1:]
        return result
