# SPDX-License-Identifier: AGPL-3.0-only
"""From the pages that Odoo's QWeb makes to PDF, without a browser and without network.

Odoo hands over bodies, and one page that holds all headers and one that holds all
footers, in the order of the bodies.  Header and footer become running elements of their
body, so that they stand on every page and know its number.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field

import lxml.html
import pydyf
import weasyprint
from lxml import etree

from .fetcher import ASSET_PATH, BASE_URL, local_path, read_asset
from .fonts import RENDER_LOCK, font_configuration

#: Parsed bundles by (database, address): the address contains a hash of the content.
#: Parsing Bootstrap takes four times as long as printing an invoice.
_STYLES = {}
MAX_CACHED_STYLES = 16

#: CSS that turns Odoo's pages for a browser engine into paged media.
PAGED_CSS = """
html, body {{ height: auto !important; min-height: 0 !important; }}
body {{
    margin: 0 !important; padding: 0 !important; overflow: visible !important;
    max-width: none !important; width: auto !important;
}}
.o_running_header {{ position: running(o-header); width: 100%; }}
.o_running_footer {{ position: running(o-footer); width: 100%; }}
.o_running_header .page::after, .o_running_footer .page::after {{
    content: counter(page);
}}
.o_running_header .topage::after, .o_running_footer .topage::after {{
    content: counter(pages);
}}
.o_running_header > .header {{ padding-top: {header_padding}; }}
.o_running_footer > .footer > .o_footer_content {{ padding-bottom: {footer_padding}; }}
thead {{ display: table-header-group !important; }}
tr, img, svg {{ break-inside: avoid; }}
h1, h2, h3, h4, h5 {{ break-after: avoid; }}
@page {{
    size: {width}mm {height}mm;
    margin: {top}mm {right}mm {bottom}mm {left}mm;
    @top-center {{
        content: element(o-header); width: 100%; vertical-align: top;
        padding-top: {header_offset}mm; {header_line}
    }}
    @bottom-center {{
        content: element(o-footer); width: 100%; vertical-align: bottom;
    }}
}}
"""
#: Room that Odoo's style sheet leaves at the sides and around header and footer when
#: a paper format says so (``$o-default-report-margins``).
CSS_MARGIN = 11
#: Points per CSS pixel.
PX = 0.75


@dataclass(frozen=True)
class PageSetup:
    """Size and margins of the pages, in millimetres."""

    width: float = 210
    height: float = 297
    top: float = 40
    right: float = 7
    bottom: float = 20
    left: float = 7
    header_offset: float = 0
    header_line: bool = False
    css_margins: bool = False

    def css(self):
        """Return the style sheet of this page."""
        side = CSS_MARGIN if self.css_margins else 0
        padding = f"{CSS_MARGIN}mm" if self.css_margins else "0"
        return PAGED_CSS.format(
            width=self.width,
            height=self.height,
            top=self.top,
            right=self.right + side,
            bottom=self.bottom,
            left=self.left + side,
            header_offset=self.header_offset,
            header_line="border-bottom: .5pt solid" if self.header_line else "",
            header_padding=padding,
            footer_padding=padding,
        )


@dataclass
class PdfOptions:
    """What a whole document needs besides its pages.

    ``attachments`` are tuples (name, bytes, relationship, mimetype) as in
    ``_get_pdf_attachments`` of the report.
    """

    title: str = ""
    author: str = ""
    lang: str = ""
    variant: str | None = None
    attachments: list = field(default_factory=list)


def running_elements(page, container_id):
    """Return the headers (or footers) in Odoo's page ``page`` as serialized HTML."""
    if not page:
        return []
    root = lxml.html.fromstring(_text(page))
    found = root.xpath(f"//*[@id='{container_id}']")
    if found:
        elements = list(found[0])
    else:
        # Some callers (traceability of stock) give a page with just one header.
        body = root.find("body")
        elements = [_wrapped(body if body is not None else root)]
    for element in elements:
        element.tail = None
    return elements


def _wrapped(body):
    wrapper = etree.Element("div")
    wrapper.text = body.text
    wrapper.extend([child for child in body if child.tag != "script"])
    return wrapper


def _text(page):
    return page.decode() if isinstance(page, bytes) else str(page)


def compose(body, header, footer, options):
    """Return ``(html, style sheets)`` of one document.

    :param str body: a page or a fragment
    :param header: element, or None
    :param footer: element, or None
    :return: the page as text, and the addresses of its bundles in order
    """
    root = lxml.html.document_fromstring(_text(body) or "<html/>")
    head, body_element = root.find("head"), root.find("body")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    for element in root.xpath("//script | //base | //noscript"):
        element.drop_tree()
    styles = []
    for link in root.xpath("//link[@rel='stylesheet'][@href]"):
        if ASSET_PATH.search(link.get("href")):
            styles.append(link.get("href"))
            link.drop_tree()
    # The language chooses the shapes of Han characters and the hyphenation.
    lang = next(iter(root.xpath("//@data-oe-lang")), None) or options.lang
    if lang and not root.get("lang"):
        root.set("lang", lang.replace("_", "-"))
    for name, element in (("footer", footer), ("header", header)):
        if element is None:
            continue
        running = etree.Element("div")
        running.set("class", f"o_running_{name}")
        running.append(element)
        body_element.insert(0, running)
        if name == "header" or header is None:
            running.tail, body_element.text = body_element.text, None
    for title in head.findall("title"):
        head.remove(title)
    if options.title:
        etree.SubElement(head, "title").text = options.title
    if options.author:
        etree.SubElement(head, "meta", name="author", content=options.author)
    html = lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return html, styles


def prepare_documents(env, bodies, headers, footers, options, fetcher):
    """Compose every body; return ``(pages, bundles)``.

    The bundles are read here, before the render lock: building one writes an
    attachment, and nobody may wait for a row while holding the lock.
    """
    pages, bundles = [], {}
    for index, body in enumerate(bodies):
        html, styles = compose(body, _at(headers, index), _at(footers, index), options)
        pages.append((html, styles))
        for url in styles:
            key = (env.cr.dbname, url)
            if key not in _STYLES and url not in bundles:
                path, _query = local_path(env, BASE_URL.rstrip("/") + _path_of(url))
                match = ASSET_PATH.match(path)
                bundles[url] = read_asset(env, match["unique"], match["name"])
    return pages, bundles


def _path_of(url):
    """Return the path of a bundle's address, which may name the host."""
    return re.sub(r"^[a-z]+://[^/]*", "", url)


def _at(elements, index):
    """Return the element for document ``index``; a single one serves all."""
    if not elements:
        return None
    if len(elements) == 1:
        # lxml moves elements: every document needs a copy of its own.
        return deepcopy(elements[0])
    return elements[index] if index < len(elements) else None


def render(env, pages, bundles, setup, options, fetcher):
    """Lay out ``pages`` and return one PDF as bytes; numbers restart at each page.

    :param pages: list of ``(html, addresses of bundles)``
    :param bundles: ``{address: CSS}`` of those not parsed yet
    """
    with RENDER_LOCK:
        font_config = font_configuration()
        page_style = weasyprint.CSS(
            string=setup.css(), url_fetcher=fetcher, font_config=font_config
        )
        documents = []
        for html, styles in pages:
            sheets = [
                _style(env.cr.dbname, url, bundles, fetcher, font_config)
                for url in styles
            ]
            documents.append(
                weasyprint.HTML(
                    string=html, base_url=BASE_URL, url_fetcher=fetcher
                ).render(
                    font_config=font_config,
                    stylesheets=[*sheets, page_style],
                    presentational_hints=True,
                    pdf_variant=options.variant,
                )
            )
        document = documents[0]
        if len(documents) > 1:
            every_page = [page for part in documents for page in part.pages]
            document = document.copy(every_page)
        return document.write_pdf(
            finisher=lambda document, pdf: _finish(document, pdf, options),
            pdf_variant=options.variant,
            attachments=_attachments(options),
        )


def _style(dbname, url, bundles, fetcher, font_config):
    key = (dbname, url)
    if key not in _STYLES:
        while len(_STYLES) >= MAX_CACHED_STYLES:
            # The oldest: a new version of a bundle has a new address.
            _STYLES.pop(next(iter(_STYLES)))
        _STYLES[key] = weasyprint.CSS(
            string=bundles[url].decode(),
            base_url=BASE_URL,
            url_fetcher=fetcher,
            font_config=font_config,
        )
    return _STYLES[key]


def _attachments(options):
    return [
        weasyprint.Attachment(
            string=content, name=name, description=name, relationship=relationship
        )
        for name, content, relationship, _mimetype in sorted(
            options.attachments, key=lambda attachment: _name_key(attachment[0])
        )
    ]


def _name_key(name):
    """Sort as a name tree must be sorted: by the bytes written (7.9.6)."""
    return name.encode() if name.isascii() else b"\xfe\xff" + name.encode("utf-16-be")


def keep_boxes(document, pdf):
    """Write the whole box of elements with an id, where no link leads to them.

    WeasyPrint names their upper left corners; who puts a seal or a stamp on an element
    needs its size as well (``tools/anchors.py``).
    """
    destinations = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    targets = {
        link[1]
        for page in document.pages
        for link in page.links
        if link[0] == "internal"
    }
    boxes = {}
    for page in document.pages:
        for name, (x1, y1, x2, y2) in page.anchors.items():
            left, right = sorted((x1 * PX, x2 * PX))
            bottom, top = sorted(((page.height - y1) * PX, (page.height - y2) * PX))
            boxes.setdefault(name, (left, bottom, right, top))
    for index in range(0, len(destinations) - 1, 2):
        name = destinations[index].string
        if name in boxes and name not in targets:
            page_reference = destinations[index + 1][0]
            destinations[index + 1] = pydyf.Array(
                [page_reference, "/FitR", *boxes[name]]
            )


def _finish(document, pdf, options):
    """Set what WeasyPrint guesses or leaves out of the archive standard."""
    keep_boxes(document, pdf)
    types = {name: mimetype for name, _c, _r, mimetype in options.attachments}
    names = {}
    for item in pdf.objects:
        extra = getattr(item, "extra", None) or {}
        if options.variant and "Interpolate" in extra:
            # ISO 19005-3, 6.2.8: smooth scaling is the viewer's own business.
            extra["Interpolate"] = "false"
        if not isinstance(item, dict) or item.get("Type") != "/Filespec":
            continue
        name = item["UF"].string
        mimetype = types.get(name)
        if mimetype:
            stream = pdf.objects[int(item["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = "/" + mimetype.replace("/", "#2f")
        item["EF"]["UF"] = item["EF"]["F"]
        # Names other than Latin are written as bytes without a meaning.
        item["F"] = item["UF"]
        names[item.reference] = item["UF"]
    if "EmbeddedFiles" in pdf.catalog.get("Names", {}):
        tree = pdf.objects[int(pdf.catalog["Names"]["EmbeddedFiles"].split()[0])]
        for position, reference in enumerate(tree["Names"][1::2]):
            tree["Names"][2 * position] = names[reference]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
