# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/run and scripts/demo-reset; help is in those scripts."""

import argparse
import ast
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request

import suite as suite_module
from cluster import lock
from databases import BuildError, ClusterError, Databases, Suite, SuiteError
from keys import signing_environment
from suite import ADDONS, LOCAL

DATABASE = "metrology"
#: As it was right after installation; scripts/demo-reset copies it back.
PRISTINE = "metrology_pristine"
DEMO = "metrology_demo"
DIRECTORY = LOCAL / "run"
START_LIMIT = 180


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


class Laboratory:
    def __init__(self, options):
        self.options = options
        self.suite = Suite()
        DIRECTORY.mkdir(parents=True, exist_ok=True)
        self.state_path = DIRECTORY / "state.json"
        self.server_path = DIRECTORY / "server.json"
        self._databases = None

    @property
    def databases(self):
        if self._databases is None:
            self._databases = Databases("run")
        return self._databases

    # -- what is installed ------------------------------------------------------

    def wanted(self):
        if self.options.addons:
            return self.options.addons.split(",")
        if DEMO in self.suite:
            return [DEMO]
        return self.suite.names()

    def contents(self):
        names = self.suite.closure(self.wanted())
        content = {name: self.suite[name].content for name in names}
        return {"locks": suite_module.lock_key(), "addons": content}

    def read_state(self):
        try:
            return json.loads(self.state_path.read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def prepare(self):
        """Install what is missing, update what has changed, else do nothing."""
        existing = self.databases.cluster.databases()
        state, wanted = self.read_state(), self.contents()
        if self.options.fresh or DATABASE not in existing or not state:
            self.install(state, wanted, existing)
            return
        if state == wanted:
            return
        changed = [
            name
            for name, content in wanted["addons"].items()
            if state["addons"].get(name) != content
        ]
        if state["locks"] != wanted["locks"]:
            changed = list(wanted["addons"])
        if changed:
            say(f"updating {', '.join(changed)}")
            self.odoo(["-i", ",".join(changed), "-u", ",".join(changed)], "the update")
        self.state_path.write_text(json.dumps(wanted))

    def install(self, state, wanted, existing):
        pristine = DIRECTORY / "pristine.json"
        if (
            PRISTINE in existing
            and pristine.exists()
            and json.loads(pristine.read_text()) == wanted
        ):
            say("putting the laboratory back to its first day")
            self.databases.drop(DATABASE)
            self.databases.copy(PRISTINE, DATABASE)
        else:
            say(f"installing {', '.join(self.wanted())} (a minute or two, once)")
            self.state_path.unlink(missing_ok=True)
            self.databases.drop(DATABASE, PRISTINE)
            self.databases.cluster.create(DATABASE)
            self.odoo(
                ["-i", ",".join(["base", *self.wanted()]), "--load-language=zh_CN"],
                "the installation",
            )
            self.databases.copy(DATABASE, PRISTINE)
            pristine.write_text(json.dumps(wanted))
        self.state_path.write_text(json.dumps(wanted))

    def odoo(self, arguments, what):
        config = self.write_config(port=0)
        self.databases.run_odoo(
            ["-c", config, "-d", DATABASE, "--stop-after-init", "--no-http",
             "--skip-auto-install", *arguments],
            what,
        )  # fmt: skip

    def write_config(self, port):
        options = {"http_interface": self.options.host, "gevent_port": port + 3 or 8072}
        if port:
            options["http_port"] = port
        return self.databases.write_config(DIRECTORY / "odoo.conf", DATABASE, **options)

    # -- the server -------------------------------------------------------------

    def running(self):
        """Return {pid, port, host} of a server that runs, or None."""
        try:
            server = json.loads(self.server_path.read_text())
            command = open(f"/proc/{server['pid']}/cmdline").read()
        except (OSError, ValueError, KeyError):
            return None
        return server if str(DIRECTORY / "odoo.conf") in command else None

    def stop(self):
        server = self.running()
        if server:
            os.kill(server["pid"], signal.SIGTERM)
            for _ in range(100):
                if not self.running():
                    break
                time.sleep(0.1)
            else:
                os.kill(server["pid"], signal.SIGKILL)
        self.server_path.unlink(missing_ok=True)
        return bool(server)

    def start(self):
        port = free_port(self.options.port, self.options.host)
        if port != self.options.port:
            say(f"port {self.options.port} is taken; using {port} instead")
        config = self.write_config(port)
        log = open(DIRECTORY / "server.log", "ab")
        process = subprocess.Popen(
            [*suite_module.odoo_command(), "server", "-c", str(config), "-d", DATABASE],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ
            | self.databases.cluster.environment()
            | signing_environment(),
        )
        server = {"pid": process.pid, "port": port, "host": self.options.host}
        self.server_path.write_text(json.dumps(server))
        if not wait_for_page(server, process):
            self.stop()
            tail = (
                (DIRECTORY / "server.log")
                .read_text("utf-8", "replace")
                .splitlines()[-30:]
            )
            sys.exit(
                "\n".join(["the server did not come up; its log ends with:", *tail])
            )
        return process, server

    def show(self, server):
        print(f"\n  {address(server)}\n")
        rows = [("login", "password", "who", "role")]
        rows += self.logins()
        widths = [max(width(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = [
                text + " " * (size - width(text))
                for text, size in zip(row, widths, strict=True)
            ]
            print("  " + "  ".join(cells).rstrip())
        print("\n  end with Ctrl-C or scripts/run --stop\n", flush=True)

    def logins(self):
        """Return (login, password, name, post) of the demo laboratory's persons."""
        persons = ADDONS / DEMO / "data" / "persons.csv"
        found = [("admin", "admin", "", "administrator")]
        if DEMO not in self.contents()["addons"] or not persons.exists():
            return found
        password = demo_password()
        with open(persons, encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                post = " ".join(filter(None, (row["post"], f"({row['roles']})")))
                found.append((row["login"], password, row["name"], post))
        return found


def demo_password():
    """Read the constant PASSWORD of the demo addon without importing Odoo."""
    for path in sorted((ADDONS / DEMO / "builder").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and any(
                getattr(target, "id", "") == "PASSWORD" for target in node.targets
            ):
                return ast.literal_eval(node.value)
    return "?"


def width(text):
    """Return how many columns ``text`` takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def address(server):
    host = "localhost" if server["host"] in ("127.0.0.1", "0.0.0.0") else server["host"]
    return f"http://{host}:{server['port']}"


def free_port(wanted, host):
    for port in range(wanted, wanted + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except PermissionError:
                raise SuiteError(
                    f"port {port} needs more rights; choose one above 1023"
                ) from None
            except OSError:
                continue
    raise SuiteError(f"no free port from {wanted} to {wanted + 199}")


def wait_for_page(server, process):
    """Wait until the login page answers; it makes the styles on the way."""
    end = time.time() + START_LIMIT
    host = "127.0.0.1" if server["host"] == "0.0.0.0" else server["host"]
    url = f"http://{host}:{server['port']}/web/login"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.time() < end and process.poll() is None:
        try:
            with opener.open(url, timeout=60) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def parse():
    parser = argparse.ArgumentParser(prog="scripts/run")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--addons")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--status", action="store_true")
    parser.add_argument("--foreground", action="store_true")
    parser.add_argument("--detach", action="store_true")
    options = parser.parse_args()
    if options.reset:
        options.fresh = options.detach = True
        if not options.yes:
            if not sys.stdin.isatty():
                sys.exit("everything entered would be lost; say --yes")
            answer = input(
                "Everything entered in the demo laboratory will be lost. Go on? [y/N] "
            )
            if answer.strip().lower() not in ("y", "yes"):
                sys.exit("nothing done")
    return options


def main():
    options = parse()
    laboratory = Laboratory(options)
    if options.stop:
        print("stopped" if laboratory.stop() else "it does not run")
        laboratory.databases.cluster.stop()
        return
    server = laboratory.running()
    if options.status and not server:
        sys.exit("it does not run; start it with scripts/run")
    if server and not options.fresh:
        if not options.status:
            say("the laboratory is already open")
        laboratory.show(server)
        return
    with lock("run"):
        if options.fresh:
            laboratory.stop()
        laboratory.prepare()
        process, server = laboratory.start()
    laboratory.show(server)
    stay = options.foreground or (sys.stdout.isatty() and not options.detach)
    if not stay:
        return
    try:
        process.wait()
    except KeyboardInterrupt:
        say("closing")
        laboratory.stop()
        laboratory.databases.cluster.stop()


if __name__ == "__main__":
    try:
        main()
    except (SuiteError, ClusterError, BuildError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
