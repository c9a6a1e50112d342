# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo import api, models

from odoo.addons.metrology_method.tools import text_keys


class MetrologyInstrumentType(models.Model):
    _inherit = "metrology.instrument.type"

    @api.model
    def _recognise(self, names):
        """Return the instrument type that each of ``names`` speaks of.

        The whole name or alias decides first; otherwise the longest one that the
        name ends with or contains (矿用压力表 is a 压力表, 精密压力表 is the more special
        one where that exists).  Two types with one alias are no answer.

        :param names: iterable of str
        :rtype: dict[str, recordset] (empty where nothing fits)

        Two queries for any number of names.
        """
        none = self.browse()
        aliases = {}
        types = self.search([])
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in languages or [self.env.lang]:
            for kind in types.with_context(lang=language):
                words = [kind.name, *re.split(r"[,，;；、|\n]", kind.keywords or "")]
                for word in words:
                    if word := text_keys.compact(word):
                        aliases.setdefault(word, set()).add(kind.id)
        ordered = sorted(aliases, key=len, reverse=True)
        found = {}
        for name in set(names):
            key = text_keys.compact(name)
            ids = aliases.get(key)
            if not ids and key:
                word = next((w for w in ordered if key.endswith(w)), None) or next(
                    (w for w in ordered if len(w) > 1 and w in key), None
                )
                ids = aliases.get(word)
            found[name] = none.browse(ids) if ids and len(ids) == 1 else none
        return found
