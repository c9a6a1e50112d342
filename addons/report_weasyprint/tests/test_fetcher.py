# SPDX-License-Identifier: AGPL-3.0-only
import base64
import socket
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..tools.fetcher import BASE_URL, Refused, ReportURLFetcher
from .common import ReportCase

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
FORBIDDEN = [
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "http://127.0.0.1:8069/web/image/1",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "https://fonts.odoocdn.com/fonts/noto/NotoSans.woff2",
    "//example.org/x.png",
    "http://odoo.invalid@example.org/web/image/1",
    "http://odoo.invalid.example.org/web/image/1",
    "/web/static/../../../../etc/passwd",
    "/web/static/%2e%2e/%2e%2e/__manifest__.py",
    "/web/static/..%2f..%2fmodels/models.py",
    "/web/static//etc/passwd",
    "/web/static/src/core/utils/urls.js",
    "/web/database/manager",
    "/web/session/logout",
    "/web/content/1",
    "/web/assets/1/web.assets_web.min.js",
    "/web/assets/1/../../etc/passwd",
    "/report/pdf/base.report_irmodulereference/1",
    "/json/2/res.users/search",
    "gopher://127.0.0.1/",
    "jar:file:///etc/passwd",
    "",
]


@tagged("post_install", "-at_install")
class TestFetcher(ReportCase):
    """A document loads what this Odoo serves to its user, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.test")

    def fetch(self, url, env=None):
        if url.startswith("/") and not url.startswith("//"):
            url = BASE_URL.rstrip("/") + url
        return ReportURLFetcher(env or self.env).fetch(url)

    def test_forbidden_addresses(self):
        """Files, other hosts, other pages of this Odoo: all refused, no connection."""
        with patch.object(
            socket.socket, "connect", side_effect=AssertionError("connected")
        ):
            for url in FORBIDDEN:
                with self.subTest(url=url), self.assertRaises(Refused) as caught:
                    self.fetch(url)
                self.assertNotIn("connected", str(caught.exception))

    def test_every_way_into_a_document_is_closed(self):
        """Links, imports, fonts, images, SVG inside SVG, attachments: nothing from a
        secret file comes into the PDF, and the document is still printed."""
        inner = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
            '<image href="file:///etc/passwd" width="9" height="9"/></svg>'
        )
        inner_url = (
            "data:image/svg+xml;base64," + base64.b64encode(inner.encode()).decode()
        )
        body = f"""<html><head>
            <link rel="stylesheet" href="file:///etc/passwd"/>
            <link rel="attachment" href="file:///etc/passwd"/>
            <style>@import url(file:///etc/passwd);
              @font-face {{font-family: X; src: url(http://127.0.0.1/x.ttf)}}
              body {{background: url(http://169.254.169.254/); font-family: X}}
            </style></head><body><p>正文</p>
            <img src="file:///etc/passwd"/><img src="{inner_url}"/>
            <object data="file:///etc/passwd"></object>
            <embed src="http://127.0.0.1/"/></body></html>"""
        with patch.object(
            socket.socket, "connect", side_effect=AssertionError("connected")
        ):
            pdf = self.env["ir.actions.report"]._run_wkhtmltopdf([body])
        self.assertIn("正文", self.pages(pdf)[0])
        self.assertNotIn("root:", "".join(self.pages(pdf)))
        self.assertNotIn(b"/EmbeddedFile", pdf)

    def test_static_files(self):
        """Images of addons are read; by the address of this Odoo as well."""
        with file_open("web/static/img/placeholder.png", "rb") as stream:
            expected = stream.read()
        path = "/web/static/img/placeholder.png"
        for url in (path, f"http://odoo.test{path}"):
            self.assertEqual(self.fetch(url).read(), expected)

    def test_data_barcode_and_bundle(self):
        """Data addresses, barcodes and the bundle of the reports are answered."""
        self.assertTrue(self.fetch(f"data:image/png;base64,{PIXEL}").read())
        for url in (
            "/report/barcode/QR/abc?width=90&height=90",
            "/report/barcode/?barcode_type=Code128&value=S001&width=300&height=60",
        ):
            self.assertTrue(self.fetch(url).read().startswith(b"\x89PNG"), url)
        link = self.env["ir.qweb"]._get_asset_link_urls("web.report_assets_common")[0]
        self.assertIn(b".container", self.fetch(link).read())

    def test_images_need_the_rights_of_the_user(self):
        """A private image comes for those who may read it, also when the report runs
        in sudo, and for nobody else."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "private.png",
                "raw": base64.b64decode(PIXEL),
                "res_model": "res.users.settings",
                "res_id": 0,
                "public": False,
            }
        )
        url = f"/web/image/{attachment.id}"
        self.assertTrue(self.fetch(url).read().startswith(b"\x89PNG"))
        public = self.env.ref("base.public_user")
        for env in (
            self.env(user=public.id, su=False),
            self.env(user=public.id, su=True),
        ):
            with self.assertRaises(Refused):
                self.fetch(url, env)
        self.partners[0].image_1920 = PIXEL
        field_url = f"/web/image/res.partner/{self.partners[0].id}/image_1920"
        employee = new_test_user(self.env, "fetch_employee", "base.group_user")
        self.assertTrue(self.fetch(field_url, self.env(user=employee.id)).read())
        with self.assertRaises(Refused):
            self.fetch(field_url, self.env(user=public.id))

    def test_only_images_come_out_of_image_addresses(self):
        """A text attachment or another field is not handed out as an image."""
        attachment = self.env["ir.attachment"].create(
            {"name": "secret.txt", "raw": b"secret"}
        )
        user = self.env.user.id
        for url in (
            f"/web/image/{attachment.id}",
            f"/web/image/ir.attachment/{attachment.id}/name",
            f"/web/image/res.users/{user}/login",
            "/web/image/res.partner/999999999/image_1920",
            "/web/image/no.such.model/1/x",
        ):
            with self.subTest(url=url), self.assertRaises(Refused):
                self.fetch(url)

    def test_logo(self):
        """The company's logo is answered."""
        self.env.company.logo = PIXEL
        self.assertTrue(self.fetch("/logo.png").read())
