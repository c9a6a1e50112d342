# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/shell; its help is in that script."""

import os
import subprocess
import sys

import suite as suite_module
from databases import BuildError, ClusterError, Databases, Suite, SuiteError
from suite import LOCAL

#: Where scripts/run keeps the demo laboratory.
RUN_DATABASE = "metrology"


def open_shell(databases, database, extra):
    config = databases.write_config(LOCAL / "conf" / f"shell-{database}.conf", database)
    command = [*suite_module.odoo_command(), "shell", "-c", str(config), "-d", database]
    try:
        return subprocess.run(
            [*command, "--no-http", "--log-level=warn", *extra],
            check=False,
            env=os.environ
            | databases.cluster.environment()
            | {"REPORT_FONT_DIR": str(LOCAL / "fonts")},
        ).returncode
    finally:
        config.unlink(missing_ok=True)


def main():
    arguments = sys.argv[1:]
    extra = []
    if "--" in arguments:
        position = arguments.index("--")
        arguments, extra = arguments[:position], arguments[position + 1 :]
    purpose = (
        arguments.pop(0) if arguments and arguments[0] in ("run", "test") else "run"
    )
    try:
        databases = Databases(purpose)
        if purpose == "run":
            if RUN_DATABASE not in databases.cluster.databases():
                sys.exit("there is no demo laboratory yet: call scripts/run once")
            return open_shell(databases, RUN_DATABASE, extra)
        suite = Suite()
        layer = databases.with_addons(
            suite, arguments or suite.names(), requested=arguments
        )
        with databases.copied(layer, "shell") as database:
            return open_shell(databases, database, extra)
    except (SuiteError, ClusterError, BuildError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
