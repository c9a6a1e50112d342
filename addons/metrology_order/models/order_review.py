# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyOrderReview(models.Model):
    """The contract review of one version of an order, kept for good.

    Four groups of questions: the customer's requirements are clear, the
    institution is able, changes are agreed, the record is complete
    (JJF 1069 / ISO/IEC 17025:2017, 7.1).  A finished review is not touched.
    """

    _name = "metrology.order.review"
    _description = "Contract Review"
    _order = "order_id desc, version desc"

    order_id = fields.Many2one(
        comodel_name="metrology.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    version = fields.Integer(required=True, readonly=True)
    state = fields.Selection(
        selection=[("draft", "In Review"), ("done", "Passed")],
        default="draft",
        required=True,
        readonly=True,
    )

    # 1. Requirements: content, basis, place, time, and what was only spoken
    requirements_clear = fields.Boolean(
        string="Content, basis, place and time are clear",
        help="What is done on which instrument, by which method, where and until "
        "when; written and spoken requirements of the customer.",
    )
    requirements_note = fields.Text(string="Spoken Requirements")
    spoken_by = fields.Char(help="Who asked, when and by which channel.")

    # 2. Ability: scope, method, standard, persons, environment, workload
    ability_confirmed = fields.Boolean(
        string="Ability and resources are there",
        help="Approved scope, method in force, valid standards, two authorised "
        "persons, environment and workload.",
    )
    ability_note = fields.Text(string="Notes on the Ability")
    subcontract = fields.Boolean(string="Another institution is needed")
    subcontract_consent = fields.Char(
        string="Customer's Consent to It",
        help="Who consented, when and how. Needed when another institution works.",
    )
    check_text = fields.Text(
        string="Automatic Check",
        readonly=True,
        help="What the check found for the lines when the review was finished.",
    )

    # 3. Changes and deviations
    changes_agreed = fields.Boolean(
        string="Changes and deviations are agreed",
        help="What differs from the customer's wish, or from the version before, "
        "has been told to the customer and agreed.",
    )
    changes_note = fields.Text(string="Changes and Deviations")

    # 4. Record
    record_complete = fields.Boolean(
        string="The record is complete",
        help="Everything said about the order stands in it.",
    )
    reviewer_id = fields.Many2one(comodel_name="res.users", readonly=True)
    reviewed_on = fields.Datetime(readonly=True)

    _version_uniq = models.UniqueIndex(
        "(order_id, version)", "A version of an order has one review."
    )

    @api.depends("order_id", "version")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "%(order)s, version %(version)s",
                order=review.order_id.display_name,
                version=review.version,
            )

    def _get_done_blockers(self):
        """Return what is missing to pass: ``[(code, message)]``."""
        self.ensure_one()
        order = self.order_id
        questions = (
            ("requirements_clear", "requirements"),
            ("ability_confirmed", "ability"),
            ("changes_agreed", "changes"),
            ("record_complete", "record"),
        )
        blockers = []
        for name, code in questions:
            if not self[name]:
                label = self._fields[name].get_description(self.env, ["string"])
                blockers.append(
                    (
                        code,
                        self.env._(
                            "Order %(order)s, review: “%(question)s” is not confirmed.",
                            order=order.display_name,
                            question=label["string"],
                        ),
                    )
                )
        if self.subcontract and not (self.subcontract_consent or "").strip():
            blockers.append(
                (
                    "subcontract",
                    self.env._(
                        "Order %(order)s: another institution is needed, the "
                        "customer's consent is not recorded.",
                        order=order.display_name,
                    ),
                )
            )
        return (
            blockers
            + order._get_submit_blockers()
            + order.line_ids._get_capability_blockers()
        )

    def _finish(self):
        """Close the reviews with the person, the time and the check's words."""
        for review in self:
            review.sudo().write(
                {
                    "state": "done",
                    "reviewer_id": self.env.uid,
                    "reviewed_on": fields.Datetime.now(),
                    "check_text": review.order_id.line_ids._get_check_text(),
                }
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise UserError(self.env._("A review is passed by its action only."))
        return super().create(vals_list)

    def write(self, vals):
        for review in self:
            if review.state == "done":
                raise UserError(
                    self.env._(
                        "The review of %(review)s has been passed and is kept as it "
                        "is. Change the order to review it again.",
                        review=review.display_name,
                    )
                )
        own = {
            "state",
            "reviewer_id",
            "reviewed_on",
            "check_text",
            "order_id",
            "version",
        }
        if not self.env.su and own & set(vals):
            raise UserError(self.env._("A review is passed by its action only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for review in self:
            if review.state == "done":
                raise UserError(
                    self.env._(
                        "The review of %(review)s has been passed and is kept.",
                        review=review.display_name,
                    )
                )
