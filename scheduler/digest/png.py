"""A canvas of few colours and its PNG (ISO/IEC 15948), so that a letter's small picture needs no imaging library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity: 0 to 255."""

_FONT: dict[str, tuple[int, ...]] = {
    "0": (7, 5, 5, 5, 7),
    "1": (2, 6, 2, 2, 7),
    "2": (7, 1, 7, 4, 7),
    "3": (7, 1, 7, 1, 7),
    "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7),
    "6": (7, 4, 7, 5, 7),
    "7": (7, 1, 2, 2, 2),
    "8": (7, 5, 7, 5, 7),
    "9": (7, 5, 7, 1, 7),
    ".": (0, 0, 0, 0, 2),
    "-": (0, 0, 7, 0, 0),
    "%": (5, 1, 2, 4, 5),
    ">": (4, 2, 1, 2, 4),
    "<": (1, 2, 4, 2, 1),
    "~": (0, 3, 6, 0, 0),
    "k": (4, 5, 6, 6, 5),
    "M": (5, 7, 7, 5, 5),
    "B": (6, 5, 6, 5, 6),
    "T": (7, 2, 2, 2, 2),
}
"""Each character as five rows of three dots, a row's dots as the bits of a number."""


class Canvas:
    """Pixels of a palette; the first colour is the ground."""

    def __init__(self, width: int, height: int, palette: Sequence[Colour]) -> None:
        self.width, self.height = width, height
        self._palette = tuple(palette)
        self._rows = [bytearray(width) for _ in range(height)]

    def box(self, left: int, top: int, width: int, height: int, colour: int) -> None:
        """A filled rectangle; what lies outside is cut off."""
        start, end = max(left, 0), min(left + width, self.width)
        for row in self._rows[max(top, 0) : max(top + height, 0)]:
            row[start:end] = bytes([colour]) * max(end - start, 0)

    def write(self, text: str, left: int, top: int, dot: int, colour: int) -> None:
        """Digits and the few signs that numbers need, ``dot`` pixels a dot; other characters leave a gap."""
        for place, character in enumerate(text):
            for row, bits in enumerate(_FONT.get(character, ())):
                for column in range(3):
                    if bits >> (2 - column) & 1:
                        self.box(left + (place * 4 + column) * dot, top + row * dot, dot, dot, colour)

    def png(self) -> bytes:
        """The picture as a file."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        colours = b"".join(bytes(colour[:3]) for colour in self._palette)
        opacity = bytes(colour[3] for colour in self._palette)
        pixels = zlib.compress(b"".join(b"\0" + row for row in self._rows), 9)
        chunks = ((b"IHDR", header), (b"PLTE", colours), (b"tRNS", opacity), (b"IDAT", pixels), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def text_width(text: str, dot: int) -> int:
    """Pixels that a text takes."""
    return max(len(text) * 4 - 1, 0) * dot


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
