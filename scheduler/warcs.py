"""Reads WARC files by the stretch, and keeps of each only the pages that may name a watched company.

A file that is gzipped by record is cut anywhere: whoever reads a stretch begins at the first record that starts in it and
ends before the first that starts behind it, so stretches are read side by side and a break costs no more than one.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.errors import FetchError
from crawler.fetch.limits import unpack
from crawler.items import Page
from crawler.reading.needles import needles_of
from crawler.watchlist import Watchlist

LARGEST = 15 << 20
"""Bytes of a record's page; a larger one is passed over."""
KEPT_AT_ONCE = 16 << 20
"""Bytes of pages after which a stretch is given back unfinished, so that memory stays bounded however many fit."""
_WINDOW = 1 << 20
_PLAIN = re.compile(rb"^WARC/\d\.\d\r?$", re.MULTILINE)
_MAGIC = b"\x1f\x8b\x08"
_HTML = ("text/html", "application/xhtml+xml")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The cheap tests that come before reading; what is empty tests nothing."""

    hosts: frozenset[str] = frozenset()
    """A host stands for what is below it, too."""
    languages: frozenset[str] = frozenset()
    """Primary subtags (``zh``, ``en``); a page that declares no language passes."""
    since: str = ""
    """A day; what was captured before it cannot have been published after it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a WARC file, and where its bytes lie."""

    path: str
    start: int
    end: int
    base: int = 0
    """Where in the whole file the bytes at ``path`` begin."""
    splittable: bool = True
    skip: int = 0
    """Responses to pass over, where the file cannot be entered in the middle."""


@dataclass(slots=True)
class Scanned:
    """What a stretch held: how many responses, why they were left out, and the pages that may name a company."""

    records: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    pages: list[Page] = field(default_factory=list)
    rest: tuple[int, int] | None = None
    """Where to go on (start, skip), where the stretch was given back unfinished."""
    torn: list[int] = field(default_factory=list)
    """Where records begin that are damaged or cut off."""


def splittable(path: Path) -> bool:
    """Whether the file is gzipped record by record; a plain one, or one gzipped as a whole, is read from its beginning."""
    with path.open("rb") as file:
        inflate = zlib.decompressobj(wbits=31)
        size = 0
        while not inflate.eof and size < _WINDOW:
            chunk = file.read(1 << 16)
            if not chunk:
                return False
            try:
                size += len(inflate.decompress(chunk, _WINDOW))
            except zlib.error:
                return False
            if inflate.unconsumed_tail:
                return False
    return inflate.eof


def holds_records(path: Path) -> bool:
    """Whether a record begins in the first MiB: what damaged the first one may have left those behind it."""
    with path.open("rb") as file:
        return _PLAIN.search(file.read(_WINDOW)) is not None or member_start(file, 0, _WINDOW) is not None


def scan(watchlist: Watchlist, wanted: Wanted, stretch: Stretch) -> Scanned:
    """Tests every response of a stretch; made to be called in a worker process."""
    needles = needles_of(watchlist)
    found = Scanned()
    kept = 0
    for number, (at, record) in enumerate(_responses(stretch, found)):
        if number < stretch.skip:
            continue
        if kept >= KEPT_AT_ONCE:
            found.rest = (at, 0) if stretch.splittable else (stretch.start, number)
            break
        found.records += 1
        page, why = _page_of(record, wanted)
        if page is None or not needles.found(page.body):
            found.left_out[why or "no name"] += 1
            if why == "torn":
                found.torn.append(at)
            continue
        kept += len(page.body)
        found.pages.append(page)
    return found


def _responses(stretch: Stretch, found: Scanned) -> Iterator[tuple[int, Any]]:
    """The responses that start in a stretch, each with where it starts; a damaged one is noted and passed over."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with Path(stretch.path).open("rb") as file:
        at: int | None = stretch.start - stretch.base
        limit = stretch.end - stretch.base
        if stretch.splittable:
            at = member_start(file, max(at or 0, 0), limit)
        noted = False
        while at is not None and at < limit:
            file.seek(at)
            last = at
            try:
                for record in ArchiveIterator(
                    file, record_types=WarcRecordType.response, parse_http=False, max_content_length=LARGEST
                ):
                    last = record.stream_pos
                    if last >= limit and stretch.splittable:
                        return
                    noted = False
                    yield last + stretch.base, record
                return
            except OSError:
                # Behind the last record that was read; the damaged one itself may be met once more.
                if not noted:
                    found.torn.append(last + stretch.base)
                noted = True
                if not stretch.splittable:
                    return
            at = member_start(file, last + 1, limit)


def member_start(file: IO[bytes], at: int, limit: int) -> int | None:
    """Where the first record at or behind ``at`` begins, if before ``limit``: gzip's sign, and a WARC header inside."""
    while at < limit:
        file.seek(at)
        window = file.read(_WINDOW)
        place = window.find(_MAGIC)
        while place >= 0 and at + place < limit:
            file.seek(at + place)
            if _opens_record(file.read(4096)):
                return at + place
            place = window.find(_MAGIC, place + 1)
        if len(window) < _WINDOW:
            return None
        at += _WINDOW - len(_MAGIC) + 1
    return None


def _opens_record(member: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(member, 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _page_of(record: Any, wanted: Wanted) -> tuple[Page | None, str]:
    """The page of a response, or why it is none that we want."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if not url.startswith(("http://", "https://")):
        return None, "no page"
    if wanted.hosts and not _is_of(url, wanted.hosts):
        return None, "host"
    captured = record.record_date
    if wanted.since and captured is not None and captured.date().isoformat() < wanted.since:
        return None, "too old"
    size = record.content_length
    try:
        record.parse_http(auto_decode="transfer")
        status = record.http_headers.status_code if record.http_headers is not None else None
        kind = (record.http_content_type or "").lower()
        if status != 200:
            return None, "status"
        if kind and not kind.startswith(_HTML):
            return None, "not html"
        headers = record.http_headers
        coding, languages = headers.get("Content-Encoding") or "", headers.get("Content-Language") or ""
        declared = headers.get("Content-Type")
        body = record.reader.read()
    except (OSError, ValueError):
        return None, "torn"
    if captured is None or (not _is_chunked(headers) and len(body) < min(size, record.content_length)):
        return None, "torn"
    body = _unpacked(body, coding)
    if not kind and not _MARKUP.search(body, 0, 4096):
        return None, "not html"
    if wanted.languages and not _speaks(body, languages, wanted.languages):
        return None, "language"
    return Page(url, url, body, captured, content_type=declared), ""


def _is_chunked(headers: Any) -> bool:
    return "chunked" in (headers.get("Transfer-Encoding") or "").lower()


def _unpacked(body: bytes, coding: str) -> bytes:
    """The body without its coding; crawlers often keep the header of a coding that they have undone."""
    if not coding or coding.lower() == "identity":
        return body
    try:
        return unpack(body, coding, LARGEST)
    except FetchError:
        return body


def _is_of(url: str, hosts: frozenset[str]) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    while host:
        if host in hosts:
            return True
        host = host.partition(".")[2]
    return False


def _speaks(body: bytes, header: str, languages: frozenset[str]) -> bool:
    tag = _LANGUAGE.search(body, 0, 8192)
    declared = tag[1].decode().lower() if tag else header[:2].lower()
    return not declared or declared in languages
