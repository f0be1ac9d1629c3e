"""The archive: what is kept comes back, a torn tail is seen, nothing complete is lost."""

from __future__ import annotations

import gzip
import logging
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import ReadError, StoreError, StoreUnavailable
from crawler.items import Lead
from storage.archive import WarcArchive, open_archive
from storage.warc import check_file
from tests.storage.building import page
from tests.storage.conftest import NOW, HandClock


def test_a_page_comes_back_as_it_was(archive: WarcArchive) -> None:
    kept = page(
        "a?中=文",
        body="<p>商汤</p>".encode("gb18030"),
        content_type="text/html; charset=gb2312",
        etag='"x"',
        timezone="Asia/Shanghai",
        tier="filing",
        status=203,
        lead=Lead(
            "s",
            "https://x.example/中",
            title="标\r\n题",
            summary="摘要",
            content="<b>left out</b>",
            published=date(2026, 1, 2),
            updated=NOW,
        ),
    )
    where = archive.keep(kept, headers=[("Content-Encoding", "gzip"), ("Server", "nginx\r\nX: y")])
    archive.keep(page("b"))
    assert archive.load(where) == replace(kept, archived=where, lead=replace(kept.lead, content=None))


def test_a_page_that_came_by_hand_comes_back(archive: WarcArchive) -> None:
    kept = page(url="urn:sha256:70526576", final_url="urn:sha256:70526576", body="旷视".encode(), lead=None)
    where = archive.keep(kept)
    assert archive.load(where) == replace(kept, archived=where)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=3000), etag=st.none() | st.text(max_size=20), title=st.none() | st.text(max_size=20))
def test_any_page_comes_back(archive: WarcArchive, body: bytes, etag: str | None, title: str | None) -> None:
    kept = page("a", body=body, etag=etag, lead=Lead("s", "https://x.example/", title=title))
    where = archive.keep(kept)
    assert archive.load(where) == replace(kept, archived=where)


def test_others_can_read_it(archive: WarcArchive) -> None:
    archive.keep(page("a", body=b"hello"), headers=[("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")])
    archive.close()
    (path,) = archive.files()
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response"]
    assert records[1][1:] == ("https://news.example/a", b"hello")
    assert b"WARC/1.1\r\n" in gzip.decompress(path.read_bytes())


def test_no_secret_reaches_the_archive(archive: WarcArchive) -> None:
    secrets = [
        (name, "canary") for name in ("Authorization", "cookie", "Set-Cookie", "X-Api-Key", "Proxy-Authorization")
    ]
    where = archive.keep(page("a"), request_headers=[*secrets, ("Accept", "text/html")], headers=secrets)
    archive.close()
    written = gzip.decompress(archive.files()[0].read_bytes())
    assert b"canary" not in written
    assert b"Accept" in written
    assert archive.load(where).url == "https://news.example/a"


def test_each_start_and_each_full_file_begins_another(tmp_path: Path, clock: HandClock) -> None:
    for _ in range(2):
        archive = open_archive(tmp_path, clock=clock, max_file=2_000)
        places = [archive.keep(page(f"p{n}", body=random.Random(n).randbytes(900))) for n in range(4)]
        assert [archive.load(where).url for where in places] == [f"https://news.example/p{n}" for n in range(4)]
        archive.close()
    assert len(archive.files()) == 4
    assert [check.records for check in archive.check()] == [3, 3, 3, 3]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_torn_tail_is_told_and_loses_only_itself(
    archive: WarcArchive,
    clock: HandClock,
    share: float,
    caplog: pytest.LogCaptureFixture,
    request: pytest.FixtureRequest,
) -> None:
    places = [archive.keep(page(f"p{n}", body=random.Random(n).randbytes(500))) for n in range(5)]
    archive.close()
    (path,) = archive.files()
    last = int(places[-1].partition("#")[2])
    cut = last + max(1, int((path.stat().st_size - last) * share))
    path.write_bytes(path.read_bytes()[:cut])
    with caplog.at_level(logging.WARNING):
        request.addfinalizer((again := open_archive(archive.folder, clock=clock)).close)
    assert "5 whole records, then a torn one" in caplog.text
    assert [again.load(where).url[-2:] for where in places[:-1]] == ["p0", "p1", "p2", "p3"]
    with pytest.raises(ReadError, match="torn"):
        again.load(places[-1])
    later = again.keep(page("later"))
    assert again.load(later).url == "https://news.example/later"
    assert [check.torn for check in again.check()] == [True, False]


def test_three_hundred_cuts_are_told_and_lose_no_complete_page(archive: WarcArchive) -> None:
    places = [archive.keep(page(f"p{n}", body=random.Random(n).randbytes(400))) for n in range(20)]
    archive.close()
    (path,) = archive.files()
    whole = path.read_bytes()
    starts = [int(where.partition("#")[2]) for where in places]
    ends = [*starts[1:], len(whole)]
    for cut in random.Random(5).sample(range(1, len(whole)), 300):
        path.write_bytes(whole[:cut])
        check = check_file(path)
        complete = [where for where, end in zip(places, ends, strict=True) if end <= cut]
        assert check.torn == (cut not in (starts[0], *ends))
        assert check.records == len(complete) + (cut >= starts[0])
        assert [archive.load(where).url for where in complete] == [
            f"https://news.example/p{n}" for n in range(len(complete))
        ]
        for where in places[len(complete) :]:
            with pytest.raises(ReadError):
                archive.load(where)


def test_what_was_checked_is_not_read_again_until_it_changes(archive: WarcArchive, clock: HandClock) -> None:
    archive.keep(page("a"))
    archive.close()
    (path,) = archive.files()
    assert [check.torn for check in archive.check()] == [False]
    bent = bytearray(path.read_bytes())
    bent[-30] ^= 0xFF
    path.write_bytes(bent)
    assert [check.torn for check in archive.check()] == [False]
    assert [check.torn for check in archive.check(again=True)] == [True]


def test_a_bent_record_is_never_handed_out(archive: WarcArchive) -> None:
    where = archive.keep(page("a", body=random.Random(1).randbytes(2000)))
    archive.close()
    (path,) = archive.files()
    whole = path.read_bytes()
    start = int(where.partition("#")[2])
    for place in random.Random(2).sample(range(start, len(whole)), 60):
        bent = bytearray(whole)
        bent[place] ^= 0x55
        path.write_bytes(bent)
        try:
            assert archive.load(where).body == random.Random(1).randbytes(2000)  # a byte of gzip's own head
        except ReadError:
            continue


def test_erasing_leaves_the_others_in_place(archive: WarcArchive) -> None:
    places = [archive.keep(page(f"p{n}", body=b"secret%d" % n * 200)) for n in range(3)]
    assert archive.erase(places[1])
    assert not archive.erase("nothing.warc.gz#7")
    assert not archive.erase("../x#1")
    with pytest.raises(ReadError, match="erased"):
        archive.load(places[1])
    assert [archive.load(where).url[-2:] for where in (places[0], places[2])] == ["p0", "p2"]
    (path,) = archive.files()
    assert b"secret1" not in gzip.decompress(path.read_bytes())
    assert not check_file(path).torn
    assert archive.load(archive.keep(page("p3"))).url.endswith("p3")


@pytest.mark.parametrize("where", ["", "x", "../../etc/passwd#0", "a.warc.gz", "a.warc.gz#x", "gone.warc.gz#12"])
def test_a_wrong_place_is_told(archive: WarcArchive, where: str) -> None:
    with pytest.raises(ReadError):
        archive.load(where)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be made .*name another in storage\.archive"):
        open_archive(tmp_path / "file" / "archive", clock=clock)


def test_a_full_disk_leaves_no_half_page(archive: WarcArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    first = archive.keep(page("a"))
    with monkeypatch.context() as patch:
        patch.setattr("storage.archive.os.fsync", _full)
        with pytest.raises(StoreUnavailable, match="free some space and the work goes on"):
            archive.keep(page("b"))
    after = archive.keep(page("c"))
    assert [archive.load(where).url[-1] for where in (first, after)] == ["a", "c"]
    archive.close()
    assert [(check.torn, check.records) for check in archive.check()] == [(False, 2), (False, 2)]


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_pages_written_together_are_found_one_by_one_and_files_are_begun_as_if_they_came_singly(
    tmp_path: Path, clock: HandClock
) -> None:
    pages = [page(f"p{n}", body=random.Random(n).randbytes(900)) for n in range(5)]
    made: list[list[str]] = []
    for name in ("singly", "together"):
        archive = open_archive(tmp_path / name, clock=clock, max_file=2_000)
        places = [archive.keep(one) for one in pages] if name == "singly" else archive.keep_many(pages)
        assert [archive.load(place).body for place in places] == [one.body for one in pages]
        made.append([place.partition("#")[0][-12:] for place in places])
        archive.close()
    assert made[0] == made[1]
    assert len(set(made[0])) > 1
