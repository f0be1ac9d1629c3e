"""Gzip members of WARC files, read so strictly that a torn one is seen, and erased without moving the others."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crawler.plural import counted

_CHUNK = 1 << 16
_MAX_RECORD = 1 << 28
"""Bytes that a record may grow to; pages are bounded far below that."""


@dataclass(frozen=True, slots=True)
class Check:
    """One file as found: ``whole`` bytes of it are complete records."""

    path: Path
    records: int
    whole: int
    size: int

    @property
    def torn(self) -> bool:
        """Something stands after the last complete record."""
        return self.whole < self.size

    @property
    def told(self) -> str:
        """The finding in one sentence."""
        if not self.torn:
            return f"{counted(self.records, 'record')}, all whole"
        return f"{counted(self.records, 'whole record')}, then a torn one of {counted(self.size - self.whole, 'byte')}, as a kill or a power loss leaves it"


def read_member(file: IO[bytes]) -> bytes:
    """One record, decompressed; raises EOFError where it is torn and ValueError where it is damaged."""
    inflate = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    while not inflate.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            raise EOFError("the record is torn")
        try:
            parts.append(inflate.decompress(chunk))
        except zlib.error as error:
            raise ValueError(f"the record is damaged ({error})") from error
        size += len(parts[-1])
        if size > _MAX_RECORD:
            raise ValueError("the record is larger than any page")
    return b"".join(parts)


def raw_member(file: IO[bytes], start: int) -> bytes:
    """One record as it is stored; raises EOFError where it does not end well."""
    found = member_at(file, start)
    if found.end is None:
        raise EOFError("the record is torn")
    file.seek(start)
    return file.read(found.end - start)


@dataclass(frozen=True, slots=True)
class Member:
    """A record as it lies in its file; ``end`` is None where it does not end well."""

    start: int
    end: int | None
    head: bytes
    """The beginning of what is packed in it, or of what is left of that."""
    torn: bool = False
    """The file ends before it does."""


def members(path: Path) -> Iterator[Member]:
    """The records of a file in their order; one that does not end well is the last."""
    size = path.stat().st_size
    start: int | None = 0
    with path.open("rb") as file:
        while start is not None and start < size:
            found = member_at(file, start)
            yield found
            start = found.end


def check_file(path: Path) -> Check:
    """Reads a whole file; each record must end where its checksum says."""
    size = path.stat().st_size
    ends = [found.end for found in members(path) if found.end is not None]
    return Check(path, len(ends), ends[-1] if ends else 0, size)


def member_at(file: IO[bytes], start: int) -> Member:
    """The member that begins at ``start``, unpacked to its end."""
    file.seek(start)
    inflate = zlib.decompressobj(wbits=31)
    read = start
    head = b""
    while not inflate.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return Member(start, None, head, torn=True)
        read += len(chunk)
        try:
            while chunk and not inflate.eof:
                unpacked = inflate.decompress(chunk, _CHUNK)
                head += unpacked if len(head) < _CHUNK else b""
                chunk = inflate.unconsumed_tail
        except zlib.error:
            return Member(start, None, head)
    return Member(start, read - len(inflate.unused_data), head)


def erase_member(path: Path, start: int) -> bool:
    """Overwrites one record, or the torn one that a file ends with, so that every other keeps its place; it is off the disk then.

    False where none is there.
    """
    with path.open("r+b") as file:
        found = member_at(file, start)
        end = path.stat().st_size if found.torn else found.end
        if end is None or end <= start:
            return False
        file.seek(start)
        file.write(_filler(end - start))
        file.flush()
        os.fsync(file.fileno())
    return True


_EMPTY = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nerased\r\n\r\n"
)


def _filler(length: int) -> bytes:
    """A gzip member of exactly that length, padded by the comment that its header may carry; zeros where that is too short for one."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(_EMPTY) + deflate.flush()
    trailer = struct.pack("<II", zlib.crc32(_EMPTY), len(_EMPTY))
    padding = length - 11 - len(body) - len(trailer)
    if padding < 0:
        return bytes(length)
    header = b"\x1f\x8b\x08\x10" + bytes(4) + b"\x00\xff"  # flag 0x10: a comment follows, ended by a zero byte
    return header + b" " * padding + b"\x00" + body + trailer
