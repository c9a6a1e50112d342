# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# An object cannot be sent over RPC: only Python of the suite holds this key.
_KEY = object()


class MetrologyGuardMixin(models.AbstractModel):
    """Fields that change only by the actions of their model.

    How to use: name in ``_guard_action_fields`` what no form, import or API call may
    write (states, who decided and when), in ``_guard_frozen_fields`` what nobody may
    change once ``_guard_is_frozen()`` holds, and write both through
    ``self._guard_open().write(...)`` inside the actions.

    Code that runs as superuser (data files, crons, our own ``sudo()``) may write the
    first kind; the second kind needs the key even there.
    """

    _name = "metrology.guard.mixin"
    _description = "Fields Written by Actions Only"

    #: names of fields that only actions write
    _guard_action_fields = ()
    #: names of fields that nobody changes while ``_guard_is_frozen``
    _guard_frozen_fields = ()
    #: public methods ``method(reason)`` that the reason dialog may call
    _guard_reason_actions = ()

    def _guard_get_action_fields(self):
        """Return the names of the fields only actions write; an addon extends it.

        What is computed, stored and read-only belongs to them too: Odoo itself would
        take it from a client.
        """
        return (*self._guard_action_fields, *self._guard_computed_fields())

    @api.model
    @tools.ormcache()
    def _guard_followed_fields(self):
        """Return the names of the suite's own stored fields that follow another record.

        Odoo stores what a client gives for them: with ``company_id`` a document would
        be moved to another company.
        """
        return tuple(
            name
            for name, field in self._fields.items()
            if field.store
            and field.related
            and not field.inverse
            and (field._module or "").startswith("metrology")
        )

    @api.model
    @tools.ormcache()
    def _guard_computed_fields(self):
        """Return the names of the suite's own stored fields that only computing sets."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.store
            and field.compute
            and field.readonly
            and not field.inverse
            and not field.related
            and (field._module or "").startswith("metrology")
            and name not in self._guard_action_fields
        )

    def _guard_is_closed(self):
        """Tell whether the caller is a client, who may not write those fields."""
        return not self.env.su and not self._guard_has_key()

    def _guard_open(self):
        """Return the records with the key to their guarded fields."""
        return self.with_context(metrology_guard=_KEY)

    def _guard_close(self):
        """Return the records without the key, for what must not be guarded by it."""
        return self.with_context(metrology_guard=None)

    def _guard_is_frozen(self):
        """Tell whether this one record's frozen fields are closed. Hook."""
        self.ensure_one()
        return False

    def _guard_get_frozen(self):
        """Return which of its frozen fields are closed in this one record now. Hook.

        For documents some fields of which close earlier than others.
        """
        self.ensure_one()
        return self._guard_frozen_fields if self._guard_is_frozen() else ()

    def _guard_has_key(self):
        return self.env.context.get("metrology_guard") is _KEY

    # A step: lock, check, write --------------------------------------------------

    def _lock(self):
        """Lock the rows, waiting for whoever has them, and forget what was read.

        Core's ``lock_for_update`` fails at once where somebody is ahead.  Here the
        second of two users waits; under REPEATABLE READ PostgreSQL then reports a
        serialization failure, Odoo repeats the request, and the check that follows
        tells him what the first one did ("accepted already", "received by ... at").

        :return: the records, with one prefetch for all of them
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(self._table),
                    tuple(self.ids),
                )
            )
        self.invalidate_recordset()
        return self.with_prefetch()

    @api.model
    def _lock_owners(self, owners):
        """Let one after another decide on what belongs to the same records.

        Locked alone, a row that nobody changed lets the second of two users go on with
        what he saw before: both would find nothing that clashes. A row that was written
        makes PostgreSQL report it, and Odoo repeats the second request.

        :param owners: the records to whom what is decided belongs: the person of two
            authorizations, the method of two editions
        """
        if not owners.ids:
            return
        owners.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %(table)s WHERE id IN %(ids)s ORDER BY id"
                " FOR NO KEY UPDATE",
                table=SQL.identifier(owners._table),
                ids=tuple(owners.ids),
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET id = id WHERE id IN %(ids)s",
                table=SQL.identifier(owners._table),
                ids=tuple(owners.ids),
            )
        )

    def _state_label(self):
        """Return the state of this one record in the user's language."""
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _require_state(self, *states):
        """Refuse records in another state, naming the first one and its state.

        :param str states: the states in which the step is allowed
        :raises UserError: a record is in none of them
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s is “%(state)s”: this step needs “%(wanted)s”.",
                        record=record.display_name,
                        state=labels[record.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _guard_labels(self, names):
        # Superuser: a field the caller may not even see has its name too.
        described = self.sudo().fields_get(list(names), ["string"])
        return ", ".join(described[name]["string"] for name in sorted(names))

    @api.model_create_multi
    def create(self, vals_list):
        if self._guard_is_closed():
            # What a context gives as default is given just as well.
            given = {
                name: self.env.context[f"default_{name}"]
                for name in self._guard_get_action_fields()
                if f"default_{name}" in self.env.context
            }
            followed = self._guard_followed_fields()
            vals_list = [
                {name: one for name, one in vals.items() if name not in followed}
                for vals in vals_list
            ]
            defaults = {f"default_{name}" for name in followed}
            if defaults & set(self.env.context):
                context = self.env.context.items()
                context = {name: one for name, one in context if name not in defaults}
                self = self.with_env(self.env(context=context))
            for vals in vals_list:
                vals = {**given, **vals}
                names = [
                    name
                    for name in self._guard_get_action_fields()
                    if vals.get(name) and vals[name] != self._guard_default(name)
                ]
                if names:
                    raise UserError(
                        self.env._(
                            "%(fields)s cannot be given to a new %(document)s: create "
                            "it without, then use its buttons.",
                            fields=self._guard_labels(names),
                            document=self.env._(self._description),
                        )
                    )
        return super().create(vals_list)

    def write(self, vals):
        if not self._guard_has_key():
            if not self.env.su:
                closed = (
                    *self._guard_get_action_fields(),
                    *self._guard_followed_fields(),
                )
                names = [name for name in dict.fromkeys(closed) if name in vals]
                if names:
                    raise UserError(
                        self.env._(
                            "%(fields)s of %(records)s changes by the buttons of the "
                            "document only, not by writing it.",
                            fields=self._guard_labels(names),
                            records=", ".join(
                                record.display_name or str(record.id) for record in self
                            ),
                        )
                    )
            names = [name for name in self._guard_frozen_fields if name in vals]
            if names:
                for record in self:
                    frozen = record._guard_get_frozen()
                    closed = [name for name in names if name in frozen]
                    if closed and record._guard_differs(vals, closed):
                        raise UserError(
                            self.env._(
                                "%(record)s is in use: %(fields)s cannot be changed "
                                "any more. Make a new version instead.",
                                record=record.display_name,
                                fields=self._guard_labels(closed),
                            )
                        )
        return super().write(vals)

    def _guard_default(self, name):
        """Return the value a new record has anyway, which may be sent with it."""
        default = self._fields[name].default
        return default(self) if default else False

    def _guard_differs(self, vals, names):
        """Tell whether ``vals`` changes one of ``names`` of this record."""
        self.ensure_one()
        for name in names:
            field = self._fields[name]
            if field.type in ("one2many", "many2many"):
                if vals[name]:
                    return True
                continue
            new = field.convert_to_record(
                field.convert_to_cache(vals[name], self, validate=False), self
            )
            if new != self[name]:
                return True
        return False

    def _guard_ask_reason(self, method):
        """Return the dialog that asks for a reason and then calls ``method``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "metrology.state.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": self.ids,
                "default_method": method,
                "default_impact": self._guard_reason_impact(method),
            },
        }

    def _guard_reason_impact(self, method):
        """Say what a decision would stop, to be read before it is made. Hook.

        :param str method: name of the action that asks for the reason
        :return: a sentence, or False
        """
        return False

    def _guard_check_reason(self, reason):
        """Return the stripped ``reason``.

        :raises UserError: it is empty
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give the reason."))
        return reason

    def _guard_check_group(self, xmlids):
        """Check that the caller has one of the roles of a decision.

        :param str xmlids: groups, separated by commas
        :raises AccessError: none of them
        """
        if self.env.su:
            return
        names = []
        for xmlid in xmlids.split(","):
            if self.env.user.has_group(xmlid):
                return
            names.append(self.env.ref(xmlid).sudo().name)
        raise AccessError(
            self.env._("Only %(roles)s may decide this.", roles=" / ".join(names))
        )
