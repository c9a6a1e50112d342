# SPDX-License-Identifier: AGPL-3.0-only
import csv
import json

from odoo.tools import file_open


def read(name):
    """Return the rows of ``data/<name>.csv`` as dicts of stripped texts."""
    with file_open(f"metrology_demo/data/{name}.csv") as stream:
        return [
            {key: (value or "").strip() for key, value in row.items()}
            for row in csv.DictReader(stream)
        ]


def read_json(name):
    """Return the content of ``data/<name>.json``."""
    with file_open(f"metrology_demo/data/{name}.json") as stream:
        return json.load(stream)
