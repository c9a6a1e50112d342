# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

REVISION_GUARD = "metrology_revision_guard"
SEALED_GUARD = "metrology_sealed_guard"

#: Key of the pseudo-change that says the record was deleted.
DELETED = "__deleted__"

_GUARDS = f"""
CREATE OR REPLACE FUNCTION {REVISION_GUARD}() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'History is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END;
$$ LANGUAGE plpgsql;

-- Arguments: model, column of the lock or '', locked values, sealed columns
-- (both comma-separated). Only a revision of the application opens the lock, for the
-- transaction that writes it.
CREATE OR REPLACE FUNCTION {SEALED_GUARD}() RETURNS trigger AS $$
DECLARE
    before jsonb;
    after jsonb;
    name text;
    locked boolean := FALSE;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'Sealed records cannot be truncated: %.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    before := to_jsonb(OLD);
    IF TG_ARGV[1] <> '' THEN
        locked := (before ->> TG_ARGV[1]) = ANY(string_to_array(TG_ARGV[2], ','));
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF locked OR NOT EXISTS (
            SELECT 1 FROM metrology_revision
            WHERE model = TG_ARGV[0] AND res_id = OLD.id AND deletion
        ) THEN
            RAISE EXCEPTION 'Sealed record %,% cannot be deleted.', TG_ARGV[0], OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF COALESCE(locked, FALSE)
        AND COALESCE(current_setting('metrology.sealed_unlock', TRUE), '') <> 'on'
    THEN
        after := to_jsonb(NEW);
        FOREACH name IN ARRAY string_to_array(TG_ARGV[3], ',') LOOP
            IF (before -> name) IS DISTINCT FROM (after -> name) THEN
                RAISE EXCEPTION 'Record %,% is locked: % cannot be changed.',
                    TG_ARGV[0], OLD.id, name
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
"""


def canonical(value):
    """Return the one text that stands for a JSON value (RFC 8785 in spirit)."""
    return json.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )


def install_guards(cr):
    """Create or replace the trigger functions."""
    cr.execute(_GUARDS)


def guard_append_only(cr, table):
    """Refuse UPDATE, DELETE and TRUNCATE of ``table`` in the database itself."""
    cr.execute(
        SQL(
            """
            DROP TRIGGER IF EXISTS metrology_append_only_row ON %(table)s;
            DROP TRIGGER IF EXISTS metrology_append_only_table ON %(table)s;
            CREATE TRIGGER metrology_append_only_row
                BEFORE UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(guard)s();
            CREATE TRIGGER metrology_append_only_table
                BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(guard)s();
            """,
            table=SQL.identifier(table),
            guard=SQL.identifier(REVISION_GUARD),
        )
    )


class MetrologyRevision(models.Model):
    """One change of one sealed record: who, when, why, what was and what is.

    The rows of a record form a chain: each hash covers the row and the hash before
    it. Persons and companies are kept as id and name without foreign key, for a merge
    or a cascade would be a change of history. Rows are only ever inserted, by
    ``metrology.sealed.mixin``; the database refuses anything else.
    """

    _name = "metrology.revision"
    _description = "Revision"
    _order = "id desc"
    _log_access = False
    _rec_name = "res_name"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record No.", model_field="model", required=True, readonly=True
    )
    res_name = fields.Char(string="Record", readonly=True)
    number = fields.Integer(
        string="Revision", required=True, readonly=True, aggregator=None
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    user_ref = fields.Integer(string="User No.", readonly=True, aggregator=None)
    user_name = fields.Char(string="User", readonly=True)
    company_ref = fields.Integer(string="Company No.", readonly=True, aggregator=None)
    reason = fields.Char(readonly=True)
    changes = fields.Text(string="Changes as Stored", required=True, readonly=True)
    deletion = fields.Boolean(readonly=True)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(readonly=True, required=True)
    model_name = fields.Char(string="Kind of Record", compute="_compute_model_name")
    changes_html = fields.Html(
        string="Changes", compute="_compute_changes_html", sanitize=False
    )
    summary = fields.Char(string="Changed", compute="_compute_changes_html")

    _chain_uniq = models.UniqueIndex("(model, res_id, number)")

    def init(self):
        install_guards(self.env.cr)
        guard_append_only(self.env.cr, self._table)
        return super().init()

    @api.depends("res_name", "number")
    def _compute_display_name(self):
        for revision in self:
            revision.display_name = f"{revision.res_name or ''} / {revision.number}"

    @api.depends("model")
    def _compute_model_name(self):
        for revision in self:
            known = revision.model in self.env
            revision.model_name = (
                self.env["ir.model"]._get(revision.model).name
                if known
                else revision.model
            )

    @api.depends("changes")
    def _compute_changes_html(self):
        labels = {}
        for revision in self:
            if revision.model not in labels:
                labels[revision.model] = (
                    self.env[revision.model].fields_get(
                        attributes=["string", "selection"]
                    )
                    if revision.model in self.env
                    else {}
                )
            known = labels[revision.model]
            rows, names = [], []
            for name, old, new in json.loads(revision.changes or "[]"):
                field = known.get(name, {})
                label = field.get("string", name)
                if name == DELETED:
                    label = self.env._("Deleted")
                if revision.number == 1 and new in (None, "", [], False):
                    continue
                names.append(label)
                rows.append(
                    Markup("<tr><th>%s</th><td>%s</td><td>%s</td></tr>")
                    % (label, self._readable(old, field), self._readable(new, field))
                )
            revision.summary = ", ".join(names)
            revision.changes_html = Markup(
                '<table class="table table-sm o_metrology_changes"><thead><tr>'
                "<th>%s</th><th>%s</th><th>%s</th></tr></thead>"
                "<tbody>%s</tbody></table>"
            ) % (
                self.env._("Field"),
                self.env._("Before"),
                self.env._("After"),
                Markup("").join(rows),
            )

    def _readable(self, value, field):
        """Return a stored value as a person reads it."""
        if value is None or value == "":
            return "–"
        if value is True:
            return self.env._("Yes")
        if value is False:
            return self.env._("No")
        if isinstance(value, dict) and set(value) == {"id", "name"}:
            return value["name"]
        if isinstance(value, list) and all(
            isinstance(item, dict) and set(item) == {"id", "name"} for item in value
        ):
            return ", ".join(item["name"] for item in value) or "–"
        if isinstance(value, (dict, list)):
            return canonical(value)
        return dict(field.get("selection") or []).get(value, str(value))

    # --- ACCESS: who may read a record may read its history ---

    def _sees_all_history(self):
        return self.env.su or self.env.user.has_group("metrology.group_quality")

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if self._sees_all_history() or kwargs.get("bypass_access"):
            return super()._search(domain, offset, limit, order, **kwargs)
        domain = Domain(domain)
        if not any(
            item.field_expr in ("res_id", "id") for item in domain.iter_conditions()
        ):
            domain = Domain.FALSE
        found = self.sudo().search(domain, order=order)
        readable = found.with_user(self.env.user)._filter_readable()
        stop = offset + limit if limit else None
        return self.browse(readable.ids[offset:stop])._as_query(ordered=True)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or operation != "read" or self._sees_all_history() or not self.ids:
            return result
        forbidden = self - self._filter_readable()
        if forbidden:
            return forbidden, lambda: AccessError(
                self.env._("You may not read the history of this record.")
            )
        return result

    def _filter_readable(self):
        """Return the revisions whose record the user may read."""
        ids_by_model = {}
        for revision in self.sudo():
            ids_by_model.setdefault(revision.model, set()).add(revision.res_id)
        readable = set()
        for model, ids in ids_by_model.items():
            if model not in self.env or not self.env[model].has_access("read"):
                continue
            # A search applies the record rules; deleted records stay with quality.
            found = (
                self.env[model]
                .with_context(active_test=False)
                .search([("id", "in", list(ids))])
            )
            readable.update((model, res_id) for res_id in found.ids)
        return self.filtered(
            lambda item: (item.sudo().model, item.sudo().res_id) in readable
        )

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("History is written by the system only."))

    def write(self, vals):
        raise AccessError(self.env._("History cannot be changed."))

    def unlink(self):
        raise AccessError(self.env._("History cannot be deleted."))

    # --- CHAIN ---

    @api.model
    def _get_heads(self, model, ids):
        """Return ``{res_id: (number, hash)}`` of the last revisions; one query."""
        self.env.cr.execute(
            "SELECT DISTINCT ON (res_id) res_id, number, hash FROM metrology_revision"
            " WHERE model = %s AND res_id = ANY(%s)"
            " ORDER BY res_id, number DESC",
            [model, list(ids)],
        )
        return {row[0]: (row[1], row[2]) for row in self.env.cr.fetchall()}

    @api.model
    def _append(self, model, entries, reason=None, deletion=False):
        """Append one revision per entry; two queries whatever their number.

        :param str model: name of the model
        :param entries: list of (res_id, res_name, company id, changes), where changes
            is a list of [field, old, new] in canonical values
        """
        if not entries:
            return
        heads = self._get_heads(model, [entry[0] for entry in entries])
        now = fields.Datetime.now()
        user = self.env.user
        columns = [[] for _index in range(7)]
        for res_id, res_name, company_id, changes in entries:
            number, previous = heads.get(res_id, (0, ""))
            row = {
                "model": model,
                "res_id": res_id,
                "res_name": res_name or "",
                "number": number + 1,
                "date": now,
                "user_ref": user.id,
                "user_name": user.name,
                "company_ref": company_id or 0,
                "reason": reason or "",
                "changes": canonical(changes),
                "deletion": deletion,
                "previous_hash": previous,
            }
            for column, value in zip(
                columns,
                (
                    res_id,
                    row["res_name"],
                    row["number"],
                    row["company_ref"],
                    row["changes"],
                    previous,
                    self._digest(row),
                ),
                strict=True,
            ):
                column.append(value)
        self.env.cr.execute(
            "INSERT INTO metrology_revision (model, date, user_ref, user_name, reason,"
            " deletion, res_id, res_name, number, company_ref, changes, previous_hash,"
            " hash) SELECT %s, %s, %s, %s, %s, %s, t.* FROM unnest(%s::int[],"
            " %s::varchar[], %s::int[], %s::int[], %s::text[], %s::varchar[],"
            " %s::varchar[]) AS t",
            [model, now, user.id, user.name, reason or "", deletion, *columns],
        )
        self.invalidate_model()

    @staticmethod
    def _digest(row):
        """Return the SHA-256 of a revision; ``row`` is a dict of its columns."""
        payload = [
            row["previous_hash"] or "",
            row["model"],
            row["res_id"],
            row["res_name"] or "",
            row["number"],
            fields.Datetime.to_string(row["date"]),
            row["user_ref"],
            row["user_name"] or "",
            row["company_ref"] or 0,
            row["reason"] or "",
            row["changes"],
            bool(row["deletion"]),
        ]
        return hashlib.sha256(canonical(payload).encode()).hexdigest()
