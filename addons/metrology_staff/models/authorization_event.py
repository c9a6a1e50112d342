# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .authorization import STATES

_KEY = object()


class MetrologyAuthorizationEvent(models.Model):
    """When an authorization came into force, was suspended or revoked: rows are only
    added, so the ledger can be read as of any day.
    """

    _name = "metrology.authorization.event"
    _description = "Change of an Authorization"
    _order = "date desc, id desc"

    authorization_id = fields.Many2one(
        comodel_name="metrology.authorization",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="authorization_id.company_id", store=True, index=True
    )
    employee_id = fields.Many2one(
        related="authorization_id.employee_id", store=True, index=True
    )
    date = fields.Date(string="Day", required=True, readonly=True)
    state = fields.Selection(selection=STATES, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        ondelete="restrict",
    )

    _find_idx = models.Index("(authorization_id, date, id)")

    def init(self):
        # Authorizations from before this history began: what is known of them.
        self.env.cr.execute(
            """
            INSERT INTO metrology_authorization_event
                (authorization_id, company_id, employee_id, date, state, reason, user_id,
                 create_uid, create_date, write_uid, write_date)
            SELECT paper.id, paper.company_id, paper.employee_id,
                COALESCE(paper.issued_on, paper.date_from), paper.state,
                paper.state_reason, paper.issued_by_id, 1, now() AT TIME ZONE 'UTC', 1,
                now() AT TIME ZONE 'UTC'
            FROM metrology_authorization paper
            WHERE paper.state != 'draft' AND NOT EXISTS (
                SELECT 1 FROM metrology_authorization_event event
                WHERE event.authorization_id = paper.id
            )
            """
        )

    @api.model
    def _with_key(self):
        return self.sudo().with_context(metrology_authorization_event=_KEY)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("metrology_authorization_event") is not _KEY:
            raise UserError(
                self.env._("The history is written by the decisions themselves only.")
            )
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("History is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("History is never deleted."))
