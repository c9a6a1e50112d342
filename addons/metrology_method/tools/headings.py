# SPDX-License-Identifier: AGPL-3.0-only
"""Find the headings of a list in the cells of a table. Pure Python.

A list names its columns as its writer likes, below a title or in two rows. What
counts is which row holds the most known words.
"""

import re

from . import text_keys

_MAX_HEADER_ROW = 60


class Headings:
    """The words by which one kind of list names its columns.

    :param dict words: field -> words, separated by blanks; the longer one wins
    :param str required: the field without which a row is no heading
    :param dict scores: field -> what one recognised heading is worth (else 1)
    :param whole_only: words that count only as the whole heading
    :param vague: words that give way to any other word of their field
    :param str vague_second: the field a second vague heading speaks of

    >>> Headings({"name": "名称", "unit": "单位"}, "name").field_of("*名称（必填）")
    ('name', 1)
    """

    def __init__(
        self,
        words,
        required,
        scores=None,
        whole_only=(),
        vague=(),
        vague_second=None,
    ):
        self._required = required
        self._scores = scores or {}
        self._vague = set(vague)
        self._vague_second = vague_second
        self._fields = {
            text_keys.compact(word): name
            for name, texts in words.items()
            for word in texts.split()
        }
        # Parts of longer headings ('出厂编号(机身号)*'), longest first.
        self._parts = sorted(
            (w for w in self._fields if len(w) >= 2 and w not in set(whole_only)),
            key=len,
            reverse=True,
        )

    def field_of(self, text):
        """Return ``(field, score)`` of a heading, or ``(None, 0)``."""
        key = text_keys.compact(text).strip("*:")
        if not key:
            return None, 0
        if key in self._vague:
            return self._fields[key], 1
        bare = re.sub(r"[(\[【].*?[)\]】]", "", key).strip("*: ")
        for whole in (key, bare):
            if whole in self._fields:
                name = self._fields[whole]
                return name, self._scores.get(name, 1)
        # A heading is short; a title or a sentence that holds a word is none.
        if len(key) > 24 or ":" in key:
            return None, 0
        room = 6 if key.isascii() else 10
        found = [w for w in self._parts if w in key and len(key) <= len(w) + room]
        if not found:
            return None, 0
        # The longest word; of two as long, the one that is said first.
        word = min(found, key=lambda item: (-len(item), key.index(item)))
        name = self._fields[word]
        return name, self._scores.get(name, 1) * 0.75

    def find(self, sheet):
        """Find the heading of a sheet of :func:`table_reader.read_tables`.

        :return: ``(index after it, {column: field}, {column: text}, unknown texts)``,
            or None where no row is one
        """
        best = None
        for index, row in enumerate(sheet.rows[:_MAX_HEADER_ROW]):
            texts = [text_keys.clean(cell.text) for cell in row.cells]
            options = [(index + 1, texts)]
            # A heading in two rows: merged groups above, words below.
            if index + 1 < len(sheet.rows):
                below = sheet.rows[index + 1]
                if below.number == row.number + 1:
                    lower = [text_keys.clean(cell.text) for cell in below.cells]
                    if _heading_like(lower):
                        options.append((index + 2, self._join_rows(texts, lower)))
            for end, words in options:
                mapping, score = self._map_columns(words)
                enough = self._required in mapping.values() and len(mapping) >= 2
                if enough and (best is None or score > best[0]):
                    best = (score, end, mapping, words)
        if best is None:
            return None
        _score, end, mapping, words = best
        headings = dict(enumerate(words))
        unknown = [
            text for column, text in headings.items() if text and column not in mapping
        ]
        return end, mapping, headings, unknown

    def _join_rows(self, upper, lower):
        width = max(len(upper), len(lower))
        upper = upper + [""] * (width - len(upper))
        lower = lower + [""] * (width - len(lower))
        joined = []
        for high, low in zip(upper, lower, strict=True):
            if not low or high == low:
                joined.append(high)
            elif self.field_of(low)[0]:
                joined.append(low)
            else:
                joined.append(high + low)
        return joined

    def _map_columns(self, words):
        """Give each field its best column; an equal second one stays unknown."""
        best = {}
        for column, text in enumerate(words):
            name, score = self.field_of(text)
            if name and score > best.get(name, (0, None))[0]:
                best[name] = (score, column)
        if self._required not in best:
            return {}, 0
        mapping = {column: name for name, (_score, column) in best.items()}
        if self._vague_second and self._vague_second not in best:
            for column, text in enumerate(words):
                vague = text_keys.compact(text) in self._vague
                if column not in mapping and vague:
                    mapping[column] = self._vague_second
                    break
        return mapping, sum(score for score, _column in best.values())


def _heading_like(texts):
    """A lower heading row holds words only, no numbers."""
    filled = [text for text in texts if text]
    return bool(filled) and not any(re.search(r"\d", text) for text in filled)


def seen_texts(sheets):
    """Return the first short texts of the sheets, to tell what was looked at."""
    seen = []
    for sheet in sheets:
        for row in sheet.rows[:10]:
            for cell in row.cells:
                text = text_keys.clean(cell.text)
                if text and len(text) <= 20 and text not in seen:
                    seen.append(text)
    return seen[:12]
