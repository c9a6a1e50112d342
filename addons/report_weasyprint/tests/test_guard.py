# SPDX-License-Identifier: AGPL-3.0-only
import threading
import time

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..models.ir_actions_report import SIZE_PARAMETER, TIME_PARAMETER
from ..tools.guard import TimeLimitExceeded, time_limit
from .common import ReportCase


@tagged("post_install", "-at_install")
class TestTimeLimit(BaseCase):
    """The limit stops Python code in any thread and leaves no trace."""

    def test_long_work_is_stopped(self):
        """A loop that would never end is stopped soon after the limit."""
        start = time.monotonic()
        with self.assertRaises(TimeLimitExceeded):
            with time_limit(0.2):
                while True:
                    time.sleep(0.01)
        self.assertLess(time.monotonic() - start, 3)

    def test_short_work_is_not_touched(self):
        """Work within the limit ends normally, and nothing comes later."""
        with time_limit(0.1):
            result = 1
        time.sleep(0.25)
        self.assertEqual(result, 1)

    def test_in_another_thread(self):
        """In a thread only that thread is stopped."""
        seen = []

        def work():
            try:
                with time_limit(0.1):
                    while True:
                        time.sleep(0.01)
            except TimeLimitExceeded:
                seen.append(True)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(5)
        self.assertEqual(seen, [True])


@tagged("post_install", "-at_install")
class TestAbsurdReports(ReportCase):
    """Documents that would block the server end with a message."""

    def test_time(self):
        """A document of absurd height is stopped, and the error says what to do."""
        self.env["ir.config_parameter"].set_param(TIME_PARAMETER, "1")
        rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(20000))
        with self.assertRaisesRegex(UserError, "longer than 1 seconds"):
            self.env["ir.actions.report"]._run_wkhtmltopdf([f"<table>{rows}</table>"])

    def test_after_a_stop_the_next_document_is_printed(self):
        """The stopped document leaves no lock behind."""
        self.test_time()
        self.env["ir.config_parameter"].set_param(TIME_PARAMETER, "100")
        self.assertEqual(len(self.pages(self.render(self.partners[0]))), 3)

    def test_size(self):
        """More text than may be printed at once is refused before any work."""
        self.env["ir.config_parameter"].set_param(SIZE_PARAMETER, "1")
        self.partners[0].comment = "<p>%s</p>" % ("x" * 1024**2)
        with self.assertRaisesRegex(UserError, "Test certificate.*1 MB"):
            self.render(self.partners[0])
