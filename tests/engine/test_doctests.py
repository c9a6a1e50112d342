# SPDX-License-Identifier: AGPL-3.0-only
"""Every example in a docstring of the engine is a test."""

import doctest
import importlib
import pkgutil

import pytest

from odoo.addons.metrology import tools

MODULES = sorted(module.name for module in pkgutil.iter_modules(tools.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name):
    """The examples of the module give what they say."""
    module = importlib.import_module(f"{tools.__name__}.{name}")
    result = doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert not result.failed
