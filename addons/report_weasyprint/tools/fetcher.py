# SPDX-License-Identifier: AGPL-3.0-only
"""The only way from a document to anything outside it.

A report prints text that customers wrote; an address in it must never make the server
read a file or call another machine.  Nothing here opens a connection: addresses of this
Odoo are answered from the database and the addons, everything else is refused.
"""

import base64
import logging
import posixpath
import re
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg2 import Error as DatabaseError
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from odoo.tools import file_open
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

_logger = logging.getLogger(__name__)

#: Relative addresses in templates are resolved against this host, which cannot exist
#: (RFC 2606).
BASE_URL = "http://odoo.invalid/"

STATIC_EXTENSIONS = (
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".css",
    ".woff", ".woff2", ".ttf", ".otf",
)  # fmt: skip
IMAGE_PATH = re.compile(
    r"/web/image"
    r"(?:/(?P<model>[a-z0-9_.]+\.?[a-z0-9_.]*)/(?P<id>\d+)/(?P<field>\w+)"
    r"|/(?P<attachment>\d+)(?:-[\w-]+)?"
    r"|/(?P<xmlid>[\w.-]+\.[\w.-]+))?"
    r"(?:/(?P<width>\d+)x(?P<height>\d+))?"
    r"(?:/(?P<filename>[^/]*))?$"
)
STATIC_PATH = re.compile(r"/(?P<module>\w+)/static/(?P<path>.+)$")
ASSET_PATH = re.compile(r"/web/assets/(?P<unique>[^/]+)/(?P<name>[^/]+)$")
BARCODE_PATH = re.compile(r"/report/barcode(?:/(?P<type>[^/]+)/(?P<value>.+))?/?$")
LOGO_PATHS = ("/logo", "/logo.png", "/web/binary/company_logo")


class Refused(ValueError):
    """The address is not one of those a report may load."""


class ReportURLFetcher(URLFetcher):
    """Answer the addresses of reports from the database, with the user's rights."""

    def __init__(self, env):
        # Of the handlers of the base class only data: remains usable.
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        # A report may be rendered in sudo for a guest: images are still read as the
        # user, exactly as a browser would.
        self.env = env(su=False)
        self.database_error = None

    def fetch(self, url, headers=None):
        try:
            if url[:5].lower() == "data:":
                return super().fetch(url, headers)
            content, mimetype = self._answer(url)
        except DatabaseError as error:
            self.database_error = error
            raise FatalURLFetchingError(str(error)) from error
        except Exception as error:
            _logger.info("report: %s not loaded: %s", url[:200], error)
            raise Refused(f"{url[:200]}: {error}") from error
        return URLFetcherResponse(url, content, {"Content-Type": mimetype})

    def _answer(self, url):
        path, query = local_path(self.env, url)
        if match := ASSET_PATH.match(path):
            return read_asset(self.env, match["unique"], match["name"]), "text/css"
        if match := STATIC_PATH.match(path):
            return self._static(match["module"], match["path"])
        if match := BARCODE_PATH.match(path):
            return self._barcode(match, query), "image/png"
        if path in LOGO_PATHS:
            return self._logo(query)
        if match := IMAGE_PATH.match(path):
            return self._image(match, query)
        raise Refused(f"{path} is not an address that a report may load")

    def _static(self, module, path):
        with file_open(
            f"{module}/static/{path}", "rb", filter_ext=STATIC_EXTENSIONS
        ) as stream:
            content = stream.read()
        if path.endswith(".css"):
            return content, "text/css"
        return content, guess_mimetype(content, "application/octet-stream")

    def _barcode(self, match, query):
        kind = match["type"] or query.pop("barcode_type", "")
        value = match["value"] or query.pop("value", "")
        options = {
            name: query[name]
            for name in (
                "width", "height", "humanreadable", "quiet", "mask", "barBorder",
                "barLevel",
            )
            if name in query
        }  # fmt: skip
        return self.env["ir.actions.report"].barcode(kind, value, **options)

    def _logo(self, query):
        company = self.env.company
        if query.get("company", "").isdigit():
            company = company.browse(int(query["company"]))
            company.check_access("read")
        logo = company.logo_web or company.logo
        if not logo:
            raise Refused("the company has no logo")
        return _decoded(logo)

    def _image(self, match, query):
        values = {**query, **{k: v for k, v in match.groupdict().items() if v}}
        model = values.get("model") or "ir.attachment"
        res_id = values.get("attachment") or values.get("id")
        default = "raw" if model == "ir.attachment" else "image_1920"
        field_name = values.get("field") or default
        record = self.env["ir.binary"]._find_record(
            values.get("xmlid"),
            model,
            int(res_id) if res_id else None,
            values.get("access_token"),
            field=field_name,
        )
        field = record._fields[field_name]
        if field.type not in ("binary", "image"):
            raise Refused(f"{record._name}.{field_name} is not an image")
        record._check_field_access(field, "read")
        value = record.with_context(bin_size=False)[field_name]
        if not value:
            raise Refused(f"{record._name}.{field_name} is empty")
        if record._name == "ir.attachment" and field_name == "raw":
            content = value
        else:
            content = base64.b64decode(value)
        mimetype = guess_mimetype(content, "application/octet-stream")
        if not mimetype.startswith("image/"):
            raise Refused(f"{record._name}.{field_name} does not hold an image")
        size = (int(values.get("width") or 0), int(values.get("height") or 0))
        if any(size) and mimetype != "image/svg+xml":
            crop = values.get("crop") in ("1", "true", "True")
            content = image_process(content, size=size, crop=crop)
        return content, mimetype


def _decoded(value):
    content = base64.b64decode(value)
    return content, guess_mimetype(content, "image/png")


def local_path(env, url):
    """Return ``(path, query)`` of an address of this Odoo, or raise Refused."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise Refused(f"the protocol {parts.scheme or '?'} is not allowed")
    if parts.netloc not in _own_hosts(env):
        raise Refused(f"{parts.netloc} is another host")
    path = unquote(parts.path)
    if (
        "\\" in path
        or "\0" in path
        or "//" in path
        or ".." in path.split("/")
        or posixpath.normpath(path) != path.rstrip("/")
    ):
        raise Refused(f"{path} is not a plain path")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return path, query


def _own_hosts(env):
    get_param = env["ir.config_parameter"].sudo().get_param
    hosts = {urlsplit(BASE_URL).netloc}
    for name in ("web.base.url", "report.url"):
        if value := get_param(name):
            hosts.add(urlsplit(value).netloc)
    return hosts


def read_asset(env, unique, name):
    """Return the CSS bundle at ``/web/assets/<unique>/<name>`` as bytes.

    A bundle nobody has asked for yet is built, as the web page would build it.
    """
    asset_model = env["ir.asset"].sudo()
    try:
        bundle_name, rtl, kind, autoprefix = asset_model._parse_bundle_name(name, False)
    except ValueError as error:
        raise Refused(f"{name} is not a bundle") from error
    if kind != "css":
        raise Refused(f"{name} is not a style sheet")
    url = asset_model._get_asset_bundle_url(name, unique, {})
    attachment = (
        env["ir.attachment"]
        .sudo()
        .search(
            [
                ("url", "=", url),
                ("public", "=", True),
                ("res_model", "=", "ir.ui.view"),
                ("res_id", "=", 0),
            ],
            limit=1,
        )
    )
    if not attachment:
        bundle = env["ir.qweb"]._get_asset_bundle(
            bundle_name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
        )
        attachment = bundle.css()
    return attachment.sudo().raw or b""
