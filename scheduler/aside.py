"""Work that blocks (SMTP, SQL, files), run beside the event loop, and let go of where it would hold up the daemon's end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")

LET_GO_AFTER = 10.0
"""Seconds that work gets to come to a good place to stop once it is told to."""


async def aside(work: Callable[[Callable[[], bool]], T]) -> T:
    """Runs ``work(ended)`` in a thread of its own; when cancelled, ``ended()`` turns true and the work may still finish.

    Work that does not is let go of: its thread ends with the process. The pool of ``asyncio.to_thread`` would hold the
    process until a mail server's last timeout.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    ended = threading.Event()
    context = copy_context()

    def settle(method: Callable[[Any], None], value: Any) -> None:
        if not result.done():
            method(value)

    def run() -> None:
        try:
            told, value = result.set_result, context.run(work, ended.is_set)
        except BaseException as error:
            told, value = result.set_exception, error  # type: ignore[assignment]
        try:
            loop.call_soon_threadsafe(settle, told, value)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=run, name="aside", daemon=True).start()
    try:
        return await asyncio.shield(result)
    except asyncio.CancelledError:
        ended.set()
        await asyncio.wait([result], timeout=LET_GO_AFTER)
        if result.done() and not result.cancelled():
            result.exception()  # it was told to end: what it died of is no news
        raise
