# SPDX-License-Identifier: AGPL-3.0-only
"""A limit of time for work that runs in pure Python."""

import ctypes
import threading
from contextlib import contextmanager


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
    state = {"done": False, "fired": False}

    def fire():
        with lock:
            if not state["done"]:
                state["fired"] = True
                _raise_in(thread_id, TimeLimitExceeded)

    timer = threading.Timer(seconds, fire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            state["done"] = True
            if state["fired"]:
                # In case it was set but has not been raised yet.
                _raise_in(thread_id, None)
        timer.cancel()
