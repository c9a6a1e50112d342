# SPDX-License-Identifier: AGPL-3.0-only
"""A limit of time for work that runs in pure Python."""

import ctypes
import threading
from contextlib import contextmanager

RETRY_SECONDS = 0.5


class TimeLimitExceeded(BaseException):
    """Raised inside the guarded block.

    Not an Exception: the code inside catches those to survive broken images.
    """


def _raise_in(thread_id, exception):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id),
        ctypes.py_object(exception) if exception else None,
    )


@contextmanager
def time_limit(seconds):
    """Stop the block with TimeLimitExceeded after ``seconds`` (0: no limit).

    Works in any thread, unlike signals.  A single call into C is not interrupted; the
    exception comes when it returns.
    """
    if not seconds or seconds <= 0:
        yield
        return
    thread_id = threading.get_ident()
    lock = threading.Lock()
    done = threading.Event()
    fired = False

    def watch():
        nonlocal fired
        pause = seconds
        while not done.wait(pause):
            with lock:
                if not done.is_set():
                    fired = True
                    _raise_in(thread_id, TimeLimitExceeded)
            # Raised inside a destructor, an exception is lost: try again.
            pause = RETRY_SECONDS

    threading.Thread(target=watch, name="time-limit", daemon=True).start()
    try:
        yield
    finally:
        with lock:
            done.set()
            if fired:
                # In case it was set but has not been raised yet.
                _raise_in(thread_id, None)
