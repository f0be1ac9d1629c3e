"""WARC files by the stretch: every record exactly once, wherever they are cut, torn or damaged."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pytest

from crawler.watchlist import load_watchlist
from scheduler.pieces import local_pieces
from scheduler.warcs import Scanned, Stretch, Wanted, scan, splittable
from tests.scheduler.past import html, record, write_warc

WATCHLIST = load_watchlist()
ANYTHING = Wanted()


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    path = tmp_path / "a.warc.gz"
    write_warc(path, (record(f"https://a.example/{n}", html(f"商汤科技第{n}条")) for n in range(40)))
    return path


def whole(path: Path, wanted: Wanted = ANYTHING) -> Scanned:
    return scan(WATCHLIST, wanted, Stretch(str(path), 0, path.stat().st_size, splittable=splittable(path)))


def numbers(scans: Iterable[Scanned]) -> list[int]:
    return [int(page.url.rpartition("/")[2]) for found in scans for page in found.pages]


@pytest.mark.parametrize("step", [1, 77, 500, 4_096, 1 << 20])
def test_stretches_hold_every_record_once(warc: Path, step: int) -> None:
    size = warc.stat().st_size
    stretches = [Stretch(str(warc), start, min(start + step, size)) for start in range(0, size, step)]
    if step == 1:
        stretches = stretches[:900]
    found = numbers(scan(WATCHLIST, Wanted(), stretch) for stretch in stretches)
    assert found == list(range(len(found)))
    assert len(found) == 40 if step > 1 else len(found) >= 1


def test_a_page_keeps_its_bytes_its_type_and_when_it_was_captured(warc: Path) -> None:
    page = whole(warc).pages[3]
    assert page.body == html("商汤科技第3条")
    assert (page.content_type, page.fetched.isoformat()) == ("text/html; charset=utf-8", "2024-03-01T08:00:00+00:00")


@pytest.mark.parametrize("cut", [1, 9, 200])
def test_a_torn_tail_costs_the_last_record_alone(warc: Path, cut: int) -> None:
    warc.write_bytes(warc.read_bytes()[: -cut - 8])
    found = whole(warc)
    assert numbers([found])[:39] == list(range(39))
    assert found.records + len(found.torn) >= 39


def test_a_damaged_record_costs_itself_alone(warc: Path) -> None:
    good = warc.read_bytes()
    middle = good.find(b"\x1f\x8b\x08", len(good) // 2)
    warc.write_bytes(good[: middle + 60] + b"\0\xff\0\xff\0\xff" + good[middle + 66 :])
    found = whole(warc)
    assert len(numbers([found])) == 39
    assert len(found.torn) == 1
    assert found.torn[0] <= middle


def test_files_that_cannot_be_cut_are_read_from_the_beginning(warc: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(warc.read_bytes()))
    packed = tmp_path / "packed.warc.gz"
    filler = record("https://a.example/x", b"<html>" + bytes(range(256)) * 8_000, kind="image/png")
    write_warc(plain.with_name("long.warc"), [filler], zipped=False)
    packed.write_bytes(gzip.compress((tmp_path / "long.warc").read_bytes() + plain.read_bytes()))
    for path in (plain, packed):
        assert not splittable(path)
        assert local_pieces(path).step == path.stat().st_size
        assert numbers([whole(path)]) == list(range(40))


def test_a_stretch_full_of_hits_is_given_back_in_parts(warc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.warcs.KEPT_AT_ONCE", 3_000)
    plain = warc.with_name("plain.warc")
    plain.write_bytes(gzip.decompress(warc.read_bytes()))
    for path in (warc, plain):
        scans: list[Scanned] = []
        rest: tuple[int, int] | None = (0, 0)
        while rest is not None:
            stretch = Stretch(str(path), rest[0], path.stat().st_size, splittable=splittable(path), skip=rest[1])
            scans.append(scan(WATCHLIST, Wanted(), stretch))
            rest = scans[-1].rest
        assert numbers(scans) == list(range(40))
        assert len(scans) > 5


def test_cheap_tests_say_why_a_record_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "b.warc.gz"
    name = "商汤科技融资"
    write_warc(
        path,
        [
            record("https://a.example/0", html(name)),
            record("https://sub.b.example/1", html(name)),
            record("https://a.example/2", html(name), status="404 Not Found"),
            record("https://a.example/3", html(name), kind="image/png"),
            record("https://a.example/4", html("没有这家公司")),
            record("https://a.example/5", html(name, language="ja")),
            record("https://a.example/6", html(name), day="2023-01-05"),
            record("https://a.example/7", gzip.compress(html(name)), coding="gzip"),
            record("https://a.example/8", html(name), coding="gzip"),  # the header of a coding that was undone
            record("dns:a.example", b"10.0.0.1", kind="text/dns"),
            record("https://a.example/9", html(name), kind=None),
            record("https://other.example/10", html(name)),
        ],
    )
    wanted = Wanted(frozenset({"a.example", "b.example"}), frozenset({"zh", "en"}), "2024-01-01")
    found = whole(path, wanted)
    assert numbers([found]) == [0, 1, 7, 8, 9]
    assert found.left_out == {
        "status": 1, "not html": 1, "no name": 1, "language": 1, "too old": 1, "no page": 1, "host": 1,
    }  # fmt: skip


def test_what_is_no_warc_holds_nothing(tmp_path: Path) -> None:
    for name, body in (("a.gz", gzip.compress(b"hello")), ("b", b"hello"), ("c", b"")):
        path = tmp_path / name
        path.write_bytes(body)
        found = scan(WATCHLIST, Wanted(), Stretch(str(path), 0, len(body), splittable=splittable(path)))
        assert (found.records, found.pages) == (0, [])


def test_a_page_larger_than_any_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.warcs.LARGEST", 20_000)
    path = tmp_path / "c.warc.gz"
    large = html("商汤科技", filler="x" * 30_000)
    packed = gzip.compress(large)
    pages = [record(f"https://a.example/{number}", large) for number in range(2)]
    pages[1] = record("https://a.example/1", packed, coding="gzip")
    write_warc(path, [*pages, record("https://a.example/2", html("商汤科技"))])
    assert numbers([whole(path)]) == [2]
