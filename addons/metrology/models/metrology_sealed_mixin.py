# SPDX-License-Identifier: AGPL-3.0-only
import base64
import hashlib
import json
from contextlib import contextmanager

from lxml import etree
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every, sql

from .metrology_revision import DELETED, SEALED_GUARD, install_guards

#: Opens the lock for Python code only: an object cannot come through RPC.
UNLOCK = object()

_UNLOCK_KEY = "metrology_sealed_unlock"
_CHECK_BATCH = 1000
# Types whose stored value may differ from the cached one (rounding, sanitising).
_REREAD_TYPES = ("float", "monetary", "html")


def _plain_json(value):
    """Return JSON as the database gives it back: jsonb knows no 1.0 and no 1e22."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_json(item) for item in value]
    return value


class MetrologySealedMixin(models.AbstractModel):
    """Fields that change only through recorded revisions, and a lock by state.

    **How to use**::

        class Thing(models.Model):
            _inherit = "metrology.sealed.mixin"
            _sealed_fields = ("name", "state", "value")
            _sealed_lock_field = "state"
            _sealed_locked_values = ("approved",)

            def action_approve(self):
                self.lock_for_update()
                ...checks...
                self._sealed_unlock(self.env._("Approved")).write({"state": "approved"})

    **What it does**

    * Every create and every write that changes a sealed field appends one
      ``metrology.revision`` per record (one INSERT for all records); the reason comes
      from the context key ``sealed_reason``.
    * Sealed fields of a locked record change only through :meth:`_sealed_unlock`. A
      record also *enters* a locked state only that way, so that nobody locks or
      unlocks by RPC.
    * The database refuses changes of locked records, and deletion without a revision.
    * :meth:`_sealed_check` finds what was changed past the application.
    """

    _name = "metrology.sealed.mixin"
    _description = "Sealed History"

    #: Names of the sealed fields.
    _sealed_fields = ()
    #: Field that holds the state, and its values in which the record is locked.
    _sealed_lock_field = "state"
    _sealed_locked_values = ()

    # --- DATABASE ---

    def init(self):
        super().init()
        if self._abstract or not self._auto or not self._sealed_fields:
            return
        unknown = set(self._sealed_fields) - set(self._fields)
        if unknown:
            raise ValueError(f"{self._name}: unknown sealed fields {sorted(unknown)}")
        cr = self.env.cr
        if sql.table_kind(cr, self._table) != sql.TableKind.Regular:
            return
        install_guards(cr)
        columns = [
            name
            for name in sorted(self._sealed_fields)
            if self._fields[name].store and self._fields[name].column_type
        ]
        lock_field = self._sealed_lock_field
        lock_field = lock_field if lock_field in self._fields else ""
        arguments = [
            self._name,
            lock_field,
            ",".join(self._sealed_locked_values),
            ",".join(columns),
        ]
        cr.execute(
            SQL(
                """
                DROP TRIGGER IF EXISTS metrology_sealed_row ON %(table)s;
                DROP TRIGGER IF EXISTS metrology_sealed_table ON %(table)s;
                CREATE TRIGGER metrology_sealed_row
                    BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(guard)s(%(arguments)s);
                CREATE TRIGGER metrology_sealed_table
                    BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION %(guard)s(%(arguments)s);
                """,
                table=SQL.identifier(self._table),
                guard=SQL.identifier(SEALED_GUARD),
                arguments=SQL(", ").join(SQL("%s", item) for item in arguments),
            )
        )

    # --- HOOKS ---

    def _sealed_is_locked(self):
        """Tell whether the sealed fields of this record are locked (one record)."""
        self.ensure_one()
        field = self._sealed_lock_field
        return field in self._fields and self[field] in self._sealed_locked_values

    def _sealed_may_unlink(self):
        """Tell whether this record may be deleted: only a draft, by default."""
        self.ensure_one()
        field = self._sealed_lock_field
        return field in self._fields and self[field] == "draft"

    # --- API ---

    def _sealed_unlock(self, reason):
        """Return the records with the lock open, for this call chain in Python.

        :param str reason: kept with the revision
        """
        return self.with_context(
            **{_UNLOCK_KEY: UNLOCK, "sealed_reason": str(reason or "")}
        )

    def _sealed_head(self):
        """Return the hash of the record's last revision (hex), '' without one."""
        self.ensure_one()
        return self._sealed_heads().get(self.id, "")

    def _sealed_heads(self):
        """Return ``{id: hash of the last revision}``."""
        heads = self.env["metrology.revision"]._get_heads(self._name, self.ids)
        return {res_id: head for res_id, (_number, head) in heads.items()}

    def action_view_history(self):
        """Open the revisions of the records."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History"),
            "res_model": "metrology.revision",
            "view_mode": "list,form",
            "domain": [("model", "=", self._name), ("res_id", "in", self.ids)],
            "context": {"create": False, "edit": False},
        }

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        active = self._sealed_active()
        marker = ("create", self._name)
        nested = marker in active
        active.add(marker)
        try:
            records = super().create(vals_list)
            with self._sealed_database_unlock(
                any(record._sealed_is_locked() for record in records.sudo())
            ):
                snapshot = records._sealed_snapshot(reread=True)
        finally:
            if not nested:
                active.discard(marker)
        if not self._sealed_unlocked():
            for record in records.sudo():
                if record._sealed_is_locked():
                    raise UserError(
                        self.env._(
                            "%(name)s cannot be created in a locked state. Create a "
                            "draft and take its steps.",
                            name=record.display_name,
                        )
                    )
        records._sealed_append(
            {
                res_id: [[name, None, value] for name, value in values.items()]
                for res_id, values in snapshot.items()
            }
        )
        return records

    def write(self, vals):
        sealed = set(self._sealed_fields)
        touched = sealed.intersection(vals)
        derived = any(self._fields[name].compute for name in sealed)
        if not self._ids or not any(self._ids) or not (touched or derived):
            return super().write(vals)
        unlocked = self._sealed_unlocked()
        locked = self.sudo().filtered(lambda record: record._sealed_is_locked())
        if touched and locked and not unlocked:
            # Who may not write the record does not learn its name from the refusal.
            self.check_access("write")
            self._sealed_refuse(locked[0], touched)
        mine = self._sealed_unwatched()
        mine._sealed_lock_rows()
        before = mine._sealed_snapshot()
        active = self._sealed_active()
        keys = {(self._name, res_id) for res_id in mine._ids}
        active |= keys
        try:
            with self._sealed_database_unlock(
                unlocked and (locked or self._sealed_lock_field in vals)
            ):
                result = super().write(vals)
                after = mine._sealed_snapshot(reread=True)
        finally:
            active -= keys
        changes = {}
        for res_id, values in after.items():
            old = before[res_id]
            changed = [
                [name, old[name], value]
                for name, value in values.items()
                if not self._sealed_same(name, old[name], value)
            ]
            if changed:
                changes[res_id] = changed
        if changes and not unlocked:
            locked_ids = set(locked._ids)
            for record in mine.browse(changes).sudo():
                if record.id in locked_ids:
                    self._sealed_refuse(
                        record, {change[0] for change in changes[record.id]}
                    )
                if record._sealed_is_locked():
                    raise UserError(
                        self.env._(
                            "%(name)s reaches this state only through its own steps.",
                            name=record.display_name,
                        )
                    )
        mine._sealed_append(changes)
        return result

    def unlink(self):
        if not any(self._ids):
            return super().unlink()
        self.check_access("unlink")
        uninstall = bool(self.env.context.get("_force_unlink"))
        for record in self.sudo():
            if not uninstall and (
                record._sealed_is_locked() or not record._sealed_may_unlink()
            ):
                raise UserError(
                    self.env._(
                        "%(name)s has a history and cannot be deleted. Cancel or "
                        "archive it instead.",
                        name=record.display_name,
                    )
                )
        self._sealed_lock_rows()
        self._sealed_append(
            {res_id: [[DELETED, None, True]] for res_id in self._ids}, deletion=True
        )
        with self._sealed_database_unlock(uninstall):
            return super().unlink()

    def _compute_field_value(self, field):
        """Record sealed fields that change because something else did."""
        names = [
            item.name
            for item in self.pool.field_computed[field]
            if item.name in self._sealed_fields and item.store and item.column_type
        ]
        records = self.browse()
        if names and self.env.registry.ready:
            records = self.filtered(lambda record: record._origin == record)
            records = records._sealed_unwatched()
        if not records:
            return super()._compute_field_value(field)
        before = records._sealed_stored(names)
        super()._compute_field_value(field)
        changes = {}
        for record in records.filtered(lambda item: item.id in before).sudo():
            changed = []
            for name in names:
                old = record._sealed_value(name, before[record.id][name])
                new = record._sealed_value(name)
                if not self._sealed_same(name, old, new):
                    changed.append([name, old, new])
            if changed:
                if record._sealed_is_locked() and not self._sealed_unlocked():
                    self._sealed_refuse(record, {change[0] for change in changed})
                changes[record.id] = changed
        records._sealed_append(changes)
        return None

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and self._sealed_fields:
            self._sealed_add_button(arch)
        return arch, view

    @api.model
    def _sealed_add_button(self, arch):
        """Put the History button into the form, where the form has not its own."""
        if arch.xpath("//button[@name='action_view_history']"):
            return
        boxes = arch.xpath("//div[@name='button_box']")
        if not boxes:
            sheets = arch.xpath("//sheet")
            if not sheets:
                return
            box = etree.Element("div", {"class": "oe_button_box", "name": "button_box"})
            sheets[0].insert(0, box)
            boxes = [box]
        boxes[0].append(
            etree.Element(
                "button",
                {
                    "name": "action_view_history",
                    "type": "object",
                    "class": "oe_stat_button",
                    "icon": "fa-history",
                    "string": self.env._("History"),
                    "invisible": "not id",
                },
            )
        )

    # --- VALUES ---

    def _sealed_snapshot(self, reread=False):
        """Return ``{id: {field: canonical value}}`` as superuser.

        :param bool reread: take what the database has rounded or cleaned
        """
        if not self:
            return {}
        names = sorted(self._sealed_fields)
        if reread:
            self.flush_recordset(names)
            self.invalidate_recordset(
                [name for name in names if self._fields[name].type in _REREAD_TYPES],
                flush=False,
            )
        records = self.sudo().with_context(bin_size=False, active_test=False)
        return {
            record.id: {name: record._sealed_value(name) for name in names}
            for record in records
        }

    def _sealed_value(self, name, value=...):
        """Return the canonical JSON value of a field.

        Relations are id and name, binaries their SHA-256, dates ISO text.
        """
        field = self._fields[name]
        if value is ...:
            value = self[name]
        if field.type == "many2one":
            return {"id": value.id, "name": value.display_name} if value else None
        if field.relational:
            return [
                {"id": item.id, "name": item.display_name}
                for item in value.sorted("id")
            ]
        if field.type == "binary":
            if not value:
                return None
            content = base64.b64decode(value)
            return f"sha256:{hashlib.sha256(content).hexdigest()}"
        if field.type == "json":
            if value is None or value is False:
                return None
            return _plain_json(json.loads(json.dumps(value, allow_nan=False)))
        if field.type in ("boolean", "integer", "float", "monetary"):
            return value
        if field.type == "date":
            return value.isoformat() if value else None
        if field.type == "datetime":
            return value.isoformat(sep=" ") if value else None
        if field.type == "reference":
            return f"{value._name},{value.id}" if value else None
        if field.type == "many2one_reference":
            return value or None
        return str(value) if value else None

    def _sealed_same(self, name, first, second):
        """Compare canonical values; a relation is its ids, names may change."""
        if name in self._fields and self._fields[name].relational:
            first, second = self._sealed_bare(first), self._sealed_bare(second)
        return first == second

    @staticmethod
    def _sealed_bare(value):
        if isinstance(value, dict):
            return value.get("id")
        if isinstance(value, list):
            return [item["id"] for item in value]
        return value

    def _sealed_stored(self, names):
        """Return ``{id: {name: value}}`` of the columns as the database has them."""
        columns = ", ".join(f'"{name}"' for name in names)
        self.env.cr.execute(
            f'SELECT id, {columns} FROM "{self._table}" WHERE id = ANY(%s)',
            [list(self._ids)],
        )
        result = {}
        for res_id, *values in self.env.cr.fetchall():
            record = self.sudo().browse(res_id)
            result[res_id] = {}
            for name, value in zip(names, values, strict=True):
                field = self._fields[name]
                cached = field.convert_to_cache(value, record, validate=False)
                result[res_id][name] = field.convert_to_record(cached, record)
        return result

    # --- HELPERS ---

    def _sealed_active(self):
        """The records whose change is being recorded further up the call chain."""
        return self.env.cr.cache.setdefault("metrology_sealed_active", set())

    def _sealed_unwatched(self):
        """Return the records that no caller up the chain is recording."""
        active = self._sealed_active()
        records = self.filtered(lambda record: (self._name, record.id) not in active)
        if records and ("create", self._name) in active:
            # A record that is just being created has no revision yet: create makes it.
            heads = self.env["metrology.revision"]._get_heads(self._name, records.ids)
            records = records.filtered(lambda record: record.id in heads)
        return records

    def _sealed_unlocked(self):
        return self.env.context.get(_UNLOCK_KEY) is UNLOCK

    def _sealed_lock_rows(self):
        """Wait for whoever changes the same records; Odoo retries the loser."""
        if self._ids:
            self.env.cr.execute(
                f'SELECT 1 FROM "{self._table}" WHERE id = ANY(%s)'
                " ORDER BY id FOR NO KEY UPDATE",
                [[res_id for res_id in self._ids if res_id]],
            )

    @contextmanager
    def _sealed_database_unlock(self, needed):
        """Let the triggers pass while the application itself writes a locked record."""
        cr = self.env.cr
        depth = cr.cache.get("metrology_sealed_depth", 0)
        if not needed or depth:
            yield
            return
        cr.execute("SELECT set_config('metrology.sealed_unlock', 'on', TRUE)")
        cr.cache["metrology_sealed_depth"] = 1
        try:
            yield
        finally:
            cr.cache["metrology_sealed_depth"] = 0
            # After an SQL error the rollback takes the setting back by itself.
            status = cr.connection.info.transaction_status
            if status == TRANSACTION_STATUS_INTRANS:
                cr.execute("SELECT set_config('metrology.sealed_unlock', 'off', TRUE)")

    def _sealed_append(self, changes, deletion=False):
        """Append a revision for each record of ``changes`` ({id: list of changes})."""
        if not changes:
            return
        records = self.sudo().browse(changes)
        has_company = "company_id" in self._fields
        self.env["metrology.revision"]._append(
            self._name,
            [
                (
                    record.id,
                    record.display_name,
                    record.company_id.id if has_company else 0,
                    changes[record.id],
                )
                for record in records
            ],
            reason=self.env.context.get("sealed_reason"),
            deletion=deletion,
        )

    @api.model
    def _sealed_refuse(self, record, names):
        labels = self.fields_get(list(names), attributes=["string"])
        raise UserError(
            self.env._(
                "%(name)s is locked, these fields cannot be changed any more: "
                "%(fields)s.",
                name=record.display_name,
                fields=", ".join(
                    sorted(labels.get(name, {}).get("string", name) for name in names)
                ),
            )
        )

    # --- CHECK ---

    def _sealed_check(self):
        """Compare the records with their history.

        :return: list of dict(model, res_id, name, revision, kind, message), for each
            record its first broken link. kind: ``hash`` (a revision was altered),
            ``link`` (the chain is cut), ``gap`` (a revision is missing), ``old`` (a
            value changed between two revisions), ``value`` (the record is not what its
            last revision says), ``missing`` (deleted past the application), ``alive``
            (deleted, yet there), ``none`` (no revision at all).
        """
        self.env.flush_all()
        problems = []
        for ids in split_every(_CHECK_BATCH, self.ids):
            batch = self.browse(ids)
            problems += batch._sealed_check_batch()
            batch.invalidate_recordset(flush=False)
        return problems

    @api.model
    def _sealed_check_all(self):
        """Check every record of the model, the deleted ones too."""
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT id FROM "{self._table}" UNION'
            " SELECT res_id FROM metrology_revision WHERE model = %s ORDER BY 1",
            [self._name],
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])._sealed_check()

    def _sealed_check_batch(self):
        self.invalidate_recordset(flush=False)
        existing = self.sudo().exists()
        current = existing._sealed_snapshot()
        names = {record.id: record.display_name for record in existing}
        self.env.cr.execute(
            "SELECT res_id, res_name, number, model, date, user_ref, user_name,"
            " company_ref, reason, changes, deletion, previous_hash, hash"
            " FROM metrology_revision WHERE model = %s AND res_id = ANY(%s)"
            " ORDER BY res_id, number",
            [self._name, self.ids],
        )
        chains = {}
        for row in self.env.cr.dictfetchall():
            chains.setdefault(row["res_id"], []).append(row)
        problems = []
        for res_id in self.ids:
            chain = chains.get(res_id, [])
            found = self._sealed_check_chain(chain, current.get(res_id))
            if found:
                kind, number, message = found
                name = names.get(res_id) or (chain and chain[-1]["res_name"])
                problems.append(
                    {
                        "model": self._name,
                        "res_id": res_id,
                        "name": name or str(res_id),
                        "revision": number,
                        "kind": kind,
                        "message": message,
                    }
                )
        return problems

    def _sealed_check_chain(self, chain, current):
        """Return (kind, revision number, message) of the first broken link, or None."""
        if not chain:
            return "none", 0, self.env._("There is no revision of this record.")
        previous, state, expected = "", {}, 1
        for row in chain:
            number = row["number"]
            if number != expected:
                return (
                    "gap",
                    expected,
                    self.env._("Revision %(n)s is missing.", n=expected),
                )
            if row["previous_hash"] != previous:
                return (
                    "link",
                    number,
                    self.env._(
                        "Revision %(n)s does not follow the revision before it.",
                        n=number,
                    ),
                )
            if self.env["metrology.revision"]._digest(row) != row["hash"]:
                return (
                    "hash",
                    number,
                    self.env._(
                        "Revision %(n)s was altered after it was written.", n=number
                    ),
                )
            previous, expected = row["hash"], number + 1
            for name, old, new in json.loads(row["changes"]):
                if name in state and not self._sealed_same(name, state[name], old):
                    return (
                        "old",
                        number,
                        self.env._(
                            "%(field)s had been changed without a revision before "
                            "revision %(n)s.",
                            field=self._sealed_label(name),
                            n=number,
                        ),
                    )
                state[name] = new
        last = chain[-1]["number"]
        if DELETED in state:
            if current is None:
                return None
            return "alive", last, self.env._("The record was deleted, but is there.")
        if current is None:
            return (
                "missing",
                last,
                self.env._("The record was deleted in the database."),
            )
        changed = [
            name
            for name, value in sorted(current.items())
            if name in state and not self._sealed_same(name, state[name], value)
        ]
        if not changed:
            return None
        return (
            "value",
            last,
            self.env._(
                "Not what revision %(n)s says: %(fields)s.",
                n=last,
                fields=", ".join(self._sealed_label(name) for name in changed),
            ),
        )

    def _sealed_label(self, name):
        field = self._fields.get(name)
        return field._description_string(self.env) if field else name
