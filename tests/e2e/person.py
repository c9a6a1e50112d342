# SPDX-License-Identifier: AGPL-3.0-only
"""What a person does in the web client, in the words of a person.

The selectors are technical names (fields, buttons, actions), so that a story reads the
same in every language and does not break with a better translation.
"""

import re
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
        login(page, name)

    # -- going somewhere ------------------------------------------------------

    def open(self, action, record=None):
        """Open an action by its xmlid, or one record of it."""
        address = f"/odoo/action-{action}"
        if record is not None:
            address += f"/{record}"
        self.page.goto(address)
        self.page.wait_for_selector(".o_action_manager > .o_action", timeout=TIMEOUT)
        self.settle()

    def settle(self):
        """Wait until the client has nothing on its way."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(
            "() => !document.querySelector('.o_blockUI, .o_loading_indicator')",
            timeout=TIMEOUT,
        )

    def record_id(self):
        """Return the id of the record in the form, from the address."""
        self.page.wait_for_url(re.compile(r"/\d+($|\?)"), timeout=TIMEOUT)
        return int(re.search(r"/(\d+)($|\?)", self.page.url).group(1))

    def picture(self, name):
        """Keep what the person sees, for the guide."""
        if self.pictures:
            self.settle()
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

    def select(self, name, value):
        """Choose in a selection, by its key."""
        box = self.field(name)
        if box.locator("select").count():
            box.locator("select").select_option(value=f'"{value}"')
        else:
            box.locator(f'input[data-value="{value}"]').check()

    def check(self, name):
        self.field(name).locator("input[type=checkbox]").check()

    def upload(self, name, path):
        self.field(name).locator("input[type=file]").set_input_files(str(path))
        self.settle()

    def read(self, name):
        box = self.field(name)
        inner = box.locator("input, textarea")
        return (inner.first.input_value() if inner.count() else box.inner_text()).strip()

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
        self.page.locator(".modal:visible .modal-footer button").last.click()
        return said

    # -- signatures -------------------------------------------------------------

    def sign_on_pad(self, name):
        """Draw on the pad of a signature field, as with a pen."""
        self.field(name).locator(".o_signature").click()
        dialog = self.page.locator(".modal:visible").last
        draw = dialog.locator(".o_web_sign_draw_button")
        if draw.count():
            draw.click()
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
