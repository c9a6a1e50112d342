# SPDX-License-Identifier: AGPL-3.0-only
"""The external API as a program uses it."""

import json
import urllib.error
import urllib.request

#: What Odoo logs when a person is refused something: a warning, never an error.
REFUSALS = r"WARNING \S+ odoo\.http: "


class Api:
    """POST /json/2/<model>/<method> with a person's API key."""

    def __init__(self, url, database, key):
        self.url, self.database, self.key = url, database, key

    def __call__(self, model, method, ids=None, **arguments):
        """Call a public method and return its answer.

        :raises ApiError: the server refused; ``status``, ``name`` and ``message`` say why
        """
        body = dict(arguments)
        if ids is not None:
            body["ids"] = ids
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.database,
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiError(
                error.code, error.read().decode("utf-8", "replace")
            ) from None


class ApiError(Exception):
    def __init__(self, status, body):
        try:
            answer = json.loads(body)
        except ValueError:
            answer = {}
        self.status = status
        self.name = answer.get("name", "")
        self.message = answer.get("message", body)
        super().__init__(f"{status} {self.name}: {self.message}")
