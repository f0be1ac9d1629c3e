"""The measure beside a new figure: which points it shows, and that its picture is one."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes, policy

from scheduler.digest.choose import Wishes, choose
from scheduler.digest.letter import compose
from scheduler.digest.measure import MOST, draw, points_of, short
from scheduler.digest.view import Frame
from tests.scheduler.builders import NOW, figure, flag, known

PAST = tuple(
    known(id=str(year), as_of=f"{year}-12", low=Decimal(year), high=Decimal(year)) for year in (2021, 2022, 2023)
)


def pixels(png: bytes) -> list[bytes]:
    """The rows of an 8-bit PNG, read by the rules of the format."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width = 8, b"", 0
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(name + body)
        if name == b"IHDR":
            width = struct.unpack(">I", body[:4])[0]
        data += body if name == b"IDAT" else b""
        at += 12 + size
    raw = zlib.decompress(data)
    return [raw[start + 1 : start + 1 + width] for start in range(0, len(raw), width + 1)]


def test_too_little_known_is_no_picture() -> None:
    assert points_of(flag(), PAST[:2]) == ()
    assert len(points_of(flag(), PAST)) == 4


def test_it_shows_the_same_measure_alone() -> None:
    others = (
        known(id="91", company="megvii"),
        known(id="92", kind="valuation", unit="USD"),
        known(id="93", unit="percent"),
        known(id="94", scope="Hong Kong", as_of="2020"),
        known(id="95", state="denied", as_of="2019"),
    )
    points = points_of(flag(), (*others, *PAST))
    assert [point.when for point in points] == ["2021-12", "2022-12", "2023-12", "2026-06-30"]
    assert [point.new for point in points] == [False, False, False, True]
    assert points_of(flag(figure=figure(scope="Hong Kong")), PAST) == ()


def test_many_points_are_cut_to_the_newest() -> None:
    long = tuple(known(id=str(year), as_of=str(year)) for year in range(2000, 2020))
    assert [point.when for point in points_of(flag(), long)][:1] == [str(2020 - MOST + 1)]


def test_the_bars_are_as_high_as_their_figures() -> None:
    points = points_of(flag(figure=figure(low=Decimal(4046), high=Decimal(4046))), PAST)
    rows = pixels(draw(points))
    heights = [sum(row[place * 150 + 75] in (1, 2) for row in rows) for place in range(4)]
    assert heights[0] < heights[3] and abs(heights[3] / heights[0] - 4046 / 2021) < 0.1
    assert any(2 in row for row in rows)


def test_short_values() -> None:
    def told(low: int | None, high: int | None, **changes: object) -> str:
        return short(points_of(flag(figure=figure(low=low and Decimal(low), high=high and Decimal(high), **changes)), PAST)[-1])  # fmt: skip

    assert told(5016, 5016) == "5k"
    assert told(1_230_000_000, None) == ">1.2B"
    assert told(None, 300) == "<300"
    assert told(620_000_000, 620_000_000, approximate=True) == "~620M"


def test_the_letter_carries_the_picture_and_text_mail_a_table() -> None:
    shown = flag(known=())
    edition = choose(Wishes(), key="2026-11-24", since=NOW - timedelta(days=1), until=NOW, flags=[shown], stories=[], sources=[], runs=[], ledger=PAST)  # fmt: skip
    letter = compose(edition, Frame(), sender="d@localhost", recipient="a@x.example", now=NOW)
    parsed = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert parsed.get_content_type() == "multipart/alternative"
    html = parsed.get_body(("html",))
    picture = next(part for part in parsed.walk() if part.get_content_type() == "image/png")
    assert html is not None and f"cid:{str(picture['Content-ID']).strip('<>')}" in html.get_content()
    assert 'alt="headcount: 2021-12: 2,021 people;' in html.get_content()
    assert pixels(picture.get_content())
    plain = parsed.get_body(("plain",))
    assert plain is not None and "    2021-12     2,021 people" in plain.get_content()
