# SPDX-License-Identifier: AGPL-3.0-only
"""The private PostgreSQL of this clone.

usage: cluster.py start|stop|status|env [--purpose test|run]

Two clusters under .local/: ``test`` trades durability for speed (its databases are
copies that a test run throws away), ``run`` keeps the demo laboratory's data and is
as careful as PostgreSQL is by default.  Both listen on a unix socket only, run as an
ordinary user, and give Odoo the role ``odoo``: no superuser, may create databases.
With PGHOST set, that server is used and nothing is started.
"""

import argparse
import fcntl
import glob
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("METROLOGY_LOCAL") or ROOT / ".local")
ROLE = "odoo"
#: Without them Odoo's trigram indexes silently do not exist.
EXTENSIONS = ("pg_trgm", "unaccent")

SETTINGS = {
    "common": {
        "listen_addresses": "''",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "log_min_messages": "warning",
        "timezone": "'UTC'",
        "jit": "off",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "autovacuum_naptime": "5min",
    },
    "test": {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
    "run": {},
}


class ClusterError(RuntimeError):
    """Something the person at the keyboard has to mend; the text says how."""


@contextmanager
def lock(name):
    """Hold a lock of this clone; a second process waits for it."""
    directory = LOCAL / "lock"
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / f"{name}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _binaries():
    found = glob.glob("/usr/lib/postgresql/*/bin/pg_ctl")
    if found:
        return Path(max(found, key=lambda path: int(path.split("/")[-3]))).parent
    pg_ctl = shutil.which("pg_ctl")
    if not pg_ctl:
        raise ClusterError(
            "PostgreSQL's server programs are missing; run scripts/setup"
        )
    return Path(pg_ctl).resolve().parent


def _owner():
    """PostgreSQL refuses to run as root: then its own system user runs it."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError("no ordinary user found to run PostgreSQL as")


class Cluster:
    """One PostgreSQL server of this clone, by purpose."""

    def __init__(self, purpose="test"):
        if purpose not in ("test", "run"):
            raise ValueError(purpose)
        self.purpose = purpose
        self.external = bool(os.environ.get("PGHOST"))
        key = hashlib.sha256(str(LOCAL.resolve()).encode()).hexdigest()[:10]
        # A socket's path is limited to 107 characters, a clone's is not.
        self.socket = Path(f"/tmp/metrology-{key}-{purpose}")
        self.base = LOCAL / f"postgres-{purpose}"

    # -- where ----------------------------------------------------------------

    @property
    def data(self):
        return self.base.resolve() / "data"

    def environment(self):
        """Return the variables with which psql, createdb and Odoo find the server."""
        if self.external:
            keys = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
            return {key: os.environ[key] for key in keys if key in os.environ}
        return {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": ROLE}

    def odoo_options(self):
        """Return the lines of odoo.conf that say the same."""
        env = self.environment()
        options = {
            "db_host": env["PGHOST"],
            "db_port": env.get("PGPORT", "5432"),
            "db_user": env.get("PGUSER", ROLE),
        }
        if "PGPASSWORD" in env:
            options["db_password"] = env["PGPASSWORD"]
        return options

    # -- life -----------------------------------------------------------------

    def is_running(self):
        if self.external:
            return True
        return (
            subprocess.run(
                [_binaries() / "pg_isready", "-q", "-h", self.socket],
                check=False,
            ).returncode
            == 0
        )

    def start(self):
        """Create the cluster if need be and start it; nothing if it runs."""
        if self.external:
            return
        if self.is_running():
            return
        with lock(f"postgres-{self.purpose}"):
            if self.is_running():
                return
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self._start_server()
            self._create_role()

    def stop(self):
        if self.external or not self.is_running():
            return
        self._as_owner("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _create(self):
        owner = _owner()
        self._choose_base(owner)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.data.exists():
            shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        os.chown(self.data, owner.pw_uid, owner.pw_gid)
        self._as_owner(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        settings = SETTINGS["common"] | SETTINGS[self.purpose]
        settings["unix_socket_directories"] = f"'{self.socket}'"
        lines = [f"{key} = {value}" for key, value in settings.items()]
        with open(self.data / "postgresql.conf", "a") as handle:
            handle.write("\n" + "\n".join(lines) + "\n")

    def _choose_base(self, owner):
        """Put the data where the server's user can reach it.

        A clone below /root is closed to every other user; then the data lies in
        /var/tmp and .local/ holds a link to it.
        """
        if self.base.is_symlink() and not self.base.exists():
            self.base.unlink()
        self.base.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and not self.base.exists():
            probe = subprocess.run(
                ["runuser", "-u", owner.pw_name, "--", "test", "-x", LOCAL.resolve()],
                check=False,
            )
            if probe.returncode:
                key = hashlib.sha256(str(LOCAL.resolve()).encode()).hexdigest()[:10]
                elsewhere = Path(f"/var/tmp/metrology-{key}-{self.purpose}")
                elsewhere.mkdir(mode=0o755, exist_ok=True)
                self.base.symlink_to(elsewhere)
        self.base.mkdir(parents=True, exist_ok=True)

    def _start_server(self):
        owner = _owner()
        # Made before the server starts, and closed to others: the socket trusts
        # whoever can open it.
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if self.socket.stat().st_uid not in (os.geteuid(), owner.pw_uid):
            raise ClusterError(f"{self.socket} belongs to somebody else; remove it")
        os.chown(self.socket, owner.pw_uid, owner.pw_gid)
        log = self.data.parent / "server.log"
        log.touch()
        os.chown(log, owner.pw_uid, owner.pw_gid)
        try:
            self._as_owner(
                "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "60", "-s", "start"
            )
        except subprocess.CalledProcessError as error:
            tail = "\n".join(log.read_text().splitlines()[-8:])
            raise ClusterError(
                f"PostgreSQL did not start; {log} ends with:\n{tail}"
            ) from error

    def _create_role(self):
        self.superuser(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}')"
            f" THEN CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER; END IF; END $$"
        )
        for extension in EXTENSIONS:
            # In template1, so that every new database has them.
            self.superuser(f"CREATE EXTENSION IF NOT EXISTS {extension}", "template1")
        # Only an immutable function may stand in an index; Odoo's role cannot say so.
        self.superuser("ALTER FUNCTION unaccent(text) IMMUTABLE", "template1")

    def _as_owner(self, program, *arguments):
        command = [str(_binaries() / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _owner().pw_name, "--", *command]
        # The server must not inherit a caller's locks (flock follows descriptors):
        # subprocess closes them.
        subprocess.run(
            command,
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    # -- databases ------------------------------------------------------------

    def superuser(self, sql, database="postgres"):
        subprocess.run(
            [
                _binaries() / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1",
                "-h", self.socket, "-U", "postgres", "-d", database, "-c", sql,
            ],
            check=True,
            env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"},
        )  # fmt: skip

    def sql(self, query, database="postgres"):
        """Run a query as Odoo's role and return its rows as lists of text."""
        result = subprocess.run(
            [
                "psql",
                "-q",
                "-X",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                query,
            ],
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            env=os.environ | self.environment(),
        )
        return [line.split("|") for line in result.stdout.splitlines() if line]

    def databases(self):
        return {
            row[0]
            for row in self.sql(
                "SELECT datname FROM pg_database WHERE NOT datistemplate"
            )
        }

    def create(self, name, template=None):
        """Create a database; with ``template``, a copy, in a fraction of a second."""
        command = ["createdb", "-O", self.environment().get("PGUSER", ROLE)]
        if template:
            command += ["-T", template]
            if self._has_strategy():
                # Copying files beats logging every page, when fsync is off.
                command += ["--strategy=file_copy"]
        else:
            command += ["-T", "template1"]
        for attempt in range(20):
            result = subprocess.run(
                [*command, name],
                check=False,
                text=True,
                stderr=subprocess.PIPE,
                env=os.environ | self.environment(),
            )
            if not result.returncode:
                return
            if "being accessed by other users" not in result.stderr:
                break
            time.sleep(0.25 * (attempt + 1))
        raise ClusterError(result.stderr.strip())

    def _has_strategy(self):
        if self.external:
            return False
        version = (self.data / "PG_VERSION").read_text().strip()
        return int(version) >= 15 and self.purpose == "test"

    def drop(self, *names):
        for name in names:
            subprocess.run(
                ["dropdb", "--if-exists", "--force", name],
                check=False,
                stderr=subprocess.DEVNULL,
                env=os.environ | self.environment(),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("command", choices=["start", "stop", "status", "env"])
    parser.add_argument("--purpose", choices=["test", "run"], default="test")
    options = parser.parse_args()
    cluster = Cluster(options.purpose)
    try:
        if options.command in ("start", "env"):
            cluster.start()
        elif options.command == "stop":
            cluster.stop()
    except (ClusterError, subprocess.CalledProcessError) as error:
        sys.exit(f"PostgreSQL: {error}")
    if options.command == "env":
        for key, value in cluster.environment().items():
            print(f"export {key}={value}")
    else:
        running = "runs" if cluster.is_running() else "does not run"
        print(
            f"PostgreSQL ({options.purpose}) {running}: {cluster.environment()['PGHOST']}"
        )


if __name__ == "__main__":
    main()
