# SPDX-License-Identifier: AGPL-3.0-only
"""What the tests of this addon share: users of each role and test-only models."""

from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL


class MetrologyCase(TransactionCase):
    """Promises :attr:`company` and :meth:`new_user`, an ordinary user of one role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls.company = cls.env.company

    @classmethod
    def new_user(cls, role, login=None, **values):
        return new_test_user(
            cls.env,
            login=login or f"test_{role}",
            groups=f"metrology.group_{role}",
            **{"lang": "en_US", **values},
        )

    def tamper(self, table, query, *arguments):
        """Change the database past its triggers, as the owner of the table can."""
        self.env.flush_all()
        name = SQL.identifier(table)
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
        self.env.cr.execute(query, arguments)
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
        self.env.invalidate_all()


class ModelsCase(MetrologyCase):
    """Adds the models of :attr:`test_models` to the registry, for this class only."""

    test_models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        registry, cr = cls.registry, cls.env.cr
        names = [model._name for model in cls.test_models]
        cls.addClassCleanup(cls._remove_models, names)
        for model in cls.test_models:
            add_to_registry(registry, model)
        registry._setup_models__(cr, names)
        registry.init_models(cr, names, {"module": "metrology"}, install=False)
        cls.env["ir.model.access"].create(
            [
                {
                    "name": f"{name} test",
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("metrology.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for name in names
            ]
        )

    @classmethod
    def _remove_models(cls, names):
        for name in names:
            model = cls.registry.models.pop(name)
            for parent in model._inherit_module:
                cls.registry[parent]._inherit_children.discard(name)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.registry.clear_all_caches()
