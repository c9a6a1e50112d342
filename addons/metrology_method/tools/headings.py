# SPDX-License-Identifier: AGPL-3.0-only
"""Find the headings of a list in the cells of a table. Pure Python.

A list names its columns as its writer likes, below a title, in up to three rows, in two
languages. What counts is which row holds the most known words; what a person has said
of a heading goes before every word known here.
"""

import re
from dataclasses import dataclass, field

from . import text_keys

_MAX_HEADER_ROW = 60
_MAX_HEADING_ROWS = 3
#: Marks that adorn a heading.
_ADORNMENT = "*:★☆●•·.。、,-_"
_LATIN = re.compile(r"[\x00-\x7f°℃μ]+")
_CHINESE = re.compile(r"[^\x00-\x7f°℃μ]+")
#: Sheets beside the list: instructions, examples, what drop-down cells offer.
_ASIDE = re.compile(
    r"说明|须知|示例|样例|范例|字典|下拉|选项|数据源|参照|参考|透视|汇总|统计|example|sample|instruction|readme|"
    r"^lists?$|lookup|dictionary|pivot|summary|^options?$",
    re.I,
)


@dataclass
class Header:
    """Where a list begins and what its columns are.

    ``end`` is the index of the first row below, ``row`` the number in the file of the
    last heading row (0 where there is none); ``mapping`` column -> field, ``texts``
    column -> heading.
    """

    end: int = 0
    row: int = 0
    mapping: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    score: float = 0

    @property
    def unknown(self):
        """The headings that were taken for nothing."""
        return [
            text
            for column, text in self.texts.items()
            if text and column not in self.mapping
        ]

    @property
    def used(self):
        """The headings that were taken for something."""
        return [self.texts[column] for column in self.mapping if column in self.texts]

    def as_layout(self, sheet, read=True):
        """Return what the page on columns shows and a person may change."""
        return {
            "name": sheet.name,
            "read": read,
            "heading": self.row,
            "columns": {str(column): name for column, name in self.mapping.items()},
        }


class Headings:
    """The words by which one kind of list names its columns.

    :param dict words: field -> words, separated by blanks; the longer one wins
    :param str required: the field without which a row is no heading
    :param dict scores: field -> what one recognised heading is worth (else 1)
    :param whole_only: words that count only as the whole heading
    :param vague: words that give way to any other word of their field
    :param str vague_second: the field a second vague heading speaks of
    :param weak: words that give way to better words of their field, but not to none
    :param multiple: fields that several columns may tell together

    >>> headings = Headings({"name": "名称", "unit": "单位"}, "name")
    >>> headings.field_of("*名称（必填）"), headings.field_of("名 称\\nDesignation of it")
    (('name', 1), ('name', 0.95))
    """

    def __init__(
        self,
        words,
        required,
        scores=None,
        whole_only=(),
        vague=(),
        vague_second=None,
        weak=(),
        multiple=(),
    ):
        self.required = required
        self.multiple = set(multiple)
        self._scores = scores or {}
        self._vague = set(vague)
        self._vague_second = vague_second
        self._weak = set(weak)
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

    def key_of(self, text):
        """Return the form in which headings are compared and remembered."""
        return text_keys.compact(text).strip(_ADORNMENT)

    def field_of(self, text, known=None):
        """Return ``(field, score)`` of a heading, or ``(None, 0)``.

        :param dict known: key -> field that a person has said, empty for 'nothing'
        """
        key = self.key_of(text)
        if not key:
            return None, 0
        if known and key in known:
            # Said by a person: it beats every word.
            return (known[key], 10) if known[key] else (None, 0)
        if key in self._vague:
            return self._fields[key], 1
        bare = re.sub(r"[(\[【<《].*?[)\]】>》]", "", key).strip(_ADORNMENT)
        for whole in (key, bare):
            if whole in self._fields:
                return self._score(whole)
        # In two languages: each of them may say it.
        for pattern in (_LATIN, _CHINESE):
            one = pattern.sub("", bare).strip(_ADORNMENT + "/")
            if one and one != bare and one in self._fields and one not in self._vague:
                return self._score(one, 0.95)
        # A heading is short; a title or a sentence that holds a word is none.
        if len(bare) > 24 or ":" in bare:
            return None, 0
        room = 12 if bare.isascii() else 10
        found = [w for w in self._parts if w in bare and len(bare) <= len(w) + room]
        if not found:
            return None, 0
        # The longest word; of two as long, the one that is said first.
        return self._score(
            min(found, key=lambda item: (-len(item), bare.index(item))), 0.75
        )

    def _score(self, word, share=1):
        name = self._fields[word]
        if word in self._weak:
            share *= 0.6
        value = self._scores.get(name, 1)
        return name, value if share == 1 else value * share

    def is_heading_row(self, texts):
        """Whether cells are headings again: three words, and each the whole cell."""
        return sum(self.key_of(text) in self._fields for text in texts if text) >= 3

    def find(self, sheet, known=None):
        """Find the heading of a sheet of :func:`table_reader.read_tables`.

        :param dict known: see :meth:`field_of`
        :return: :class:`Header`, or None where no row is one
        """
        best = None
        for index, row in enumerate(sheet.rows[:_MAX_HEADER_ROW]):
            texts = [text_keys.clean(cell.text) for cell in row.cells]
            options = [(index, texts)]
            # A heading in several rows: merged groups above, words below.
            for last in range(index + 1, index + _MAX_HEADING_ROWS):
                if last >= len(sheet.rows):
                    break
                below = sheet.rows[last]
                lower = [text_keys.clean(cell.text) for cell in below.cells]
                if below.number != row.number + last - index or not _is_words(lower):
                    break
                options.append((last, self._join_rows(options[-1][1], lower, known)))
            for last, words in options:
                mapping, score = self._map_columns(words, sheet.hidden_columns, known)
                if len(mapping) >= 2 and (best is None or score > best.score):
                    best = Header(
                        last + 1,
                        sheet.rows[last].number,
                        mapping,
                        dict(enumerate(words)),
                        score,
                    )
        return best

    def at(self, sheet, layout):
        """Return the header that a person has chosen.

        :param dict layout: as :meth:`Header.as_layout` gives it; ``heading`` 0 says that
            the list has no headings
        """
        row = layout.get("heading") or 0
        end = next(
            (i for i, one in enumerate(sheet.rows) if one.number > row), len(sheet.rows)
        )
        texts = {}
        if row and end:
            texts = {
                column: text_keys.clean(cell.text)
                for column, cell in enumerate(sheet.rows[end - 1].cells)
            }
        mapping = {
            int(column): name
            for column, name in (layout.get("columns") or {}).items()
            if name
        }
        return Header(end, row, mapping, texts)

    def _join_rows(self, upper, lower, known):
        width = max(len(upper), len(lower))
        upper = upper + [""] * (width - len(upper))
        lower = lower + [""] * (width - len(lower))
        joined = []
        for high, low in zip(upper, lower, strict=True):
            if not low or high == low:
                joined.append(high)
            elif self.field_of(low, known)[0] and not (
                self.field_of(high, known)[0]
                and _CHINESE.search(high)
                and not _CHINESE.search(low)
            ):
                joined.append(low)
            else:
                joined.append(high + low)
        return joined

    def _map_columns(self, words, hidden, known):
        """Give each field its best column; an equal second one stays unknown."""
        best, more = {}, {}
        for column, text in enumerate(words):
            name, score = self.field_of(text, known)
            if column in hidden:
                # What is seen goes before what is hidden.
                score *= 0.5
            if name in self.multiple:
                more[column] = name
            if name and score > best.get(name, (0, None))[0]:
                best[name] = (score, column)
        mapping = {column: name for name, (_score, column) in best.items()} | more
        if self._vague_second and self._vague_second not in best:
            for column, text in enumerate(words):
                if column not in mapping and self.key_of(text) in self._vague:
                    if not (known and self.key_of(text) in known):
                        mapping[column] = self._vague_second
                        break
        return mapping, sum(score for score, _column in best.values())


def _is_words(texts):
    """A lower heading row holds words only, no numbers."""
    filled = [text for text in texts if text]
    return bool(filled) and not any(re.search(r"\d", text) for text in filled)


def choose_headers(headings, sheets, known=None, layout=None, is_poor=None):
    """Return ``[(sheet, header or None, read)]`` of all sheets.

    Hidden sheets are not read, nor those beside the list (instructions, examples,
    summaries) where another one is the list.

    :param list layout: what a person has chosen, by the place of the sheet
    :param is_poor: function of a header: says too little to be the list where another
        sheet says more
    """
    if layout:
        chosen = []
        for index, sheet in enumerate(sheets):
            said = layout[index] if index < len(layout) else {"read": False}
            header = headings.at(sheet, said)
            usable = headings.required in header.mapping.values()
            chosen.append((sheet, header, bool(said.get("read") and usable)))
        return chosen
    found = [
        (sheet, None if sheet.hidden else headings.find(sheet, known))
        for sheet in sheets
    ]
    usable = [
        header and headings.required in header.mapping.values() for _s, header in found
    ]
    beside = [
        bool(_ASIDE.search(sheet.name or "") or (ok and is_poor and is_poor(header)))
        for ok, (sheet, header) in zip(usable, found, strict=True)
    ]
    main = any(ok and not aside for ok, aside in zip(usable, beside, strict=True))
    return [
        (sheet, header, bool(ok and not (aside and main)))
        for ok, aside, (sheet, header) in zip(usable, beside, found, strict=True)
    ]


def no_columns_facts(chosen, sheets):
    """Return the facts of a refusal: the row that is nearly one, and what was seen."""
    near = max(
        (header for _sheet, header, _read in chosen if header),
        key=lambda header: header.score,
        default=None,
    )
    if near and len(near.mapping) >= 2:
        return {"row": near.row, "seen": [text for text in near.texts.values() if text]}
    return {"row": 0, "seen": seen_texts(sheets)}


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
