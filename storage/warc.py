"""Gzip members of WARC files, read so strictly that a torn one is seen, and erased without moving the others."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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
            return f"{self.records} records, all whole"
        return f"{self.records} whole records, then a torn one of {self.size - self.whole} bytes, as a kill or a power loss leaves it"


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
    end = _end_of_member(file, start)
    if end is None:
        raise EOFError("the record is torn")
    file.seek(start)
    return file.read(end - start)


def check_file(path: Path) -> Check:
    """Reads a whole file; each record must end where its checksum says."""
    size = path.stat().st_size
    records = whole = 0
    with path.open("rb") as file:
        while whole < size:
            end = _end_of_member(file, whole)
            if end is None:
                break
            records, whole = records + 1, end
    return Check(path, records, whole, size)


def _end_of_member(file: IO[bytes], start: int) -> int | None:
    """Where the member that begins at ``start`` ends; None where it does not end well."""
    file.seek(start)
    inflate = zlib.decompressobj(wbits=31)
    read = start
    while not inflate.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        read += len(chunk)
        try:
            while chunk and not inflate.eof:
                inflate.decompress(chunk, _CHUNK)
                chunk = inflate.unconsumed_tail
        except zlib.error:
            return None
    return read - len(inflate.unused_data)


def erase_member(path: Path, start: int) -> bool:
    """Overwrites one record by an empty one of the same length, so that every other keeps its place; False where none is whole."""
    with path.open("r+b") as file:
        end = _end_of_member(file, start)
        if end is None:
            return False
        file.seek(start)
        file.write(_filler(end - start))
    return True


_EMPTY = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nerased\r\n\r\n"
)


def _filler(length: int) -> bytes:
    """A gzip member of exactly that length, padded by the comment that its header may carry."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(_EMPTY) + deflate.flush()
    trailer = struct.pack("<II", zlib.crc32(_EMPTY), len(_EMPTY))
    padding = length - 11 - len(body) - len(trailer)
    if padding < 0:
        raise ValueError("the record is too short to be erased in place")
    header = b"\x1f\x8b\x08\x10" + bytes(4) + b"\x00\xff"  # flag 0x10: a comment follows, ended by a zero byte
    return header + b" " * padding + b"\x00" + body + trailer
