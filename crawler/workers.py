"""Worker processes for reading: each call has a deadline, and a hung or crashed worker costs that call alone.

``concurrent.futures`` fails every waiting call when one worker dies, which is why this is not one of its pools.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self, TypeVar

from crawler.errors import ReadError

T = TypeVar("T")

DEADLINE = 20.0
"""Seconds that one call may take."""
RENEWED_AFTER = 1_000
"""Calls after which a worker is replaced, as parsers never give all memory back."""
MEMORY = 3 << 30
"""Bytes of address space of one worker; what wants more fails by itself."""
_STARTING = 60.0
"""Seconds that a fresh worker may take for its imports before the deadline of its first call begins."""


class Workers:
    """Calls functions in other processes; use it as an async context manager.

    ``shared`` is sent to each worker once and is the first argument of every call. Functions must be importable by name.
    """

    def __init__(self, shared: Any, *, count: int | None = None, deadline: float = DEADLINE) -> None:
        self.count = count or os.cpu_count() or 1
        self._deadline = deadline
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="worker")
        self._all = [_Worker(shared) for _ in range(self.count)]
        self._free = list(self._all)
        self.replaced = 0
        """Workers that hung or crashed so far."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.kill()
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        for worker in self._all:
            worker.end()

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Calls ``function(shared, *arguments)``; raises ReadError where it hangs, crashes or raises.

        A ReadError of the function's own comes through as it is.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._call, function, arguments)

    def _call(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        worker = self._free.pop()
        try:
            return worker.call(function, arguments, self._deadline)
        except _Lost as lost:
            self.replaced += 1
            raise ReadError(f"reading {lost}; the worker was replaced") from None
        finally:
            self._free.append(worker)


class _Lost(Exception):
    """A worker is gone together with its call."""


class _Worker:
    """One process and the line to it; started on its first call and again after a loss."""

    def __init__(self, shared: Any) -> None:
        self._shared = pickle.dumps(shared)
        self._process: BaseProcess | None = None
        self._line: Connection[Any, Any] | None = None
        self._calls = 0
        self._killed = False

    def call(self, function: Callable[..., T], arguments: tuple[Any, ...], deadline: float) -> T:
        try:
            line = self._started()
            self._calls += 1
            line.send((function, arguments))
            if not line.poll(deadline):
                self.end()
                raise _Lost(f"took longer than {deadline:g} seconds")
            done, value = line.recv()
        except (EOFError, OSError):
            process = self._process
            self.end()
            raise _Lost(f"crashed its worker (exit status {process.exitcode if process else None})") from None
        if self._calls >= RENEWED_AFTER:
            self.end()
        if done:
            return value  # type: ignore[no-any-return]
        raise value

    def kill(self) -> None:
        """Ends a call that is under way, from another thread, for good."""
        self._killed = True
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Ends the process at once; reading has nothing to tidy up."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _started(self) -> Connection[Any, Any]:
        if self._line is None:
            context = _context()
            self._line, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._shared), daemon=True)
            process.start()
            # Only what has been started can be killed; who kills before looks at the mark afterwards.
            self._process = process
            theirs.close()
            self._calls = 0
            if self._killed:
                self.end()
                raise _Lost("was ended before it began")
            if not self._line.poll(_STARTING) or self._line.recv() != "ready":
                self.end()
                raise _Lost("could not start its worker")
        return self._line


def load_ahead() -> None:
    """Begins to load the parsers for workers to come, in a process of its own and without waiting for it.

    Called first thing by a command that will read, the program's own imports and this loading take place side by side.
    """
    _context()
    forkserver.ensure_running()


def _context() -> ForkServerContext | SpawnContext:
    """Forks from a small server that has the parsers loaded already; forking the program itself is not safe with threads."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["crawler.warm", "crawler.pipeline", "feedparser", "spiders.feed"])
    return context


def _serve(line: Connection[Any, Any], shared: bytes) -> None:
    """A worker's whole life: call after call until the line closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; it is the parent's to answer
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    first = pickle.loads(shared)  # noqa: S301 - from our own parent process, over a pipe
    try:
        line.send("ready")
        while True:
            function, arguments = line.recv()
            line.send(_called(function, first, arguments))
    except (EOFError, OSError):
        return  # nobody is there any more to read for


def _called(function: Callable[..., Any], first: Any, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, function(first, *arguments)
    except ReadError as error:
        return False, error
    except MemoryError:
        return False, ReadError(f"reading wanted more than {MEMORY >> 30} GiB of memory")
    except Exception as error:
        return False, ReadError(f"reading failed: {type(error).__name__}: {str(error)[:200]}")
