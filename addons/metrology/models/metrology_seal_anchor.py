# SPDX-License-Identifier: AGPL-3.0-only
import base64
import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from .metrology_revision import guard_append_only, install_guards

_logger = logging.getLogger(__name__)


class MetrologySealAnchor(models.Model):
    """The nightly signature over the heads of all chains that grew.

    A chain alone can be rewritten from its start by whoever owns the database. The
    anchor keeps the head of every record that changed since the anchor before, and
    signs them, with the anchor before, by a key that lies in a file outside the
    database. Kept elsewhere (download it), it shows any rewriting of the past.
    """

    _name = "metrology.seal.anchor"
    _description = "Seal Anchor"
    _order = "id desc"
    _log_access = False
    _rec_name = "date"

    date = fields.Datetime(required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    last_revision = fields.Integer(
        string="Up to Revision", required=True, readonly=True, aggregator=None
    )
    head_count = fields.Integer(string="Records", readonly=True, aggregator=None)
    heads = fields.Text(
        readonly=True, help="model,record,revision,hash: one line per record."
    )
    previous_digest = fields.Char(readonly=True)
    digest = fields.Char(string="SHA-256", required=True, readonly=True)
    signature = fields.Char(string="Ed25519 Signature", required=True, readonly=True)
    public_key = fields.Char(required=True, readonly=True)
    heads_file = fields.Binary(compute="_compute_heads_file")

    _number_uniq = models.Constraint("unique(number)", "This anchor exists already.")

    def init(self):
        install_guards(self.env.cr)
        guard_append_only(self.env.cr, self._table)
        return super().init()

    @api.depends("heads", "digest", "signature")
    def _compute_heads_file(self):
        for anchor in self:
            date = fields.Datetime.to_string(anchor.date)
            text = (
                f"anchor: {anchor.number}\ndate: {date}\n"
                f"previous: {anchor.previous_digest or ''}\nsha256: {anchor.digest}\n"
                f"signature: {anchor.signature}\npublic key: {anchor.public_key}\n\n"
                f"{anchor.heads or ''}\n"
            )
            anchor.heads_file = base64.b64encode(text.encode())

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("Anchors are written by the system only."))

    def write(self, vals):
        raise AccessError(self.env._("An anchor cannot be changed."))

    def unlink(self):
        raise AccessError(self.env._("An anchor cannot be deleted."))

    # --- KEY ---

    @api.model
    def _get_key_path(self):
        """Return the path of the private key: odoo.conf ``metrology_seal_key``, else
        a file of this database in the data directory."""
        path = config.get("metrology_seal_key")
        if path:
            return Path(path)
        name = f"{self.env.cr.dbname}.pem"
        return Path(config["data_dir"]) / "metrology_seal" / name

    @api.model
    def _get_key(self):
        """Return the private key; the first call makes it, readable by the owner only.

        :raises UserError: the file is no Ed25519 key, or cannot be read or written
        """
        path = self._get_key_path()
        try:
            if not path.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                content = Ed25519PrivateKey.generate().private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                # Two workers: O_EXCL lets one of them make the key.
                with suppress(FileExistsError):
                    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    with os.fdopen(handle, "wb") as stream:
                        stream.write(content)
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "The seal key %(path)s cannot be used: %(error)s. The administrator "
                    "sets 'metrology_seal_key' in the server's configuration.",
                    path=path,
                    error=error,
                )
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise UserError(
                self.env._("The seal key %(path)s is not an Ed25519 key.", path=path)
            )
        return key

    # --- BUSINESS ---

    @api.model
    def _cron_anchor(self):
        """Sign the heads that grew, then check everything and tell who must know."""
        self._anchor()
        problems = self.env["metrology.seal.check"]._find_problems()
        if problems:
            _logger.warning(
                "The seal check found %s problems, the first: %s,%s %s",
                len(problems),
                problems[0]["model"],
                problems[0]["res_id"],
                problems[0]["kind"],
            )
            self._notify(problems)

    @api.model
    def _anchor(self):
        """Sign the heads of the records that changed since the last anchor.

        :return: the new anchor, or an empty recordset when nothing changed
        """
        cr = self.env.cr
        # One anchor at a time: the second waits, then fails on the number and is retried.
        cr.execute("SELECT pg_advisory_xact_lock(hashtext('metrology_seal_anchor'))")
        last = self.search([], limit=1)
        # Revisions of a transaction that was open during the last anchor have lower
        # ids but come later: a day of overlap costs little and misses none.
        cr.execute(
            """
            SELECT DISTINCT ON (model, res_id) model, res_id, number, hash, id
            FROM metrology_revision
            WHERE (model, res_id) IN (
                SELECT model, res_id FROM metrology_revision
                WHERE id > %(last)s OR date >= %(since)s
            )
            ORDER BY model, res_id, number DESC
            """,
            {
                "last": last.last_revision or 0,
                "since": fields.Datetime.subtract(last.date, days=1)
                if last
                else fields.Datetime.to_datetime("1970-01-01"),
            },
        )
        rows = cr.fetchall()
        top = max((row[4] for row in rows), default=0)
        if top <= (last.last_revision or 0):
            return self.browse()
        heads = "\n".join(
            f"{model},{res_id},{n},{head}" for model, res_id, n, head, _ in rows
        )
        number = (last.number or 0) + 1
        now = fields.Datetime.now()
        digest = self._get_digest(number, now, last.digest or "", heads)
        key = self._get_key()
        public_key = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        cr.execute(
            "INSERT INTO metrology_seal_anchor (date, number, last_revision, head_count,"
            " heads, previous_digest, digest, signature, public_key)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                now,
                number,
                top,
                len(rows),
                heads,
                last.digest or "",
                digest,
                base64.b64encode(key.sign(bytes.fromhex(digest))).decode(),
                base64.b64encode(public_key).decode(),
            ],
        )
        self.invalidate_model()
        return self.browse(cr.fetchone()[0])

    @staticmethod
    def _get_digest(number, date, previous, heads):
        text = f"{number}\n{fields.Datetime.to_string(date)}\n{previous}\n{heads}"
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _check_anchors(self):
        """Check signatures, the chain of anchors, and every head against the history.

        :return: list of problems as of ``_sealed_check``, kinds ``anchor`` and ``rewritten``
        """
        problems, previous, expected = [], "", 1
        own_key = base64.b64encode(
            self._get_key()
            .public_key()
            .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        ).decode()
        for anchor in self.search([], order="number"):
            message = anchor._find_fault(expected, previous, own_key)
            if message:
                problems.append(anchor._problem(anchor.id, "anchor", message))
            problems += anchor._check_heads()
            previous, expected = anchor.digest, anchor.number + 1
        return problems

    def _find_fault(self, expected, previous, own_key):
        self.ensure_one()
        if self.number != expected or (self.previous_digest or "") != previous:
            return self.env._("The anchor before this one is missing or was altered.")
        digest = self._get_digest(self.number, self.date, previous, self.heads)
        if digest != self.digest:
            return self.env._("The anchor was altered after it was signed.")
        try:
            Ed25519PublicKey.from_public_bytes(
                base64.b64decode(self.public_key)
            ).verify(base64.b64decode(self.signature), bytes.fromhex(self.digest))
        except (InvalidSignature, ValueError):
            return self.env._("The signature of the anchor is wrong.")
        if self.public_key != own_key:
            return self.env._("The anchor was signed by another key than the server's.")
        return None

    def _check_heads(self):
        """Every head that was signed must still be in the history, unaltered."""
        self.ensure_one()
        lines = [line.split(",") for line in (self.heads or "").splitlines()]
        self.env.cr.execute(
            """
            SELECT t.model, t.res_id, t.number
            FROM unnest(%s::varchar[], %s::int[], %s::int[], %s::varchar[])
                AS t(model, res_id, number, hash)
            LEFT JOIN metrology_revision r
                ON r.model = t.model AND r.res_id = t.res_id AND r.number = t.number
            WHERE r.hash IS DISTINCT FROM t.hash
            ORDER BY 1, 2, 3
            """,
            [
                [line[0] for line in lines],
                [int(line[1]) for line in lines],
                [int(line[2]) for line in lines],
                [line[3] for line in lines],
            ],
        )
        return [
            {
                **self._problem(
                    res_id,
                    "rewritten",
                    self.env._(
                        "Revision %(n)s is not the one that was signed on %(date)s.",
                        n=number,
                        date=fields.Datetime.to_string(self.date),
                    ),
                ),
                "model": model,
                "revision": number,
                "name": f"{model},{res_id}",
            }
            for model, res_id, number in self.env.cr.fetchall()
        ]

    def _problem(self, res_id, kind, message):
        return {
            "model": self._name,
            "res_id": res_id,
            "name": self.env._("Anchor %(n)s", n=self.number),
            "revision": 0,
            "kind": kind,
            "message": message,
        }

    @api.model
    def _notify(self, problems):
        """Write to quality: an alarm that nobody reads is none."""
        users = self.env.ref("metrology.group_quality").all_user_ids.filtered("active")
        lines = "\n".join(
            f"{problem['name']}: {problem['message']}" for problem in problems[:20]
        )
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("The history of sealed records is broken"),
            body=self.env._(
                "The nightly check found %(count)s problems.\n%(lines)s",
                count=len(problems),
                lines=lines,
            ),
        )

    def action_download(self):
        """Download the anchor to keep it outside of this database."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/heads_file"
            f"?download=true&filename=anchor-{self.number}.txt",
        }
