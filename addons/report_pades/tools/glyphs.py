# SPDX-License-Identifier: AGPL-3.0-only
"""Outlines of characters, so that a drawing needs no font afterwards."""

import functools
import glob

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

from odoo.addons.report_weasyprint.tools.fonts import font_files

#: Faces for a seal, best first: official seals are engraved in Song type.
PREFERRED = ("SerifSC-Bold", "SerifSC", "SansSC-Bold", "SansSC")
SYSTEM_FONTS = (
    "NotoSerifCJK-Bold", "NotoSerifCJK", "NotoSansCJK-Bold", "NotoSansCJK",
    "NotoSerifSC", "NotoSansSC", "wqy-", "DejaVuSans",
)  # fmt: skip


class MissingGlyph(ValueError):
    """No font at hand has the character."""


class Glyphs:
    """Draws characters of one font as SVG path data."""

    def __init__(self, font):
        self.font = font
        self.scale = 1 / font["head"].unitsPerEm
        self.glyph_set = font.getGlyphSet()
        self.cmap = font.getBestCmap()

    def __contains__(self, character):
        return ord(character) in self.cmap

    def advance(self, character):
        """Return the width of ``character`` in em."""
        return self.glyph_set[self.cmap[ord(character)]].width * self.scale

    def path(self, character, matrix):
        """Return path data of ``character``, 1 em high, moved by ``matrix``.

        :param matrix: (a, b, c, d, e, f) as in SVG, from em units with y upwards
        """
        a, b, c, d, e, f = matrix
        s = self.scale
        pen = SVGPathPen(self.glyph_set, ntos=_number)
        moved = TransformPen(pen, (a * s, b * s, c * s, d * s, e, f))
        self.glyph_set[self.cmap[ord(character)]].draw(moved)
        return pen.getCommands()


def _number(value):
    """Return ``value`` in SVG's notation; browsers refuse "1." and stop drawing."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


@functools.cache
def available_glyphs():
    """Return the fonts that can draw a seal, best first."""
    own = [str(path) for path in font_files()]
    paths = [path for part in PREFERRED for path in own if part in path]
    for name in SYSTEM_FONTS:
        found = glob.glob(f"/usr/share/fonts/**/{name}*.tt[fc]", recursive=True)
        paths.extend(sorted(found))
    return [Glyphs(_open(path)) for path in dict.fromkeys(paths)][:6]


def _open(path):
    if not path.endswith(".ttc"):
        return TTFont(path, lazy=True)
    collection = TTCollection(path, lazy=True)
    for font in collection.fonts:
        family = font["name"].getDebugName(1) or ""
        if " SC" in family and "Mono" not in family:
            return font
    return collection.fonts[0]


def glyphs_for(text):
    """Return the best font that has every character of ``text``.

    :raise MissingGlyph: naming the character
    """
    characters = [character for character in text if not character.isspace()]
    fonts = available_glyphs()
    for font in fonts:
        if all(character in font for character in characters):
            return font
    for character in characters:
        if not any(character in font for font in fonts):
            raise MissingGlyph(character)
    raise MissingGlyph(text)
