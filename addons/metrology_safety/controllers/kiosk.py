# SPDX-License-Identifier: AGPL-3.0-only
from odoo import http
from odoo.http import request


class RoomKiosk(http.Controller):
    """The page at the door of a room: scan a badge, in or out.

    Who has the secret address is a door, not a person: it shows names of who scans, and
    nothing else of the institution.
    """

    def _get_room(self, token):
        room = (
            request.env["metrology.room"]
            .sudo()
            .search([("kiosk_token", "=", token or "-")], limit=1)
        )
        if not room:
            raise request.not_found()
        lang = room.company_id.partner_id.lang or request.env.lang
        return room.with_context(lang=lang)

    @http.route(
        "/metrology/kiosk/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def kiosk(self, token):
        room = self._get_room(token)
        request.update_context(lang=room.env.lang)
        response = request.render(
            "metrology_safety.kiosk",
            {"room": room, "token": token, "lang": (room.env.lang or "en_US")},
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @http.route(
        "/metrology/kiosk/<string:token>/scan",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
    )
    def scan(self, token, badge=None, direction="in", purpose=None, escort=None):
        """Log one scan; see ``metrology.room.entry._scan``."""
        room = self._get_room(token)
        answer = room.env["metrology.room.entry"]._scan(
            room,
            str(badge or "")[:64],
            direction if direction in ("in", "out") else "in",
            str(purpose or "")[:200],
            str(escort or "")[:64],
        )
        return {**answer, "inside": room.inside_count}
