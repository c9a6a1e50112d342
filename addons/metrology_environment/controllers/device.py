# SPDX-License-Identifier: AGPL-3.0-only
import json

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import BATCH_MAXIMUM, REQUESTS_PER_MINUTE
from ..models.environment_ingest import IngestError

#: A full batch is some 200 kB; more than this is no batch of readings.
_BODY_MAXIMUM = 2_000_000


class EnvironmentDeviceController(http.Controller):
    """What loggers, gateways, cameras and power supplies call, each with its key.

    The key comes as ``Authorization: Bearer <key>`` or ``X-API-Key``. Answers are JSON;
    a refusal says why in ``error``, and for batches in ``items`` by place.
    """

    @http.route(
        "/metrology/environment/readings",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def post_readings(self, **_query):
        """Store ``{"readings": [{sensor, element, value, unit, time}, …]}``, each once.

        200 with counts; 400 what is wrong, nothing stored; 401 no or a wrong key; 403
        the device is switched off; 413 too many; 429 too often.
        """
        device, refusal = self._authenticate()
        if refusal:
            return refusal
        body, refusal = self._read_body()
        if refusal:
            return refusal
        items = body.get("readings", [body]) if isinstance(body, dict) else body
        if isinstance(items, list) and len(items) > BATCH_MAXIMUM:
            return self._refuse(
                413,
                request.env._(
                    "At most %(most)s readings in one request.", most=BATCH_MAXIMUM
                ),
            )
        Reading = request.env["metrology.environment.reading"].sudo()
        try:
            return self._answer(Reading._ingest(device, items))
        except IngestError as error:
            return self._refuse(
                400,
                request.env._("Nothing was stored: %(why)s", why=error),
                items=error.problems[:50],
            )

    @http.route(
        "/metrology/environment/heartbeat",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def post_heartbeat(self, **_query):
        """Take a sign of life of a camera, power supply or logger."""
        device, refusal = self._authenticate()
        return refusal or self._answer({"device": device.name})

    @http.route(
        "/metrology/environment/commands",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def post_commands(self, **_query):
        """Take reports ``{"reports": [{id, done, result}]}`` and give the commands that
        wait for this gateway.
        """
        device, refusal = self._authenticate()
        if refusal:
            return refusal
        body, refusal = self._read_body(empty={})
        if refusal:
            return refusal
        Regulation = request.env["metrology.environment.regulation"].sudo()
        reports = body.get("reports", []) if isinstance(body, dict) else None
        if not isinstance(reports, list):
            return self._refuse(400, request.env._("reports must be a list."))
        try:
            with request.env.cr.savepoint():
                for report in reports:
                    Regulation._answer(
                        device,
                        int(report["id"]),
                        bool(report.get("done")),
                        str(report.get("result") or ""),
                    )
        except (KeyError, TypeError, ValueError, AttributeError):
            return self._refuse(400, request.env._("A report has id, done and result."))
        except UserError as error:
            return self._refuse(400, str(error))
        return self._answer({"commands": Regulation._fetch(device)})

    # ------------------------------------------------------------------ helpers
    def _authenticate(self):
        """Return (device, None), or (None, the refusal)."""
        headers = request.httprequest.headers
        scheme, _space, key = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            key = headers.get("X-API-Key", "")
        device = request.env["metrology.environment.device"]._find_by_key(key.strip())
        if not device:
            return None, self._refuse(
                401, request.env._("The key of the device is missing or wrong.")
            )
        if not device.active:
            return None, self._refuse(
                403,
                request.env._("%(device)s is switched off.", device=device.name),
            )
        lang = device.company_id.partner_id.lang
        request.update_env(
            context={**request.env.context, "lang": lang or request.env.lang}
        )
        device = device.with_env(request.env).sudo()
        if device._seen(fields.Datetime.now()) > REQUESTS_PER_MINUTE:
            refusal = self._refuse(
                429, request.env._("Too many requests: put readings together.")
            )
            refusal.headers["Retry-After"] = "60"
            return None, refusal
        return device, None

    def _read_body(self, empty=None):
        """Return (JSON with its numbers as text, None), or (None, the refusal)."""
        # Told before it is read; a body without its length is measured afterwards.
        large = (request.httprequest.content_length or 0) > _BODY_MAXIMUM
        raw = b"" if large else request.httprequest.get_data(cache=False)
        if not raw and not large and empty is not None:
            return empty, None
        if large or len(raw) > _BODY_MAXIMUM:
            return None, self._refuse(
                413, request.env._("The request is too large for readings.")
            )
        try:
            # Numbers stay as the device wrote them: trailing zeros are resolution.
            return json.loads(raw, parse_float=str, parse_int=str), None
        except (ValueError, RecursionError):
            return None, self._refuse(400, request.env._("The request is not JSON."))

    def _answer(self, data, status=200):
        return request.make_json_response(data, status=status)

    def _refuse(self, status, message, **more):
        return self._answer({"error": message, **more}, status)
