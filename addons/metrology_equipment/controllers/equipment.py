# SPDX-License-Identifier: AGPL-3.0-only
from odoo import http
from odoo.http import request


class EquipmentController(http.Controller):
    @http.route(
        "/metrology/equipment/<string:code>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def scan(self, code):
        """The page a label's QR code opens: the status as it is now, not as printed.

        For employees of the laboratory; an unknown code is answered as not registered.
        """
        equipment = request.env["maintenance.equipment"]
        found = equipment
        if request.env.user.has_group("metrology.group_user"):
            found = equipment._find_scanned(code)
        values = {"found": bool(found), "code": code}
        if found:
            values |= found._get_scan_values()
        response = request.render("metrology_equipment.equipment_scan", values)
        if not found:
            response.status_code = 404
        response.headers["Cache-Control"] = "no-store"
        return response
