# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

#: What only a disposal writes; the model adds it to its guarded fields.
DISPOSAL_FIELDS = ("disposal_id", "disposed_on", "retention_until")


class MetrologyDisposalMixin(models.AbstractModel):
    """What is kept for its time and then disposed of by a decision of two persons.

    The model needs ``metrology.guard.mixin`` with ``DISPOSAL_FIELDS`` among its fields,
    beside the hooks of the retention.
    """

    _name = "metrology.disposal.mixin"
    _description = "Kept and Disposed of"
    _inherit = ["metrology.retention.mixin"]

    disposal_id = fields.Many2one(
        comodel_name="metrology.disposal",
        string="Disposed of by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    disposed_on = fields.Date(
        readonly=True,
        copy=False,
        help="The day its originals were destroyed or handed over. What the system "
        "sealed stays, so that the history can be verified.",
    )

    def action_propose_disposal(self):
        """Put the records on a new list of what is to be disposed of.

        :raises UserError: one must still be kept, naming it and the day
        """
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose what is to be disposed of."))
        disposal = self.env["metrology.disposal"].create(
            {
                "company_id": self[:1].company_id.id,
                "line_ids": [
                    fields.Command.create(
                        {"res_model": record._name, "res_id": record.id}
                    )
                    for record in self
                ],
            }
        )
        return disposal._get_action()
