# SPDX-License-Identifier: AGPL-3.0-only
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from ..tools import options
from ..tools.fonts import font_files
from ..tools.options import get_option


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    """The administrator chooses engine and limits."""

    def test_default_engine(self):
        """Without a choice it is WeasyPrint; the settings change it for all reports
        that choose none."""
        report = self.env["ir.actions.report"].search([], limit=1)
        report.pdf_engine = False
        self.env["ir.config_parameter"].search(
            [("key", "=", "report_weasyprint.engine")]
        ).unlink()
        self.assertEqual(report._get_pdf_engine(), "weasyprint")
        with Form(self.env["res.config.settings"]) as form:
            form.report_pdf_engine = "wkhtmltopdf"
        form.record.execute()
        self.assertEqual(report._get_pdf_engine(), "wkhtmltopdf")
        report.pdf_engine = "weasyprint"
        self.assertEqual(report._get_pdf_engine(), "weasyprint")

    def test_limits_must_be_positive(self):
        """A limit of nothing would stop every report: refused."""
        with self.assertRaises(ValidationError):
            self.env["res.config.settings"].create({"report_pdf_time_limit": 0})

    def test_only_administrators(self):
        """An employee cannot change how reports are printed."""
        employee = new_test_user(self.env, "report_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(employee).create({})
        report = self.env["ir.actions.report"].search([], limit=1)
        with self.assertRaises(AccessError):
            report.with_user(employee).write({"pdf_engine": "wkhtmltopdf"})

    def test_font_directory(self):
        """Font files of the directory in the option are found; a wrong directory is
        no error."""
        with tempfile.TemporaryDirectory() as directory:
            for name in ("b.otf", "a.ttf", "readme.txt"):
                (Path(directory) / name).touch()
            with patch.dict(os.environ, {"REPORT_FONT_DIR": directory}):
                self.assertEqual([p.name for p in font_files()], ["a.ttf", "b.otf"])
        with patch.dict(os.environ, {"REPORT_FONT_DIR": "/nowhere"}):
            self.assertEqual(font_files(), [])

    def test_options_of_the_configuration_file(self):
        """An option is read from its own section, and the environment goes first."""
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as stream:
            stream.write("[report_weasyprint]\nreport_font_dir = /from/file\n")
            stream.flush()
            with (
                patch.object(options.config, "get", {"config": stream.name}.get),
                patch.dict(os.environ, {"REPORT_FONT_DIR": ""}),
            ):
                read = get_option("report_font_dir", "report_weasyprint")
                self.assertEqual(read, "/from/file")
                os.environ["REPORT_FONT_DIR"] = "/from/environment"
                read = get_option("report_font_dir", "report_weasyprint")
                self.assertEqual(read, "/from/environment")
