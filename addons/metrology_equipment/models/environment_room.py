# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyRoom(models.Model):
    _inherit = "metrology.room"

    project_ids = fields.One2many(
        "metrology.room.project", "room_id", string="Work Done Here"
    )

    def _get_suitability(self, capabilities):
        """Compare what rooms keep with the strictest conditions capabilities ask for.

        :return: {(room id, capability id): ("suitable" | "unsuitable" | "unrated",
            [sentences])}; unrated: an element is asked for that the room has no limits
            of, so that its readings alone can say
        :rtype: dict

        Source: ISO/IEC 17025:2017 6.3.1. A fixed number of queries.
        """
        Requirement = self.env["metrology.environment.requirement"]
        asked = Requirement._get_for_capabilities(capabilities)
        rooms = Requirement._get_in_force("room_id", self)
        result = {}
        for room in self:
            kept = {limit.element_id: limit for limit in rooms[room.id][0].limit_ids}
            for capability in capabilities:
                wrong, unrated = [], []
                for limit in asked[capability.id][0]:
                    own = kept.get(limit.element_id)
                    if not own:
                        unrated.append(
                            self.env._(
                                "%(limit)s is asked for, the room has no limits of it",
                                limit=limit.display_name,
                            )
                        )
                    elif not own._is_within(limit):
                        wrong.append(
                            self.env._(
                                "%(limit)s is asked for, the room keeps %(own)s",
                                limit=limit.display_name,
                                own=own.display_name,
                            )
                        )
                verdict = (
                    "unsuitable" if wrong else "unrated" if unrated else "suitable"
                )
                result[room.id, capability.id] = (verdict, wrong + unrated)
        return result

    def action_suitability(self):
        """Show the suitability statement of the rooms."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_equipment.action_room_project"
        )
        action["domain"] = [("room_id", "in", self.ids)]
        action["context"] = {"default_room_id": self[:1].id}
        return action


class MetrologyRoomProject(models.Model):
    """What is worked in a room, with the statement whether the room is fit for it."""

    _name = "metrology.room.project"
    _description = "Work Done in a Room"
    _order = "room_id, capability_id"
    _check_company_auto = True

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    kept_text = fields.Char(string="The Room Keeps", compute="_compute_verdict")
    asked_text = fields.Char(string="Asked for", compute="_compute_verdict")
    verdict = fields.Selection(
        selection=[
            ("suitable", "Suitable"),
            ("unsuitable", "Unsuitable"),
            ("unrated", "By its Readings only"),
        ],
        string="Suitability",
        compute="_compute_verdict",
    )
    reason = fields.Char(compute="_compute_verdict")

    _pair_uniq = models.Constraint(
        "unique(room_id, capability_id)", "This work is listed for the room already."
    )

    @api.depends("room_id", "capability_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = (
                f"{one.room_id.display_name}: {one.capability_id.display_name}"
            )

    @api.depends(
        "room_id.requirement_ids.state",
        "room_id.requirement_ids.limit_ids",
        "capability_id",
    )
    def _compute_verdict(self):
        rooms, capabilities = self.room_id, self.capability_id
        answers = rooms._get_suitability(capabilities)
        asked = self.env["metrology.environment.requirement"]._get_for_capabilities(
            capabilities
        )
        for one in self:
            verdict, sentences = answers.get(
                (one.room_id.id, one.capability_id.id), (False, [])
            )
            one.verdict = verdict
            one.reason = "; ".join(sentences) or False
            one.kept_text = "; ".join(
                one.room_id.sudo().limit_ids.mapped("display_name")
            )
            limits = asked.get(one.capability_id.id, (None, []))[0]
            one.asked_text = "; ".join(limits.mapped("display_name")) if limits else ""

    @api.constrains("room_id", "capability_id")
    def _check_suitable(self):
        for one in self:
            if one.verdict == "unsuitable":
                raise ValidationError(
                    self.env._(
                        "%(room)s is not fit for %(capability)s: %(reason)s.",
                        room=one.room_id.display_name,
                        capability=one.capability_id.display_name,
                        reason=one.reason,
                    )
                )


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    room_activity_ids = fields.Many2many(
        comodel_name="metrology.room.activity",
        relation="metrology_capability_room_activity_rel",
        string="Kinds of Work",
        help="What its neighbours feel of it, or what disturbs it: see the matrix of "
        "incompatible work.",
    )
    environment_requirement_ids = fields.One2many(
        "metrology.environment.requirement", "capability_id", string="Conditions"
    )


class MetrologyMethod(models.Model):
    _inherit = "metrology.method"

    environment_requirement_ids = fields.One2many(
        "metrology.environment.requirement", "method_id", string="Conditions"
    )
