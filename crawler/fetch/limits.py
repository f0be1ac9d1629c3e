"""Bodies kept within a size while they are unpacked, whatever they are packed with and however often."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import cast

from crawler.errors import FetchError, TooLarge

DEEPEST = 3
"""Codings that may lie inside each other; honest servers use one."""
_STEP = 65_536
_SIP = 256
"""Bytes given to zstd at once, whose every four may stand for 128 KiB: it cannot be told how much to give."""


def unpack(body: bytes, codings: str, limit: int) -> bytes:
    """Undoes a Content-Encoding; the result and everything on the way to it stays within ``limit`` bytes.

    Raises TooLarge beyond that, and FetchError for a coding that is unknown, broken or cut off.
    """
    names = [name for coding in codings.split(",") if (name := coding.strip().lower()) not in ("", "identity", "none")]
    if not body:
        return b""
    if len(names) > DEEPEST:
        raise TooLarge(f"packed {len(names)} times over; more than {DEEPEST} are not undone")
    for name in reversed(names):
        if name not in _UNPACKERS:
            raise FetchError(f"packed as {name[:20]!r}, which was not asked for and cannot be undone")
        body = _bounded(_UNPACKERS[name](body), name, limit)
    return body


def _bounded(pieces: Iterator[bytes], name: str, limit: int) -> bytes:
    kept: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise TooLarge(f"larger than {limit} bytes once unpacked ({name})")
            kept.append(piece)
    except (zlib.error, EOFError, ValueError, _brotli_error(), _zstd_error()) as broken:
        raise FetchError(f"its {name} packing is broken or cut off: {broken}") from None
    return b"".join(kept)


def _gzip(body: bytes) -> Iterator[bytes]:
    while body:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        yield from _zlib_pieces(unpacker, body)
        body = unpacker.unused_data
        if body[:2] != b"\x1f\x8b":
            # Padding after the last member is common and harmless.
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    """Both readings of the word: wrapped as the standard says, and raw as some servers send it."""
    wrapped = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _zlib_pieces(zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), body)


def _zlib_pieces(unpacker: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while not unpacker.eof:
        piece = unpacker.decompress(body, _STEP)
        body = unpacker.unconsumed_tail
        if piece:
            yield piece
        elif not body and not unpacker.eof:
            raise EOFError("the end is missing")


def _br(body: bytes) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]

    unpacker = brotli.Decompressor()
    piece = unpacker.process(body, output_buffer_limit=_STEP)
    while True:
        if piece:
            yield piece
        if unpacker.is_finished():
            return
        if not piece and unpacker.can_accept_more_data():
            raise EOFError("the end is missing")
        piece = unpacker.process(b"", output_buffer_limit=_STEP)


def _zstd(body: bytes) -> Iterator[bytes]:
    import zstandard

    # 8 MiB of window is what RFC 8878 asks of web clients; more would let a header claim gigabytes.
    packing = zstandard.ZstdDecompressor(max_window_size=1 << 23)
    unpacker = packing.decompressobj()
    for start in range(0, len(body), _SIP):
        rest = body[start : start + _SIP]
        while rest:
            if unpacker.eof:
                unpacker = packing.decompressobj()
            yield unpacker.decompress(rest)
            rest = unpacker.unused_data
    if not unpacker.eof:
        raise EOFError("the end is missing")


def _brotli_error() -> type[Exception]:
    import brotli

    return cast(type[Exception], brotli.error)


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}
ACCEPTED = "gzip, deflate, br, zstd"
