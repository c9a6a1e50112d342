# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import AccessError

# An object cannot be forged over RPC, a context key with a value can.
_GUARD = object()


class MetrologyGuardMixin(models.AbstractModel):
    """Fields that only the model's own methods write, never a client.

    A state, a signature, a frozen edition is the result of an action that
    locked, checked and recorded; writing it by hand would skip all that.  Set
    ``_guarded_fields``; methods write through ``self._unguarded()`` (or
    ``sudo()``, which a client cannot have either).
    """

    _name = "metrology.guard.mixin"
    _description = "Fields Written by Actions Only"

    _guarded_fields = ()

    def _unguarded(self):
        """Return the records able to write their guarded fields (Python only)."""
        return self.with_context(metrology_guard=_GUARD)

    def _is_guarded(self):
        return not self.env.su and self.env.context.get("metrology_guard") is not _GUARD

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_guarded():
            names = {name for vals in vals_list for name in vals}
            names &= set(self._guarded_fields)
            if names:
                defaults = self.default_get(list(names))
                for vals in vals_list:
                    for name in names & set(vals):
                        if vals[name] and vals[name] != defaults.get(name):
                            self._raise_guarded(name)
        return super().create(vals_list)

    def write(self, vals):
        if self._is_guarded():
            for name in self._guarded_fields:
                if name in vals:
                    self._raise_guarded(name)
        return super().write(vals)

    @api.model
    def _raise_guarded(self, name):
        field = self._fields[name].get_description(self.env, ["string"])["string"]
        raise AccessError(
            self.env._(
                "“%(field)s” of a %(document)s is not written by hand: use the "
                "action that leads there.",
                field=field,
                document=self.env["ir.model"]._get(self._name).name,
            )
        )
