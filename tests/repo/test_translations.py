# SPDX-License-Identifier: AGPL-3.0-only
"""The users are Chinese: every addon speaks Chinese completely."""

import i18n
import polib
import repository


def test_chinese_is_complete(addon):
    """No term is untranslated or fuzzy, and placeholders are kept."""
    folder = addon.path / "i18n"
    template = folder / f"{addon.name}.pot"
    assert template.is_file(), f"no template; run scripts/i18n {addon.name}"
    terms = {entry.msgid for entry in polib.pofile(str(template))}
    if not terms:
        return
    translation = folder / "zh_CN.po"
    problems = i18n.problems(translation)
    if translation.exists():
        known = {
            entry.msgid
            for entry in polib.pofile(str(translation))
            if not entry.obsolete
        }
        problems += [f"not in zh_CN.po: {term!r}" for term in sorted(terms - known)]
    assert not problems, repository.shown(problems)


def test_source_is_english(addon):
    """Terms are English in the source; Chinese stands in the translation.

    Data whose text is Chinese by law (names of forms, the demo laboratory) is not
    translated and so is not a term.
    """
    template = addon.path / "i18n" / f"{addon.name}.pot"
    if not template.exists() or addon.name == "metrology_demo":
        return
    chinese = [
        entry.msgid
        for entry in polib.pofile(str(template))
        if sum("一" <= char <= "鿿" for char in entry.msgid) > len(entry.msgid) / 2
    ]
    assert not chinese, repository.shown(chinese)
