# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import HttpCase, tagged

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestWorkPage(MetrologyCase, HttpCase):
    """The home page in a browser, as an ordinary user."""

    def setUp(self):
        super().setUp()
        self.quality = self.new_user("quality")
        self.env["mail.activity"].search([("user_id", "=", self.quality.id)]).unlink()

    def test_card_opens_what_waits(self):
        """The card shows how many wait; a click opens exactly these."""
        record = self.env["metrology.qualification"].create(
            {"name": "Accreditation", "number": "1", "date_from": "2020-01-01"}
        )
        for summary in ("First thing", "Second thing"):
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=self.quality.id,
                date_deadline="2020-02-02",
            )
        self.browser_js(
            "/odoo/my-work",
            """
            const wait = (find) => new Promise((resolve, reject) => {
                let left = 100;
                const timer = setInterval(() => {
                    const found = find();
                    if (found || !left--) {
                        clearInterval(timer);
                        found ? resolve(found) : reject(new Error(String(find)));
                    }
                }, 100);
            });
            (async () => {
                const card = await wait(() =>
                    document.querySelector(".o_metrology_card[data-step='activity']"));
                const count = card.querySelector(".o_metrology_card_count").textContent;
                const late = card.querySelector(".o_metrology_card_overdue").textContent;
                if (count !== "2" || !late.trim().startsWith("2")) {
                    throw new Error(`wrong card: ${card.textContent}`);
                }
                card.click();
                await wait(() => document.querySelectorAll(".o_data_row").length === 2);
                console.log("test successful");
            })().catch((error) => console.error(error.message));
            """,
            "!!document.querySelector('.o_metrology_my_work')",
            login="test_quality",
        )

    def test_nothing_waits(self):
        """Whoever has nothing to do is told so."""
        self.browser_js(
            "/odoo/my-work",
            """
            if (document.querySelector(".o_metrology_card")) {
                console.error("a card, though nothing waits");
            } else {
                console.log("test successful");
            }
            """,
            "!!document.querySelector('.o_metrology_empty')",
            login="test_quality",
        )
