"""Bombs in every packing stay within the limit; honest bodies come out whole."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import FetchError, TooLarge
from crawler.fetch.limits import unpack

LIMIT = 2 << 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", PACKERS)
@given(data=st.binary(max_size=20_000))
@settings(max_examples=20, deadline=None)
def test_what_is_packed_comes_out_whole(coding: str, data: bytes) -> None:
    assert unpack(PACKERS[coding](data), coding, LIMIT) == data


def test_the_other_spellings_of_a_packing_are_understood() -> None:
    assert unpack(raw_deflate(b"raw" * 99), "deflate", LIMIT) == b"raw" * 99
    assert unpack(gzip.compress(b"x") + gzip.compress(b"y"), "x-gzip", LIMIT) == b"xy"
    assert unpack(gzip.compress(b"x") + b"\0\0\0", "gzip", LIMIT) == b"x"
    assert unpack(b"plain", "identity, ", LIMIT) == b"plain"
    assert unpack(gzip.compress(brotli.compress(b"twice")), "br, gzip", LIMIT) == b"twice"


@pytest.mark.parametrize("coding", PACKERS)
def test_a_bomb_ends_at_the_limit(coding: str) -> None:
    bomb = PACKERS[coding](bytes(64 << 20))
    assert_bounded(bomb, coding)


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_a_bomb_inside_a_packing_ends_at_the_limit(inner: str, outer: str) -> None:
    assert_bounded(PACKERS[outer](PACKERS[inner](bytes(64 << 20))), f"{inner}, {outer}")


@pytest.mark.gauntlet
def test_ten_gigabytes_of_gzip_end_at_the_limit() -> None:
    block = gzip.compress(bytes(256 << 20), 9)
    assert_bounded(block * 40, "gzip")


def assert_bounded(bomb: bytes, coding: str) -> None:
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(TooLarge, match="larger than"):
            unpack(bomb, coding, LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 16 * LIMIT
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 5


def test_endless_nesting_is_refused_before_anything_is_undone() -> None:
    with pytest.raises(TooLarge, match="packed 9 times over"):
        unpack(b"x", ", ".join(["gzip"] * 9), LIMIT)


def test_a_window_of_gigabytes_is_not_believed() -> None:
    # A zstd header may claim any window; this one claims 2 GiB.
    with pytest.raises(FetchError):
        unpack(b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00", "zstd", LIMIT)


@pytest.mark.parametrize("coding", PACKERS)
def test_what_is_cut_off_or_broken_is_an_error(coding: str) -> None:
    packed = PACKERS[coding](bytes(range(256)) * 50)
    for broken in (packed[: len(packed) // 2], b"\xff\xfe" + packed[2:]):
        with pytest.raises(FetchError):
            unpack(broken, coding, LIMIT)


def test_an_unknown_packing_is_named() -> None:
    with pytest.raises(FetchError, match="'compress'"):
        unpack(b"x", "compress", LIMIT)
