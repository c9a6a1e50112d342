# SPDX-License-Identifier: AGPL-3.0-only
"""What a person does in the web client, in the words of a person.

The selectors are technical names (fields, buttons, actions), so that a story reads the
same in every language and does not break with a better translation.
"""

import re
import time
from pathlib import Path

from playwright.sync_api import expect

DATA = Path(__file__).resolve().parents[1] / "data"
TIMEOUT = 20_000


class Person:
    """One signed-in person and the page before them."""

    def __init__(self, page, login, name, pictures=None):
        self.page = page
        self.name = name
        self.pictures = pictures
        self.waiting = set()
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        login(page, name)

    def _asked(self, request):
        # Only what a click leads to; the bus and the service worker never rest.
        if re.search(r"/web/(dataset|action|view)|/report/", request.url):
            self.waiting.add(request)

    def _answered(self, request):
        self.waiting.discard(request)

    # -- going somewhere ------------------------------------------------------

    def open(self, action, record=None):
        """Open an action by its xmlid, or one record of it."""
        address = f"/odoo/action-{action}"
        if record is not None:
            address += f"/{record}"
        self.page.goto(address)
        self.page.wait_for_selector(".o_action_manager > *", timeout=TIMEOUT)
        self.settle()

    def settle(self):
        """Wait until the client has nothing on its way, and has drawn it."""
        quiet, end = 0, time.monotonic() + TIMEOUT / 1000
        while quiet < 3:
            self.page.wait_for_timeout(60)
            busy = self.waiting or self.page.locator(".o_blockUI:visible").count()
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < end, f"still waiting for {self.waiting}"

    def record_id(self):
        """Return the id of the record in the form, from the address."""
        self.page.wait_for_url(re.compile(r"/\d+($|\?)"), timeout=TIMEOUT)
        return int(re.search(r"/(\d+)($|\?)", self.page.url).group(1))

    def picture(self, name, top=True):
        """Keep what the person sees, for the guide; from the top of the page."""
        if self.pictures:
            self.settle()
            if top:
                self.page.evaluate(
                    "() => document.querySelectorAll('.o_content, .o_form_sheet_bg,"
                    " .o_form_renderer').forEach((node) => (node.scrollTop = 0))"
                )
            self.page.mouse.move(0, 0)
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=self.pictures / f"{name}.png")

    # -- forms ----------------------------------------------------------------

    def scope(self):
        """The dialog on top, else the page."""
        dialogs = self.page.locator(".modal:visible")
        return dialogs.last if dialogs.count() else self.page

    def field(self, name):
        return self.scope().locator(f'.o_field_widget[name="{name}"]:visible').first

    def fill(self, name, text):
        box = self.field(name).locator("input, textarea").first
        box.fill(text)
        box.press("Tab")

    def choose(self, name, text):
        """Choose a record in a many2one by typing what it is called."""
        box = self.field(name).locator("input").first
        box.click()
        box.fill(text)
        # A person reads the list and takes the line that says so.
        option = self.page.locator(
            ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
        ).filter(has_text=text)
        option.first.click()

    def check(self, name):
        self.field(name).locator("input[type=checkbox]").check()

    def upload(self, name, path):
        self.field(name).locator("input[type=file]").set_input_files(str(path))
        self.settle()

    def read(self, name):
        box = self.field(name)
        inner = box.locator("input, textarea")
        return (
            inner.first.input_value() if inner.count() else box.inner_text()
        ).strip()

    def press(self, name, dialog=False):
        """Press the button of a method and wait for what comes of it."""
        button = self.scope().locator(f'button[name="{name}"]:visible').first
        button.click()
        if dialog:
            self.page.wait_for_selector(".modal:visible .modal-footer", timeout=TIMEOUT)
        self.settle()

    def save(self):
        self.page.locator(".o_form_button_save:visible").first.click()
        self.settle()

    def tab(self, name):
        self.page.locator(f'.o_notebook_headers .nav-link[name="{name}"]').click()

    def state(self, value):
        """Wait until the status bar stands on ``value``."""
        expect(
            self.page.locator(
                f'.o_statusbar_status button.o_arrow_button_current[data-value="{value}"]'
            )
        ).to_have_count(1, timeout=TIMEOUT)

    def refused(self, *texts):
        """Read the refusal that came up and close it; it must hold each of ``texts``."""
        body = self.page.locator(".modal:visible .modal-body").last
        body.wait_for(timeout=TIMEOUT)
        said = body.inner_text()
        for text in texts:
            assert text in said, said
        dialogs = self.page.locator(".modal:visible").count()
        self.page.locator(".modal:visible .modal-footer button").last.click()
        expect(self.page.locator(".modal:visible")).to_have_count(dialogs - 1)
        return said

    # -- signatures -------------------------------------------------------------

    def sign_on_pad(self, name):
        """Draw on the pad of a signature field, as with a pen."""
        self.field(name).locator(".o_signature").click()
        dialog = self.page.locator(".modal:visible").last
        dialog.locator(".o_web_sign_draw_button").click()
        pad = dialog.locator("canvas").first
        pad.wait_for()
        self.page.wait_for_timeout(400)
        box = pad.bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
        mouse.down()
        for step in range(1, 12):
            mouse.move(
                box["x"] + 60 + step * 18,
                box["y"] + box["height"] / 2 + (25 if step % 2 else -25),
                steps=3,
            )
        mouse.up()
        dialog.locator(".modal-footer .btn-primary").click()
        self.settle()

    def sign_with_password(self, button, password):
        """Press a step that asks for the password, and give it."""
        self.press(button, dialog=True)
        self.fill("password", password)
        self.page.locator(".modal:visible .modal-footer .btn-primary").last.click()
        self.page.wait_for_selector(".modal", state="detached", timeout=60_000)
        self.settle()

    # -- lists ------------------------------------------------------------------

    def row(self, text):
        """The row of the list that holds ``text``."""
        return self.scope().locator("tr.o_data_row").filter(has_text=text).first

    def press_in_row(self, text, name):
        self.row(text).locator(f'button[name="{name}"]').click()
        self.settle()

    def type_in_row(self, text, name, value):
        """Correct one cell of an editable list in place."""
        row = self.row(text)
        row.locator(f'td[name="{name}"]').click()
        box = self.page.locator(
            f'tr.o_selected_row .o_field_widget[name="{name}"] input'
        )
        box.fill(value)
        box.press("Enter")
        self.settle()
        self.page.keyboard.press("Escape")
        self.settle()

    def add_line(self, field, **values):
        """Add a line to an editable one2many; each value is chosen by its text."""
        self.field(field).locator(".o_field_x2many_list_row_add a").first.click()
        for name, value in values.items():
            cell = self.page.locator(
                f'tr.o_selected_row .o_field_widget[name="{name}"]'
            )
            box = cell.locator("input").first
            box.click()
            if cell.locator(".o_select_menu").count():
                self.page.locator(".o_select_menu_item").filter(
                    has_text=value
                ).first.click()
                continue
            box.fill(value)
            self.page.locator(
                ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
            ).filter(has_text=value).first.click()
        self.settle()

    def select_rows(self, *texts):
        for text in texts:
            self.row(text).locator(".o_list_record_selector input").check()

    def tick(self, text, name):
        """Tick a cell of an editable list, as far as it lets itself be ticked."""
        cell = self.row(text).locator(f'td[name="{name}"]')
        cell.click()
        # The first click may tick by itself, once the row has become editable.
        self.settle()
        if not self.ticked(text, name):
            box = cell.locator("input[type=checkbox]:enabled")
            if box.count():
                box.check()
        self.settle()

    def ticked(self, text, name):
        return self.row(text).locator(f'td[name="{name}"] input').is_checked()
