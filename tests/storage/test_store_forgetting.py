"""What is forgotten is gone, byte by byte, wherever a sentence of it may have got to."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.errors import NotThere, StoreError
from crawler.items import Known, Lead, Verdict
from storage.archive import WarcArchive, open_archive
from storage.forgetting import Forgotten, forget
from storage.store import SqlStore, open_store
from storage.tables import events, flags
from storage.terms import terms_of
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import NOW, HandClock
from tests.storage.test_store_handing_on import fill

SECRET = "独特的秘密句子绝无仅有"
OUTLET = "秘报独家社"


def take_secret(store: SqlStore, archive: WarcArchive) -> str:
    """An article with two texts, whose figure a person accepted; gives its id."""
    one = figure(quote=SECRET)
    read = reading(SECRET * 40, one, title=SECRET, outlet=OUTLET)
    lead = Lead("example", "https://news.example/secret", title=SECRET)
    asked = page("secret", body=SECRET.encode(), outlet=OUTLET, lead=lead)
    store.take_in(replace(asked, archived=archive.keep(asked)), read, stored(read, judged(one)))
    id = store.articles.find()[0].id
    edited = reading(SECRET * 41, one, title=SECRET, outlet=OUTLET)
    later = page("secret", body=SECRET.encode() * 2, outlet=OUTLET, fetched=NOW + timedelta(hours=1))
    store.take_in(replace(later, archived=archive.keep(later)), edited, stored(edited, end="revised", revises=id))
    store.flags.decide(store.flags.find()[0].id, Verdict("accept", by="ann"))
    return id


def known(store: SqlStore) -> Known:
    return next(entry for entry in store.ledger.find() if any(report.outlet == OUTLET for report in entry.reports))


def contradict(store: SqlStore, name: str = "other") -> None:
    """Another article, flagged since it says otherwise than the secret one."""
    other = figure("700000000", quote="别家说七亿")
    read = reading("别家说七亿", other, outlet="Other Times")
    store.take_in(page(name), read, stored(read, judged(other, "contradicts", against=(known(store).id,))))


def on_disk(folder: Path) -> bytes:
    """All bytes of a folder, those of the archive unpacked as far as they can be."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            found += unpacked(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return found


def unpacked(packed: bytes) -> bytes:
    found = b""
    while packed:
        inflate = zlib.decompressobj(wbits=31)
        try:
            found += inflate.decompress(packed)
        except zlib.error:
            return found + packed
        packed = inflate.unused_data
    return found


def assert_gone(folder: Path, database: Path) -> None:
    """No byte tells of the secret: not in the tables, the log, the index or the archive."""
    left = on_disk(folder)
    assert SECRET.encode() not in left
    assert OUTLET.encode() not in left
    assert json.dumps(SECRET)[1:-1].encode() not in left
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, search_index, 'row')")
        held = {term for (term,) in connection.execute("SELECT term FROM temp.held")}
    assert held
    assert not held & set(terms_of(SECRET))


def test_forgetting_an_article_leaves_no_trace_of_it(store: SqlStore, archive: WarcArchive, tmp_path: Path) -> None:
    fill(store, archive)
    id = take_secret(store, archive)
    contradict(store)
    assert store.articles.find(search=SECRET) != []
    sent, _, doubtful = (store.outbox.add(who, "e", f"<{who}@x>", SECRET.encode(), subject=SECRET) for who in "abc")
    alert = store.outbox.add("hook", "e", "msg_1", SECRET.encode(), kind="alert", subject=SECRET)
    for letter in (sent, doubtful):
        store.outbox.claim(letter)
    store.outbox.mark(sent, "sent")
    if store.database.path is not None:
        assert SECRET.encode() in on_disk(tmp_path)
    done = forget(store, archive, id, by="ann")
    assert (done.articles, done.pages, done.letters) == (1, 2, 1)
    assert "backups" in done.left[-1]
    assert [told.split()[1] for told in done.left[:-1]] == [doubtful, alert]
    assert store.articles.find(search=SECRET) == []
    assert [row.url.rpartition("/")[2] for row in store.articles.find()] == ["other", "b", "a"]
    assert store.unseen(["https://news.example/secret"]) == set()
    assert {row.id: row.state for row in store.outbox.list()} == {sent: "sent", doubtful: "failed", alert: "failed"}
    if store.database.path is not None:
        store.outbox.resolve(doubtful, "sent")
        assert_gone(tmp_path, store.database.path)
    with pytest.raises(NotThere, match="nothing is stored"):
        forget(store, archive, id)


def test_a_flag_keeps_what_it_was_held_against_but_not_who_said_so(store: SqlStore, archive: WarcArchive) -> None:
    id = take_secret(store, archive)
    contradict(store)
    forget(store, archive, id)
    [flag] = store.flags.find()
    assert flag.article is not None and flag.article.outlet == "Other Times"
    assert [(entry.low, entry.reports) for entry in flag.known] == [(600_000_000, ())]


def test_the_event_of_a_figure_that_goes_goes_along(store: SqlStore, archive: WarcArchive) -> None:
    id = take_secret(store, archive)
    event = int(known(store).event)
    forget(store, archive, id)
    with store.database.read() as connection:
        assert connection.execute(select(events.c.id).where(events.c.id == event)).all() == []
        assert connection.execute(select(flags.c.id)).all() == []


def test_pages_that_no_article_refers_to_are_erased_too(
    sqlite_store: SqlStore, archive: WarcArchive, clock: HandClock, tmp_path: Path
) -> None:
    fill(sqlite_store)
    id = take_secret(sqlite_store, archive)
    archive.keep(
        page("secret", body=SECRET.encode() * 3, url="https://news.example/secret?utm_source=x")
    )  # a kill came
    kept = archive.keep(page("kept"))
    archive.close()
    clock.advance(seconds=1)
    with closing(open_archive(archive.folder, clock=clock)) as killed:
        place = killed.keep(page("secret", body=SECRET.encode() + bytes(range(256)) * 30))
    torn = archive.folder / place.partition("#")[0]
    torn.write_bytes(torn.read_bytes()[:-20])
    done = forget(sqlite_store, archive, id)
    assert done.pages == 4
    assert_gone(tmp_path, sqlite_store.database.path)
    assert archive.load(kept).url == "https://news.example/kept"
    assert not any(check.torn for check in archive.check(again=True))


def test_a_broken_off_forgetting_can_be_called_again(
    store: SqlStore, archive: WarcArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = take_secret(store, archive)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("storage.forgetting.cut_letters", _interrupted)
        forget(store, archive, id)
    assert store.articles.get(id) is not None
    assert forget(store, archive, id).articles == 1


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_log_that_a_reader_holds_is_told(sqlite_store: SqlStore, archive: WarcArchive, clock: HandClock) -> None:
    id = take_secret(sqlite_store, archive)
    address = str(sqlite_store.database.url)
    with (
        closing(sqlite3.connect(sqlite_store.database.path, isolation_level=None)) as other,
        closing(open_store(address, clock=clock, busy_seconds=0.01)) as store,
    ):
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM articles").fetchone()
        done = forget(store, archive, id)
    assert any("log" in told for told in done.left)


@pytest.mark.parametrize("followed", [False, True])
def test_a_waiting_letter_is_written_anew_unless_another_followed_it(
    store: SqlStore, archive: WarcArchive, followed: bool
) -> None:
    id = take_secret(store, archive)
    first = store.outbox.add("a", "1", "<1@x>", SECRET.encode(), covers_until=NOW)
    if followed:
        second = store.outbox.add("a", "2", "<2@x>", b"second", covers_until=NOW)
        store.outbox.claim(second)
        store.outbox.mark(second, "sent")
    done = forget(store, archive, id)
    assert done.letters == (0 if followed else 1)
    row = store.outbox.get(first)
    assert (row is not None) == followed
    if row is not None:
        assert (row.state, row.message) == ("failed", b"")
        assert "erased" in (row.error or "")
        with pytest.raises(StoreError, match=r"cannot go out again.*sent` settles it"):
            store.outbox.resolve(first, "resend")


def test_a_letter_erased_while_it_is_handed_over_does_not_wait_again(store: SqlStore, archive: WarcArchive) -> None:
    id = take_secret(store, archive)
    letter = store.outbox.add("a", "1", "<1@x>", SECRET.encode())
    store.outbox.claim(letter)
    forget(store, archive, id)
    store.outbox.mark(letter, "waiting", "451 come again", next_try=NOW)
    assert [row.state for row in store.outbox.list()] == ["failed"]


def test_letters_of_before_the_article_stay(store: SqlStore, archive: WarcArchive, clock: HandClock) -> None:
    old = store.outbox.add("a", "1", "<1@x>", b"old")
    clock.advance(minutes=1)
    asked = page("later", fetched=clock.now())
    read = reading(SECRET)
    store.take_in(asked, read, stored(read))
    assert forget(store, archive, store.articles.find()[0].id).letters == 0
    assert store.outbox.get(old).message == b"old"


def test_forgetting_a_host_takes_all_its_articles_and_no_other(store: SqlStore) -> None:
    fill(store)
    for host in ("other.example", "notnews.example", "news.example.org"):
        read = reading(host)
        store.take_in(
            page(url=f"https://{host}/x?news.example", final_url=f"https://{host}/x?news.example"), read, stored(read)
        )
    entry = store.flags.find()[0].known_id
    done: Forgotten = forget(store, None, "https://News.example/")
    assert done.articles == 2
    assert len(store.articles.find()) == len(store.stories.find()) == 3
    assert store.ledger.get(entry) is None


def test_no_host_at_all_is_no_word_for_what_came_by_hand(store: SqlStore) -> None:
    read = reading("手工收录的文章。")
    store.take_in(page(url="urn:sha256:7052", final_url="urn:sha256:7052", lead=None), read, stored(read))
    for what in ("/", "https://", ""):
        with pytest.raises(NotThere, match="nothing is stored"):
            forget(store, None, what)
    assert len(store.articles.find()) == 1


def test_a_known_figure_outlives_one_of_its_reports(store: SqlStore) -> None:
    fill(store)
    flag = store.flags.find()[0]
    forget(store, None, flag.article.id)
    left = store.ledger.get(flag.known_id)
    assert [report.url[-1] for report in left.reports] == ["b"]
    assert store.ledger.quotes([left.id]) == {}


def test_the_copies_of_a_forgotten_article_stay_copies_of_one_another(store: SqlStore) -> None:
    for place, name in enumerate("abc"):
        read = reading("同一篇" * 30, outlet=name, published=date(2026, 11, 20 + place))
        first = store.articles.find()[-1].id if place else None
        store.take_in(page(name), read, stored(read, end="copy" if first else "stored", copy_of=first))
    forget(store, None, store.articles.find()[-1].id)
    left = {row.url[-1]: row for row in store.articles.find()}
    assert {name: row.copy_of for name, row in left.items()} == {"b": None, "c": left["b"].id}
    assert store.stories.find()[0].origin == "b"
