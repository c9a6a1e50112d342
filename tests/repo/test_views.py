# SPDX-License-Identifier: AGPL-3.0-only
"""What the server accepts in a view and the browser does not."""

import re

import repository
from lxml import etree

KANBAN = '//record[@model="ir.ui.view"]//kanban'


def test_cards_declare_what_they_read(addon):
    """A card that reads a field its view has not declared breaks the whole board."""
    problems = []
    for path in sorted(addon.path.rglob("*.xml")):
        if "static" in path.parts:
            continue
        for board in etree.parse(path).xpath(KANBAN):
            declared = set(board.xpath(".//field/@name"))
            read = {
                name
                for value in board.xpath(".//@*")
                for name in re.findall(r"\brecord\.(\w+)", value)
            }
            problems += [f"{path}:{board.sourceline}: {n}" for n in read - declared]
    assert not problems, repository.shown(problems)
