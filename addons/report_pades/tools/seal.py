# SPDX-License-Identifier: AGPL-3.0-only
"""Seals: a round one drawn from a name, and any seal as a page of PDF.

The drawing follows the usual form of a Chinese institution's special-purpose seal
(round, star in the middle, name around it, title below).  It is a placeholder for
demonstrations: a real institution uploads the image of the seal it has registered.
"""

import base64
import functools
import hashlib
import io
import math
import re

import pikepdf
import weasyprint
from weasyprint.urls import URLFetcher

from odoo.addons.report_weasyprint.tools.fonts import RENDER_LOCK, font_configuration

from .glyphs import glyphs_for

#: Special-purpose seals measure 40 to 42 mm across.
DIAMETER_MM = 42
RED = "#d0111b"
MM = 72 / 25.4
MAX_NAME = 32
#: Operators that leave something on the page (ISO 32000-1, tables 60 and 87).
PAINTING = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ"}


class SealError(ValueError):
    """The file or the text cannot become a seal; ``code`` says why.

    Codes: name, long, colour, pages, format, broken, empty.
    """

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def seal_svg(name, title="", *, code="", color=RED, diameter_mm=DIAMETER_MM):
    """Return a round seal as SVG bytes; characters are outlines.

    :param name: the institution, around the star
    :param title: what the seal is for, across under the star
    :param code: registration number, around the bottom
    :raise SealError: without a name or with one too long to be read
    :raise MissingGlyph: when no font has a character
    """
    name, title, code = ("".join(text.split()) for text in (name, title, code))
    if not name:
        raise SealError("name")
    if len(name) > MAX_NAME:
        raise SealError("long", MAX_NAME)
    if not re.fullmatch(r"#[0-9a-fA-F]{3,8}|[a-z]+", color):
        raise SealError("colour", color)
    glyphs = glyphs_for(name + title + code)
    radius = DIAMETER_MM / 2
    # A title takes the room at the sides of the lower third.
    parts = [_around_top(glyphs, name, radius, 236 if title else 290)]
    parts.append(_star(0, -1.2 if title else 0, 6.3))
    if title:
        # A long name comes down to the title's height: then it has less room.
        width = 18.5 if len(name) > 12 else 25
        parts.append(_across(glyphs, title, 8.3, width))
    if code:
        parts.append(_around_bottom(glyphs, code, radius))
    half = DIAMETER_MM / 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{diameter_mm}mm" '
        f'height="{diameter_mm}mm" viewBox="{-half} {-half} {2 * half} {2 * half}">'
        f'<circle r="{radius - 0.6}" fill="none" stroke="{color}" stroke-width="1.2"/>'
        f'<path fill="{color}" d="{"".join(parts)}"/></svg>'
    )
    return svg.encode()


def _around_top(glyphs, text, radius, degrees):
    """Return the characters on an arc over the star, feet towards the middle."""
    count = len(text)
    height = 5.6 if count <= 16 else 5.6 - 0.09 * (count - 16)
    inner = radius - 1.2 - 1.2 - height
    # Few characters stand close to the top, many fill the whole arc.
    spread = math.radians(min(degrees, 22 * count if count > 1 else 0))
    step = spread / (count - 1) if count > 1 else 0
    room = (step or 1) * (inner + height / 2)
    path = []
    for index, character in enumerate(text):
        angle = -spread / 2 + index * step
        advance = glyphs.advance(character)
        width = height * min(1, 0.94 * room / (height * advance))
        path.append(
            glyphs.path(character, _stand(angle, inner, width, height, advance))
        )
    return "".join(path)


def _stand(angle, inner, width, height, advance):
    """Return the matrix that puts a glyph upright on the circle of radius inner."""
    sin, cos = math.sin(angle), math.cos(angle)
    # Origin of the glyph: half a width before the angle, foot (descender) at inner.
    foot = inner + 0.12 * height
    x = sin * foot - cos * width * advance / 2
    y = -cos * foot - sin * width * advance / 2
    return (width * cos, width * sin, height * sin, -height * cos, x, y)


def _around_bottom(glyphs, text, radius):
    height, step = 2.0, math.radians(5.2)
    outer = radius - 1.2 - 0.9
    path = []
    for index, character in enumerate(text):
        angle = (index - (len(text) - 1) / 2) * step
        sin, cos = math.sin(angle), math.cos(angle)
        advance = glyphs.advance(character)
        foot = outer - 0.12 * height
        x = sin * foot - cos * height * advance / 2
        y = cos * foot + sin * height * advance / 2
        matrix = (height * cos, -height * sin, -height * sin, -height * cos, x, y)
        path.append(glyphs.path(character, matrix))
    return "".join(path)


def _across(glyphs, text, baseline, room):
    height = 4.6
    advances = [glyphs.advance(character) for character in text]
    width = height * min(1, room / (height * sum(advances)))
    x = -width * sum(advances) / 2
    path = []
    for character, advance in zip(text, advances, strict=True):
        path.append(glyphs.path(character, (width, 0, 0, -height, x, baseline + 2.6)))
        x += width * advance
    return "".join(path)


def _star(x, y, radius):
    """Return a five-pointed star around (x, y)."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for index in range(10):
        angle = math.radians(36 * index)
        length = inner if index % 2 else radius
        points.append(
            f"{x + length * math.sin(angle):.3f} {y - length * math.cos(angle):.3f}"
        )
    return f"M{'L'.join(points)}Z"


def seal_pdf(seal):
    """Return ``seal`` (SVG or PDF bytes) as a PDF of one page.

    :raise SealError: when it is neither
    """
    return _seal_pdf(hashlib.sha256(seal).digest(), bytes(seal))


@functools.lru_cache(maxsize=32)
def _seal_pdf(_digest, seal):
    if seal[:5] == b"%PDF-":
        try:
            with pikepdf.open(io.BytesIO(seal)) as document:
                if len(document.pages) != 1:
                    raise SealError("pages")
        except pikepdf.PdfError as error:
            raise SealError("broken", error) from error
        return seal
    if b"<svg" not in seal[:4096]:
        raise SealError("format")
    return _svg_to_pdf(seal)


class _NoFetcher(URLFetcher):
    """A seal is one file and refers to nothing."""

    def fetch(self, url, headers=None):
        if url.startswith("data:image/svg+xml;base64,"):
            return super().fetch(url, headers)
        raise ValueError(f"a seal must not refer to {url[:80]}")


def _svg_to_pdf(svg):
    data = base64.b64encode(svg).decode()
    size = f"{DIAMETER_MM}mm"
    html = (
        f"<style>@page{{size:{size} {size};margin:0}}body{{margin:0}}"
        f"img{{display:block;width:{size};height:{size}}}</style>"
        f'<img src="data:image/svg+xml;base64,{data}">'
    )
    with RENDER_LOCK:
        document = weasyprint.HTML(
            string=html, url_fetcher=_NoFetcher(allowed_protocols={"data"})
        ).render(font_config=font_configuration())
        pdf = document.write_pdf()
    with pikepdf.open(io.BytesIO(pdf)) as result:
        operators = {
            str(operator)
            for _operands, operator in pikepdf.parse_content_stream(result.pages[0])
        }
    if not operators & PAINTING:
        raise SealError("empty")
    return pdf


def page_size(pdf):
    """Return ``(width, height)`` in points of the only page of ``pdf``."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        x1, y1, x2, y2 = (float(value) for value in document.pages[0].mediabox)
        return abs(x2 - x1), abs(y2 - y1)


#: So many pages share one straddling seal; with more, the slices are too thin to tell.
PAGES_PER_SEAL = 8


def straddle(pdf, seal, y=None):
    """Draw ``seal`` in slices over the right edges of the pages; return the PDF.

    Laid on each other and fanned out, the pages show one whole seal: a page taken out
    or put in is seen.  One page alone has nothing to straddle and stays as it is.

    :param bytes pdf: the document, not signed yet
    :param bytes seal: the seal as PDF of one page
    :param y: height of the seal's middle in points; the middle of the page without it
    """
    with (
        pikepdf.open(io.BytesIO(pdf)) as document,
        pikepdf.open(io.BytesIO(seal)) as stamp,
    ):
        pages = list(document.pages)
        if len(pages) < 2:
            return pdf
        form = document.copy_foreign(stamp.pages[0].as_form_xobject())
        form = document.make_indirect(form)
        x1, y1, x2, y2 = (float(value) for value in stamp.pages[0].mediabox)
        width, height = x2 - x1, y2 - y1
        names = {}
        groups = math.ceil(len(pages) / PAGES_PER_SEAL)
        size, rest = divmod(len(pages), groups)
        start = 0
        for group in range(groups):
            count = size + (group < rest)
            for position, page in enumerate(pages[start : start + count]):
                _left, bottom, right, top = (float(v) for v in page.cropbox)
                middle = (bottom + top) / 2 if y is None else y
                part = width / count
                name = _form_name(page, form, names)
                # The slice at the edge: the whole seal shifted, clipped to its part.
                content = (
                    f"q {right - part:.3f} {middle - height / 2:.3f} "
                    f"{part:.3f} {height:.3f} re W n 1 0 0 1 "
                    f"{right - part * (position + 1) - x1:.3f} "
                    f"{middle - height / 2 - y1:.3f} cm {name} Do Q"
                )
                page.contents_add(b"q", prepend=True)
                page.contents_add(b"Q\n" + content.encode())
            start += count
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return output.getvalue()


def pages_without_straddle(pdf):
    """Return the numbers (from 1) of the pages that carry no slice of a seal.

    A document of one page has nothing to straddle: the list is empty.

    :param bytes pdf: the document, signed or not
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = list(document.pages)
        if len(pages) < 2:
            return []
        return [
            number
            for number, page in enumerate(pages, 1)
            if not any(
                str(operation.operator) == "Do"
                and str(operation.operands[0]).startswith("/StraddleSeal")
                for operation in pikepdf.parse_content_stream(page)
            )
        ]


def _form_name(page, form, names):
    """Return the seal's name in the resources of ``page``.

    WeasyPrint shares one dictionary between all pages: the form is added once.
    """
    resources = page.obj.get("/Resources")
    if resources is None:
        page.obj.Resources = resources = pikepdf.Dictionary()
    key = resources.objgen if resources.is_indirect else id(page)
    if key not in names:
        names[key] = page.add_resource(
            form, pikepdf.Name.XObject, pikepdf.Name.StraddleSeal, replace_existing=True
        )
    return names[key]
