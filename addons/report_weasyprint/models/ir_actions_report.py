# SPDX-License-Identifier: AGPL-3.0-only
import io
import logging
from collections import Counter

import pikepdf
from psycopg2 import Error as DatabaseError
from weasyprint.urls import FatalURLFetchingError

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools.safe_eval import safe_eval, time

from ..tools.fetcher import ReportURLFetcher
from ..tools.fonts import RENDER_LOCK
from ..tools.guard import TimeLimitExceeded, time_limit
from ..tools.qr import qr_svg
from ..tools.renderer import (
    PageSetup,
    PdfOptions,
    prepare_documents,
    render,
    running_elements,
)

_logger = logging.getLogger(__name__)

PDF_ENGINES = [("weasyprint", "WeasyPrint"), ("wkhtmltopdf", "wkhtmltopdf")]
PDF_VARIANTS = [
    ("pdf/a-2b", "PDF/A-2b (archive)"),
    ("pdf/a-3b", "PDF/A-3b (archive, with attached files)"),
    ("pdf/a-3u", "PDF/A-3u (archive, text can be searched)"),
]
ENGINE_PARAMETER = "report_weasyprint.engine"
TIME_PARAMETER = "report_weasyprint.time_limit"
SIZE_PARAMETER = "report_weasyprint.size_limit"
DEFAULT_TIME_LIMIT = 100
DEFAULT_SIZE_LIMIT = 64


class PdfCapture:
    """What one rendering learns on its way through Odoo's own methods.

    Odoo renders the HTML of all records, turns it into one file and cuts that file by
    its outline.  We print each record by itself instead; this object carries the ids
    of the bodies down to the engine and the finished files up again.
    """

    CONTEXT_KEY = "_report_weasyprint_capture"

    def __init__(self, res_ids):
        counts = Counter(res_ids or ())
        self.distinct = all(count == 1 for count in counts.values())
        self.res_ids = list(counts)
        self.html_ids = []
        self.files = {}

    def groups(self, bodies):
        """Return ``{res_id: [index of body]}``, or None for one document."""
        if len(self.html_ids) != len(bodies) or not all(self.html_ids):
            return None
        groups = {}
        for index, res_id in enumerate(self.html_ids):
            groups.setdefault(res_id, []).append(index)
        if not self.distinct or len(groups) < 2 or not groups.keys() <= {*self.res_ids}:
            return None
        return groups

    @property
    def single_id(self):
        """The record of a document that belongs to one record only."""
        return self.res_ids[0] if len(self.res_ids) == 1 and self.distinct else None


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pdf_engine = fields.Selection(
        selection=PDF_ENGINES,
        string="PDF Engine",
        help="Program that turns this report into PDF. Empty: the one chosen in the "
        "settings.",
    )
    pdf_variant = fields.Selection(
        selection=PDF_VARIANTS,
        string="PDF Standard",
        help="Archive standard (ISO 19005) the file is made for. Only with WeasyPrint.",
    )

    def _get_readable_fields(self):
        return super()._get_readable_fields() | {"pdf_engine"}

    # ------------------------------------------------------------------
    # Choice of the engine
    # ------------------------------------------------------------------
    def _get_pdf_engine(self):
        """Return the engine of this report; without a report, that of the system."""
        engine = self.pdf_engine if self else None
        if not engine:
            engine = self.env["ir.config_parameter"].sudo().get_param(ENGINE_PARAMETER)
        known = self._fields["pdf_engine"].get_values(self.env)
        return engine if engine in known else "weasyprint"

    @api.model
    def get_wkhtmltopdf_state(self):
        # The web client asks once, whatever report comes later, and shows HTML when
        # wkhtmltopdf is missing.  A report that really needs it says so itself.
        state = super().get_wkhtmltopdf_state()
        return state if self.env.context.get("report_weasyprint_real_state") else "ok"

    def _check_wkhtmltopdf(self):
        """Raise when this report needs wkhtmltopdf and the machine has none."""
        real = self.with_context(report_weasyprint_real_state=True)
        state = real.get_wkhtmltopdf_state()
        if state in ("install", "broken"):
            raise UserError(
                self.env._(
                    "The report “%(report)s” is set to be printed by wkhtmltopdf, "
                    "which is missing or broken on this server. Choose WeasyPrint as "
                    "its PDF engine, or install wkhtmltopdf.",
                    report=self.name or self.env._("(without name)"),
                )
            )

    # ------------------------------------------------------------------
    # Hooks for other addons
    # ------------------------------------------------------------------
    @api.model
    def _get_pdf_attachments(self, report, record):
        """Return the files to attach to the PDF of ``record``.

        :param report: the report, in sudo
        :param record: the record, with the rights of the user
        :return: list of (file name, bytes, relationship, MIME type); the relationship
            is one of Source, Data, Alternative, Supplement, Unspecified (ISO 32000-2,
            7.11.3)
        """
        return []

    # ------------------------------------------------------------------
    # Rendering
    # ------------------------------------------------------------------
    def _render_template(self, template, values=None):
        if values is None:
            values = {}
        values.setdefault("qr_svg", qr_svg)
        return super()._render_template(template, values)

    def _prepare_html(self, html, report_model=False):
        result = super()._prepare_html(html, report_model=report_model)
        capture = self._get_pdf_capture()
        if capture and result:
            capture.html_ids = result[1]
        return result

    def _get_pdf_capture(self):
        capture = self.env.context.get(PdfCapture.CONTEXT_KEY)
        # A client can put anything into the context, but not an object of ours.
        return capture if isinstance(capture, PdfCapture) else None

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report._get_pdf_engine() != "weasyprint":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        capture = PdfCapture(res_ids)
        streams = super(
            IrActionsReport, self.with_context(**{PdfCapture.CONTEXT_KEY: capture})
        )._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        if capture.files:
            # Odoo has cut up a placeholder; these are the documents.
            streams.pop(False, None)
            for res_id, content in capture.files.items():
                values = streams.setdefault(res_id, {"attachment": None})
                values["stream"] = io.BytesIO(content)
        return streams

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        report = self._get_report(report_ref) if report_ref else self.sudo().browse()
        if report._get_pdf_engine() != "weasyprint":
            report._check_wkhtmltopdf()
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        bodies = list(bodies)
        self._check_pdf_size(report, bodies)
        setup = self._get_page_setup(report, landscape, specific_paperformat_args or {})
        headers = running_elements(header, "minimal_layout_report_headers")
        footers = running_elements(footer, "minimal_layout_report_footers")
        capture = self._get_pdf_capture()
        groups = capture.groups(bodies) if capture else None
        if not groups:
            res_id = capture.single_id if capture else None
            return self._run_weasyprint(report, res_id, bodies, headers, footers, setup)
        for res_id, indexes in groups.items():
            capture.files[res_id] = self._run_weasyprint(
                report,
                res_id,
                [bodies[index] for index in indexes],
                _pick(headers, indexes),
                _pick(footers, indexes),
                setup,
            )
        return _placeholder(len(groups))

    def _run_weasyprint(self, report, res_id, bodies, headers, footers, setup):
        """Return the PDF of one document as bytes.

        :param report: the report in sudo, may be empty
        :param res_id: id of the record the document is about, or None
        """
        options = self._get_pdf_options(report, res_id)
        seconds = self._get_pdf_limit(TIME_PARAMETER, DEFAULT_TIME_LIMIT)
        fetcher = ReportURLFetcher(self.env)
        try:
            pages, bundles = prepare_documents(
                self.env, bodies, headers, footers, options, fetcher
            )
            # Waiting for another document does not count.
            with RENDER_LOCK, time_limit(seconds):
                return render(self.env, pages, bundles, setup, options, fetcher)
        except TimeLimitExceeded as error:
            raise UserError(
                self.env._(
                    "The report “%(report)s” took longer than %(seconds)s seconds and "
                    "was stopped. Print fewer lines at once, or raise the time limit "
                    "in the settings.",
                    report=options.title or report.name,
                    seconds=seconds,
                )
            ) from error
        except FatalURLFetchingError:
            # Concurrent updates are tried again by whoever called.
            raise fetcher.database_error from None
        except (UserError, RedirectWarning, DatabaseError):
            raise
        except Exception as error:
            _logger.info("report %s failed", report.report_name, exc_info=True)
            raise UserError(
                self.env._(
                    "The report “%(report)s” could not be turned into PDF: %(reason)s",
                    report=options.title or report.name,
                    reason=str(error) or type(error).__name__,
                )
            ) from error

    def _get_pdf_options(self, report, res_id):
        """Return title, language, standard and attachments of a document."""
        record = None
        if res_id and report.model in self.env:
            record = self.env[report.model].browse(res_id)
        lang = self.env.lang or self.env.user.lang or "en_US"
        attachments = []
        if record is not None:
            attachments = self._get_pdf_attachments(report, record)
        return PdfOptions(
            title=self._get_pdf_title(report, record),
            author=self.env.company.name or "",
            lang=lang.replace("_", "-"),
            variant=report.pdf_variant or None,
            attachments=attachments,
        )

    def _get_pdf_title(self, report, record):
        name = report.name or self.env._("Report")
        if record is None:
            return name
        if report.print_report_name:
            try:
                return str(
                    safe_eval(
                        report.print_report_name, {"object": record, "time": time}
                    )
                )
            except ValueError:
                # The download would fail with the full story; a title is no reason.
                _logger.info("print_report_name of %s failed", report.report_name)
        return f"{name} {record.display_name or ''}".strip()

    def _get_page_setup(self, report, landscape, arguments):
        """Return the pages of ``report`` as wkhtmltopdf would have been told."""
        paperformat = report.get_paperformat() if report else self.get_paperformat()
        if not paperformat:
            return PageSetup()
        width = paperformat.print_page_width or PageSetup.width
        height = paperformat.print_page_height or PageSetup.height
        if landscape or arguments.get("data-report-landscape"):
            width, height = max(width, height), min(width, height)
        top = float(arguments.get("data-report-margin-top", paperformat.margin_top))
        spacing = float(
            arguments.get("data-report-header-spacing", paperformat.header_spacing)
        )
        bottom = arguments.get("data-report-margin-bottom", paperformat.margin_bottom)
        return PageSetup(
            width=width,
            height=height,
            top=top,
            right=paperformat.margin_right,
            bottom=float(bottom),
            left=paperformat.margin_left,
            header_offset=max(0, top - spacing),
            header_line=paperformat.header_line,
            css_margins=paperformat.css_margins,
        )

    def _get_pdf_limit(self, parameter, default):
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        try:
            return int(value) if value else default
        except ValueError:
            return default

    def _check_pdf_size(self, report, bodies):
        limit = self._get_pdf_limit(SIZE_PARAMETER, DEFAULT_SIZE_LIMIT)
        size = sum(len(body) for body in bodies) / 1024**2
        if limit and size > limit:
            raise UserError(
                self.env._(
                    "The report “%(report)s” has %(size).0f MB of text, more than the "
                    "%(limit)s MB that may be printed at once. Choose fewer records.",
                    report=report.name or self.env._("Report"),
                    size=size,
                    limit=limit,
                )
            )


def _pick(elements, indexes):
    """Return the headers of some of the bodies; a single header serves all."""
    if len(elements) <= 1:
        return elements
    return [elements[index] for index in indexes if index < len(elements)]


def _placeholder(pages):
    """Return a PDF of blank pages, one per record, for Odoo to cut up."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=(10, 10))
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()
