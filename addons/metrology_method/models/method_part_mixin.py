# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo import api, models
from odoo.exceptions import ValidationError

#: Names that templates may call things by.
CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class MetrologyMethodPartMixin(models.AbstractModel):
    """What an edition of a method prescribes: items and their parameters.

    Records take points and limits from here. Of an approved edition they are changed
    by who answers for methods only, and the edition's history says what was changed.

    How to use: say in ``_get_editions`` to which editions the records belong, and call
    ``_check_code`` where ``code`` changes.
    """

    _name = "metrology.method.part.mixin"
    _description = "Part of an Edition"
    _inherit = ["metrology.guard.mixin"]

    def _get_editions(self):
        """Return the metrology.method.edition of the records. Hook."""
        raise NotImplementedError

    @api.constrains("code")
    def _check_code(self):
        for part in self:
            if not CODE.fullmatch(part.code or ""):
                raise ValidationError(
                    self.env._(
                        "%(name)s: the code “%(code)s” is not small Latin letters, "
                        "digits and single underscores.",
                        name=part.display_name,
                        code=part.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_may_change()
        for part in parts:
            part._tell_editions(self.env._("%(part)s was added", part=part.name))
        return parts

    def write(self, vals):
        self._check_may_change()
        texts = {part: part._describe_change(vals) for part in self}
        result = super().write(vals)
        self._check_may_change()
        for part, text in texts.items():
            if text:
                part._tell_editions(f"{part.name}: {text}")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_may_change()
        for part in self:
            part._tell_editions(self.env._("%(part)s was deleted", part=part.name))

    def _check_may_change(self):
        """Let heads of departments prepare drafts, not change what is in force.

        :raises AccessError: an approved edition, and neither of the roles
        """
        if self._guard_is_closed() and any(
            edition.approved_on for edition in self._get_editions()
        ):
            self._guard_check_group(
                "metrology.group_technical_head,metrology.group_quality"
            )

    def _describe_change(self, vals):
        """Return what a write changes of this one part, as text."""
        self.ensure_one()
        labels = self.fields_get(list(vals), ["string"])
        changes = []
        for name in vals:
            field = self._fields.get(name)
            if field is None or name == "sequence" or field.type == "one2many":
                continue
            new = field.convert_to_record(
                field.convert_to_cache(vals[name], self, validate=False), self
            )
            if new == self[name]:
                continue
            old = self[name]
            if field.relational:
                old = ", ".join(old.mapped("display_name"))
                new = ", ".join(new.mapped("display_name"))
            changes.append(f"{labels[name]['string']}: {old or '–'} → {new or '–'}")
        return "; ".join(changes)

    def _tell_editions(self, text):
        if not self._guard_is_closed():
            return
        for edition in self._get_editions().sudo():
            if edition.approved_on:
                edition.message_post(body=text)
