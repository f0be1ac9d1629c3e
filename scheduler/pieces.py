"""The bytes of a WARC file, by the stretch: where they lie on this machine, or asked of a server by ranges."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from crawler.errors import FetchError, ReadError, TooLarge
from crawler.fetch.answer import Answer, Terms
from crawler.fetch.client import Web
from scheduler.warcs import Stretch, holds_records, splittable

LOCAL_STRETCH = 8 << 20
"""Bytes of a local stretch: half a second's work, so what a break costs."""
REMOTE_STRETCH = 32 << 20
OVERLAP = 4 << 20
"""Bytes asked for beyond a stretch's end, where its last record goes on; Common Crawl cuts pages at 1 MiB."""
TIMEOUT = 300.0
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Pieces(Protocol):
    """One WARC file, cut into stretches."""

    @property
    def name(self) -> str:
        """Its path or address."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def step(self) -> int:
        """Bytes of a stretch; all of it where it cannot be cut."""

    @property
    def version(self) -> str:
        """Changes with the content."""

    async def piece(self, start: int, skip: int = 0) -> Stretch:
        """The stretch that begins at ``start``, its bytes on this machine; raises FetchError."""

    def done_with(self, stretch: Stretch) -> None:
        """Its bytes are not needed any more."""


@dataclass(frozen=True, slots=True)
class LocalPieces:
    """A file of this machine."""

    name: str
    size: int
    step: int
    version: str
    cut: bool

    async def piece(self, start: int, skip: int = 0) -> Stretch:
        """As it lies there."""
        end = min(start - start % self.step + self.step, self.size)
        return Stretch(self.name, start, end, splittable=self.cut, skip=skip)

    def done_with(self, stretch: Stretch) -> None:
        """Nothing to tidy up."""


def local_pieces(path: Path) -> LocalPieces:
    """Raises ReadError where there is no such file, or it is no WARC."""
    if not path.is_file():
        raise ReadError(f"{path} is no file, and no address either: that would begin with https://")
    _must_be_warc(path, str(path))
    told = path.stat()
    cut = splittable(path)
    step = LOCAL_STRETCH if cut else max(told.st_size, 1)
    return LocalPieces(str(path.resolve()), told.st_size, step, f"{told.st_size}-{told.st_mtime_ns}", cut)


@dataclass(frozen=True, slots=True)
class RemotePieces:
    """A file of a server that answers ranges; each stretch is asked for when its turn comes."""

    name: str
    size: int
    step: int
    version: str
    web: Web
    folder: Path

    async def piece(self, start: int, skip: int = 0) -> Stretch:
        """Asked of the server, into a file of the folder."""
        begin = start - start % self.step
        end = min(begin + self.step, self.size)
        answer = await _ask(self.web, self.name, start, min(end + OVERLAP, self.size) - 1)
        if _version(answer) != self.version:
            raise FetchError(f"{self.name} changed while it was being read; begin again with --again")
        return await asyncio.to_thread(self._written, answer.body, start, end, skip)

    def _written(self, body: bytes, start: int, end: int, skip: int) -> Stretch:
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
            file.write(body)
        return Stretch(file.name, start, end, base=start, skip=skip)

    def done_with(self, stretch: Stretch) -> None:
        """Removes the file."""
        Path(stretch.path).unlink(missing_ok=True)


async def remote_pieces(web: Web, url: str, folder: Path) -> RemotePieces:
    """Asks for the first bytes; raises FetchError where the server gives no ranges, ReadError for what is no WARC or cannot be cut."""
    answer = await _ask(web, url, 0, (1 << 20) - 1)
    size = _size(answer, url)
    head = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.head"
    head.write_bytes(answer.body)
    try:
        _must_be_warc(head, url)
        if not splittable(head):
            raise ReadError(f"{url} is not gzipped record by record, so it cannot be read by ranges; download it first")
    finally:
        head.unlink()
    return RemotePieces(url, size, REMOTE_STRETCH, _version(answer), web, folder)


def _must_be_warc(path: Path, name: str) -> None:
    if not holds_records(path):
        raise ReadError(f"{name} is no WARC file: no record begins in it; name one that ends in .warc or .warc.gz")


async def _ask(web: Web, url: str, first: int, last: int) -> Answer:
    terms = Terms(max_size=last - first + (1 << 16), timeout=TIMEOUT)
    headers = {"Range": f"bytes={first}-{last}", "Accept-Encoding": "identity"}
    try:
        answer = await web.ask(url, terms, headers=headers)
    except TooLarge as error:
        raise FetchError(f"{url} is not served by ranges; download it and name the file") from error
    if answer.status != 206:
        raise FetchError(f"{url} is not served by ranges; download it and name the file")
    return answer


def _size(answer: Answer, url: str) -> int:
    told = _RANGE.match(answer.headers.get("content-range", ""))
    if told is None:
        raise FetchError(f"{url} does not tell how long it is; download it and name the file")
    return int(told[3])


def _version(answer: Answer) -> str:
    told = _RANGE.match(answer.headers.get("content-range", ""))
    mark = answer.headers.get("etag") or answer.headers.get("last-modified") or ""
    return f"{told[3] if told else ''}-{mark}"
