"""Old pages go, texts and the pages behind accepted figures stay."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.items import Verdict
from storage.archive import WarcArchive, open_archive
from storage.retention import Retained, retain
from storage.store import SqlStore
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import NOW, HandClock


def fill(store: SqlStore, folder: Path, clock: HandClock, month: int) -> None:
    """One file with three pages; the figure of the first is accepted."""
    with closing(open_archive(folder, clock=clock)) as archive:
        for name in (f"{month}a", f"{month}b", f"{month}c"):
            one = figure(str(month * 1000 + ord(name[-1])))
            read = reading(f"{name}的文章", one)
            where = archive.keep(page(name, body=os.urandom(1000)))
            store.take_in(page(name, archived=where), read, stored(read, judged(one)))
        first = next(flag for flag in store.flags.find() if flag.article.url.endswith(f"/{month}a"))
        store.flags.decide(first.id, Verdict("accept", by="ann"))
        written = (NOW - timedelta(days=30 * month)).timestamp()
        os.utime(archive.files()[-1], (written, written))
    clock.advance(seconds=1)  # the next file has another name


@pytest.fixture
def filled(store: SqlStore, archive: WarcArchive, clock: HandClock) -> SqlStore:
    for month in (3, 2, 1):
        fill(store, archive.folder, clock, month)
    return store


def places(store: SqlStore) -> dict[str, str | None]:
    return {row.url.rpartition("/")[2]: row.archived for row in store.articles.find()}


def test_age_takes_what_nobody_accepted(filled: SqlStore, archive: WarcArchive) -> None:
    before = {name: archive.load(where).body for name, where in places(filled).items()}
    done = retain(filled, archive, max_age=timedelta(days=45))
    assert (done.files, done.pages_kept, len(archive.files())) == (2, 2, 2)
    after = places(filled)
    assert {name for name, where in after.items() if where is None} == {"2b", "2c", "3b", "3c"}
    assert {name: archive.load(where).body for name, where in after.items() if where} == {
        name: before[name] for name in ("1a", "1b", "1c", "2a", "3a")
    }
    detail = filled.articles.get(next(row.id for row in filled.articles.find() if row.url.endswith("3b")))
    assert (detail.text, detail.revisions[0].archived) == ("3b的文章", None)
    assert not any(check.torn for check in archive.check())


def test_a_page_behind_what_was_merged_into_an_accepted_figure_stays(filled: SqlStore, archive: WarcArchive) -> None:
    flags = {flag.article.url.rpartition("/")[2]: flag.id for flag in filled.flags.find() if flag.article}
    filled.flags.decide(flags["3b"], Verdict("merge", by="ann", into=flags["3a"]))
    done = retain(filled, archive, max_age=timedelta(days=75))
    assert (done.files, done.pages_kept) == (1, 2)
    assert {name for name, where in places(filled).items() if where is None} == {"3c"}


def test_size_takes_the_oldest_first(filled: SqlStore, archive: WarcArchive) -> None:
    total = sum(path.stat().st_size for path in archive.files())
    done = retain(filled, archive, max_bytes=int(total * 0.9))
    assert done.files == 1
    assert {name for name, where in places(filled).items() if where is None} == {"3b", "3c"}
    assert sum(path.stat().st_size for path in archive.files()) <= total - done.bytes + 500


def test_without_limits_nothing_goes(filled: SqlStore, archive: WarcArchive) -> None:
    assert retain(filled, archive) == Retained(0, 0, 0)


def test_a_page_that_cannot_be_moved_keeps_its_file(filled: SqlStore, archive: WarcArchive) -> None:
    oldest = archive.files()[0]
    when = oldest.stat().st_mtime
    oldest.write_bytes(oldest.read_bytes()[:700])
    os.utime(oldest, (when, when))
    assert retain(filled, archive, max_age=timedelta(days=75)) == Retained(0, 0, 0, (oldest.name,))
    assert oldest.exists()
    assert all(places(filled).values())
