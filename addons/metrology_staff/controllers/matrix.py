# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.http import Controller, content_disposition, request, route


class MatrixController(Controller):
    @route(
        "/metrology/persons-capabilities.xlsx",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def export(
        self,
        activity="execute",
        day=None,
        department_id=None,
        discipline=None,
        days=None,
    ):
        """Download the matrix that the page shows, with the caller's rights."""
        request.env["metrology.authorization"].check_access("read")
        try:
            choice = {
                "activity": activity,
                "day": Date.to_date(day or None),
                "department_id": int(department_id or 0) or None,
                "discipline": discipline or None,
                "days": int(days) if days else None,
            }
        except ValueError as error:
            raise UserError(
                request.env._("The choice of the matrix cannot be read.")
            ) from error
        name = request.env._("Persons and capabilities")
        return request.make_response(
            request.env["metrology.authorization.matrix"]._export(**choice),
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
