# SPDX-License-Identifier: AGPL-3.0-only
"""Rights: every model says who may do what, and for whose records.

Read from a database with all addons, so that fields and rules that come through
mixins and later addons count.
"""

import pytest
import repository
from databases import Databases


@pytest.fixture(scope="module")
def rights(suite, odoo):
    """Return what the database says about the models of the suite, as dictionaries."""
    databases = Databases("test")
    layer = databases.with_addons(suite, suite.names())
    with databases.copied(layer, "access") as database:

        def rows(query):
            return databases.cluster.sql(query, database)

        ours = {model: name for name in suite.names() for model in odoo.models(name)}
        stored = {
            row[0]
            for row in rows(
                "SELECT model FROM ir_model WHERE NOT transient"
                " AND to_regclass(quote_ident(replace(model, '.', '_'))) IS NOT NULL"
            )
        }
        transient = {
            row[0] for row in rows("SELECT model FROM ir_model WHERE transient")
        }
        access = {}
        for model, name, group, writes in rows(
            "SELECT m.model, a.name, coalesce(a.group_id::text, ''),"
            " (a.perm_write OR a.perm_create OR a.perm_unlink)::text"
            " FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id WHERE a.active"
        ):
            access.setdefault(model, []).append((name, group, writes == "true"))
        rules = {}
        for model, domain in rows(
            "SELECT m.model, regexp_replace(coalesce(r.domain_force, ''), '[|[:space:]]+', ' ', 'g')"
            " FROM ir_rule r JOIN ir_model m ON m.id = r.model_id WHERE r.active"
        ):
            rules.setdefault(model, []).append(domain)
        fields = {}
        for model, name in rows(
            "SELECT model, name FROM ir_model_fields WHERE store"
            " AND name IN ('company_id', 'partner_id')"
        ):
            fields.setdefault(model, set()).add(name)
    return {
        "models": {model: name for model, name in ours.items() if model in stored},
        "transient": {
            model: name for model, name in ours.items() if model in transient
        },
        "access": access,
        "rules": rules,
        "fields": fields,
    }


def test_every_model_has_rights(rights):
    """A model without a row in ir.model.access.csv can be used by nobody."""
    missing = [
        f"{addon}: {model}"
        for model, addon in sorted({**rights["models"], **rights["transient"]}.items())
        if model not in rights["access"]
    ]
    assert not missing, repository.shown(missing)


def test_rights_belong_to_roles(rights):
    """No right is given to everybody, the public included."""
    loose = [
        f"{addon}: {model}: {name}"
        for model, addon in sorted(rights["models"].items())
        for name, group, _writes in rights["access"].get(model, [])
        if not group
    ]
    assert not loose, repository.shown(loose)


def test_companies_are_kept_apart(rights):
    """A model with a company has a record rule about it."""
    missing = [
        f"{addon}: {model}"
        for model, addon in sorted(rights["models"].items())
        if "company_id" in rights["fields"].get(model, ())
        and not any("company" in domain for domain in rights["rules"].get(model, []))
    ]
    assert not missing, repository.shown(missing)


def test_partners_are_kept_apart(rights):
    """A model with a partner has a record rule: a customer sees only his own."""
    missing = [
        f"{addon}: {model}"
        for model, addon in sorted(rights["models"].items())
        if "partner_id" in rights["fields"].get(model, ())
        and not rights["rules"].get(model)
    ]
    assert not missing, repository.shown(missing)
