"""``read --jsonl``: many articles on all cores, answered line by line in the order they came.

A reader that crashes or hangs costs its own line, which is answered with an error; the others are read.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from crawler.watchlist import Watchlist
from desk.cli.common import warn, wrong
from desk.cli.options import in_calendar
from desk.cli.pages import page_of

CHUNK = 8
"""Lines a worker takes at once; fewer where they arrive one by one, so that each is answered as it comes."""
SECONDS = 60
"""What one article may take before it is given up."""
_FIELDS = ("text", "html", "title", "url", "published", "language", "outlet")

_watchlist: Watchlist | None = None  # of a worker process, set once as it starts


def read_lines(source: str, watchlist: Watchlist, *, explain: bool) -> int:
    """Reads a file or standard input (``-``) and writes to standard output; 1 where any line had an error."""
    failed = 0
    out = sys.stdout.buffer
    with _opened(source) as lines:
        for answers in Readers(watchlist, explain=explain).answer(lines):
            for number, answer, error in answers:
                out.write(answer)
                if error:
                    failed += 1
                    warn(f"line {number}: {error}")
            out.flush()
    return 1 if failed else 0


def _opened(source: str) -> AbstractContextManager[BinaryIO]:
    if source == "-":
        return nullcontext(sys.stdin.buffer)
    path = Path(source)
    if not path.is_file():
        wrong(f"{source} is no file; name one with a JSON object on each line, or - for standard input")
    return path.open("rb")


Line = tuple[int, bytes]
Answer = tuple[int, bytes, str | None]


class Readers:
    """Worker processes, made by fork so that what is imported here is there at once."""

    def __init__(self, watchlist: Watchlist, *, explain: bool) -> None:
        self._watchlist = watchlist
        self._explain = explain
        self._workers = max(1, len(os.sched_getaffinity(0)))
        self._pool = self._start()

    def answer(self, lines: BinaryIO) -> Iterator[list[Answer]]:
        """The answers, chunk by chunk, in the order of the lines; at most a few chunks are held at a time."""
        import crawler.reading.read  # noqa: F401  (before the fork: the workers have it for nothing)

        self._pool.submit(os.getpid).result()  # forks the workers before a thread is started
        waiting: deque[tuple[list[Line], Future[list[Answer]]]] = deque()
        try:
            for chunk in _chunks(lines, idle=lambda: not waiting or waiting[0][1].done()):
                if chunk:
                    waiting.append((chunk, self._submit(chunk)))
                while waiting and (len(waiting) >= 4 * self._workers or waiting[0][1].done()):
                    yield self._result(waiting)
            while waiting:
                yield self._result(waiting)
        finally:
            # With nothing under way it is over at once; left to the interpreter's end, the two may meet over a closed pipe.
            self._pool.shutdown(wait=not waiting, cancel_futures=True)

    def _submit(self, chunk: list[Line]) -> Future[list[Answer]]:
        try:
            return self._pool.submit(_answer_all, chunk, self._explain)
        except BrokenProcessPool as error:
            broken: Future[list[Answer]] = Future()
            broken.set_exception(error)
            return broken

    def _result(self, waiting: deque[tuple[list[Line], Future[list[Answer]]]]) -> list[Answer]:
        chunk, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            # Every chunk under way is lost with the pool: this one is read line by line, the others anew.
            self._pool = self._start()
            answers = [self._alone(line) for line in chunk]
            lost = [(held, other) for held, other in waiting if not other.done() or other.exception()]
            anew = {id(held): self._submit(held) for held, _ in lost}
            held_back = [(held, anew.get(id(held), other)) for held, other in waiting]
            waiting.clear()
            waiting.extend(held_back)
            return answers

    def _alone(self, line: Line) -> Answer:
        try:
            return self._submit([line]).result()[0]
        except BrokenProcessPool:
            self._pool = self._start()
            return _refused(line, {}, "the reader crashed on it")

    def _start(self) -> ProcessPoolExecutor:
        fork = multiprocessing.get_context("fork")
        return ProcessPoolExecutor(self._workers, mp_context=fork, initializer=_begin, initargs=(self._watchlist,))


def _chunks(lines: BinaryIO, *, idle: Any) -> Iterator[list[Line]]:
    """Lines in chunks: full ones while they come fast, else what there is; empty ones give the caller its turn."""
    arrived: queue.Queue[Line | BaseException | None] = queue.Queue(maxsize=64 * CHUNK)

    def fetch() -> None:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    arrived.put((number, line))
            arrived.put(None)
        except BaseException as error:
            arrived.put(error)

    threading.Thread(target=fetch, daemon=True).start()
    chunk: list[Line] = []
    while True:
        try:
            line = arrived.get(timeout=0.05)
        except queue.Empty:
            yield chunk
            chunk = []
            continue
        if line is None:
            yield chunk
            return
        if isinstance(line, BaseException):
            raise line
        chunk.append(line)
        if len(chunk) >= CHUNK or (arrived.empty() and idle()):
            yield chunk
            chunk = []


def _begin(watchlist: Watchlist) -> None:
    global _watchlist
    _watchlist = watchlist
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGALRM, _too_slow)


def _too_slow(*_: object) -> None:
    raise TimeoutError


def _answer_all(chunk: list[Line], explain: bool) -> list[Answer]:
    return [_answer(line, explain) for line in chunk]


def _answer(line: Line, explain: bool) -> Answer:
    try:
        given = json.loads(line[1])
    except UnicodeDecodeError:
        return _refused(line, {}, "it is not UTF-8; write the file as JSON in UTF-8, one object a line")
    except (ValueError, RecursionError) as error:
        return _refused(line, {}, f"it is not JSON ({error})")
    if not isinstance(given, dict):
        return _refused(line, {}, 'it is no JSON object; write {"id": …, "text": …}')
    signal.alarm(SECONDS)
    try:
        return _read(line, given, explain)
    except TimeoutError:
        return _refused(line, given, f"reading took longer than {SECONDS} s")
    except (ValueError, TypeError) as error:
        return _refused(line, given, str(error))
    except Exception as error:  # a mistake of ours costs this line alone
        return _refused(line, given, f"reading failed ({type(error).__name__}: {error})")
    finally:
        signal.alarm(0)


def _read(line: Line, given: dict[str, Any], explain: bool) -> Answer:
    from crawler.reading.read import read, read_text
    from crawler.reading.shape import reading_to_json

    assert _watchlist is not None
    for key in _FIELDS:
        if given.get(key) is not None and not isinstance(given[key], str):
            raise TypeError(f"{key} is no text; write it in double quotes")
    told = {key: given.get(key) or None for key in ("title", "url", "language", "outlet")}
    told["published"] = _moment(given.get("published"))
    if given.get("html"):
        reading = read(
            page_of(given["html"].encode("utf-8", "replace"), "text/html; charset=utf-8", **told), _watchlist
        )
    elif given.get("text") is not None:
        reading = read_text(given["text"], _watchlist, **told)
    else:
        raise ValueError("it has neither text nor html")
    shape = reading_to_json(reading, id=_id(given), url=given.get("url") or None, explain=explain)
    return line[0], _line(shape), reading.error


def _moment(text: str | None) -> datetime | date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else in_calendar(datetime.fromisoformat(text))
    except ValueError:
        return None


def _id(given: dict[str, Any]) -> str | None:
    return None if given.get("id") is None else str(given["id"])


def _refused(line: Line, given: dict[str, Any], error: str) -> Answer:
    """An empty Reading that names what is wrong, so that every line has its answer."""
    from crawler.items import Article, Reading
    from crawler.reading.shape import reading_to_json

    empty = Reading(article=Article(title=None, text=""), error=error)
    url = given.get("url")
    return line[0], _line(reading_to_json(empty, id=_id(given), url=url if isinstance(url, str) else None)), error


def _line(shape: dict[str, Any]) -> bytes:
    # A lone surrogate, which JSON may carry, has no UTF-8: it is written as JSON's own escape.
    try:
        return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(shape, separators=(",", ":")).encode() + b"\n"
