# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tools import SQL


def lock_rows(records):
    """Lock the rows of ``records``, waiting for whoever has them, and forget them.

    Core's ``lock_for_update`` skips locked rows and fails at once.  Here the second of
    two users waits; under REPEATABLE READ PostgreSQL then reports a serialization
    failure, Odoo repeats the request, and the check tells him what the first one did
    ("accepted already", "received by … at …").

    :return: the records, with one prefetch for all of them
    """
    if records.ids:
        records.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
    records.invalidate_recordset()
    return records.with_prefetch()
