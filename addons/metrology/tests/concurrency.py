# SPDX-License-Identifier: AGPL-3.0-only
"""Tests with several real processes: two desks, a double click, eight workers.

What a single transaction cannot show (locks, retries, unique numbers) needs several
processes that commit.  scripts/test runs the classes below last, one after another,
on a copy of the database that is dropped afterwards: what they commit stays until
then, so a test makes its own records and does not count everybody's.

Example::

    class TestAcceptTwice(ConcurrencyCase):
        def test_two_users_accept(self):
            with self.committed() as env:
                order = env["metrology.order"].create({...})
            outcomes = self.in_processes(
                2,
                lambda env, number: env["metrology.order"].browse(order.id).action_accept(),
                login="business",
            )
            self.assertEqual([o.ok for o in outcomes].count(True), 1)
            with self.committed() as env: ...  # look at the result
"""

import os
import pickle
import signal
import threading
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import close_all
from odoo.tests.common import BaseCase, get_db_name, tagged

#: Seconds after which a stuck process is ended and its test fails.
TIME_LIMIT = 120


@dataclass
class Outcome:
    """What one process did: ``value`` it returned, or the ``error`` it raised."""

    value: Any = None
    error: str = ""
    message: str = ""
    seconds: float = 0.0

    @property
    def ok(self):
        return not self.error


@tagged("metrology_process", "post_install", "-at_install", "-standard")
class ConcurrencyCase(BaseCase):
    """Gives committed environments and functions that run in forked processes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    @contextmanager
    def committed(self, user=None, login=None, **context):
        """Give an environment whose work is committed in the end.

        :param user: id of a user (default: the superuser)
        :param login: login of a user, instead of ``user``
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, context)
            if login:
                user = env["res.users"].search([("login", "=", login)]).id
            yield api.Environment(cr, user, context) if user else env

    def in_processes(
        self, count, function, *, user=None, login=None, retry=True, **context
    ):
        """Call ``function(env, number)`` in ``count`` processes at the same moment.

        Each has a transaction of its own, committed when the function returns; with
        ``retry`` it is repeated after a serialization failure, as a request would be.
        ``user`` and ``login`` may be lists, one entry a process.

        :return: list of :class:`Outcome`, in the order of the numbers; an error is an
            outcome, not an exception of this method
        """
        # A child must not use the parent's connections: libpq would talk on one
        # socket from two processes.
        close_all()
        barrier = get_context("fork").Barrier(count)
        children = []
        for number in range(count):
            who = user[number] if isinstance(user, (list, tuple)) else user
            name = login[number] if isinstance(login, (list, tuple)) else login
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                self._child(
                    writing, barrier, function, number, who, name, retry, context
                )
            os.close(writing)
            children.append((pid, reading))
        try:
            return [self._collect(pid, reading) for pid, reading in children]
        finally:
            self.registry.clear_all_caches()
            self.registry.check_signaling()

    def _child(self, writing, barrier, function, number, user, login, retry, context):
        """Body of a process; never returns."""
        outcome = Outcome()
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            threading.current_thread().dbname = self.registry.db_name
            with self.committed(user=user, login=login, **context) as env:
                barrier.wait(TIME_LIMIT)
                began = time.monotonic()

                def call():
                    return function(env, number)

                outcome.value = retrying(call, env) if retry else call()
                env.flush_all()
                env.cr.commit()
                outcome.seconds = time.monotonic() - began
        except BaseException as error:  # also SystemExit: the parent must hear of it
            outcome = Outcome(error=type(error).__name__, message=str(error))
            if os.environ.get("METROLOGY_PROCESS_TRACEBACK"):
                traceback.print_exc()
        try:
            data = pickle.dumps(outcome)
        except Exception as error:
            data = pickle.dumps(Outcome(error="PicklingError", message=str(error)))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
        # Not sys.exit: the child must not run the parent's clean-ups.
        os._exit(0)

    def _collect(self, pid, reading):
        timer = threading.Timer(TIME_LIMIT, os.kill, (pid, signal.SIGKILL))
        timer.start()
        try:
            with os.fdopen(reading, "rb") as pipe:
                data = pipe.read()
            os.waitpid(pid, 0)
        finally:
            timer.cancel()
        if not data:
            return Outcome(error="Killed", message=f"no answer within {TIME_LIMIT} s")
        return pickle.loads(data)
