"""What the store keeps of articles, the same on every database."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crawler.errors import StoreError
from crawler.items import Known, Neighbour, Outcome, Signal
from storage.looks import PER_SOURCE
from storage.store import SqlStore
from storage.tables import articles
from tests.storage.building import Judging, figure, fingerprint, page, reading, stored
from tests.storage.conftest import NOW, HandClock


def take(store: SqlStore, name: str, text: str, **changes: object) -> str:
    read = reading(text, **changes)
    store.take_in(page(name), read, stored(read))
    return _id(store, name)


def _id(store: SqlStore, name: str) -> str:
    return next(row.id for row in store.articles.find(limit=None) if row.url.endswith(f"/{name}"))


def test_an_article_comes_back_as_it_was_read(store: SqlStore) -> None:
    one = figure(investors=("Softbank", "阿里巴巴"), approximate=True, scope="医疗", status="planned", why=("因为",))
    read = reading("商汤获6亿美元融资。", one, author="王一", origin="晚点", truncated=True)
    store.take_in(page("a", archived="x.warc.gz#7"), read, stored(read))
    detail = store.articles.get(_id(store, "a"))
    assert detail is not None
    assert detail.text == read.article.text
    assert detail.figures == (one,)
    assert detail.to_json() | {"id": "", "story": "", "figures": []} == {
        "id": "",
        "url": "https://news.example/a",
        "title": read.article.title,
        "outlet": "Example Daily",
        "source": "example",
        "published": "2026-11-23",
        "fetched": "2026-11-24T07:59:00+00:00",
        "language": "zh-Hans",
        "companies": ["sensetime"],
        "story": "",
        "copy_of": None,
        "revision": 1,
        "text": "商汤获6亿美元融资。",
        "figures": [],
        "copies": [],
        "revisions": [
            {
                "number": 1,
                "fetched": "2026-11-24T07:59:00+00:00",
                "title": read.article.title,
                "text": "商汤获6亿美元融资。",
                "page": "x.warc.gz#7",
            }
        ],
        "page": "x.warc.gz#7",
    }


def test_every_address_of_a_page_is_seen(store: SqlStore) -> None:
    read = reading()
    moved = replace(page("old"), final_url="https://news.example/new?utm_source=feed")
    store.take_in(moved, read, stored(read))
    asked = {"https://news.example/old", "https://news.example/new", "https://news.example/other"}
    assert store.unseen(asked) == {"https://news.example/other"}
    store.remember("example", ["https://news.example/other"])
    assert store.unseen(asked) == set()


def test_a_page_that_cannot_be_read_is_tried_three_times(store: SqlStore, clock: HandClock) -> None:
    url = "https://news.example/broken"
    read = reading(error="not HTML")
    waits = []
    for _ in range(3):
        store.take_in(page("broken"), read, stored(read, end="failed"))
        assert store.unseen([url]) == set()
        clock.advance(hours=1)
        waits.append(bool(store.unseen([url])))
        clock.advance(hours=10)
    assert waits == [True, False, False]
    assert store.unseen([url]) == set()
    assert store.articles.find() == []


def test_the_judge_is_told_of_the_address_the_text_and_the_figures(store: SqlStore) -> None:
    first = reading("甲" * 50, figure())
    store.take_in(page("a"), first, stored(first))
    near = replace(fingerprint("乙" * 50), bands=(*fingerprint("乙" * 50).bands[1:], first.fingerprint.bands[0]))
    told: list[list[str]] = []

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        told.append([one.url for one in neighbours])
        return Outcome("irrelevant", first)

    for name, read in (
        ("a", reading("丙")),
        ("b", reading("丁", fingerprint=near)),
        ("c", reading("戊", figure())),
        ("d", reading("己", figure("1"))),
    ):
        store.take_in(page(name), read, judge)
    assert told == [["https://news.example/a"]] * 3 + [[]]


def test_a_neighbour_tells_its_present_revision(store: SqlStore) -> None:
    first, second = reading("旧文", figure()), reading("新文", figure("700000000"))
    store.take_in(page("a"), first, stored(first))
    id = _id(store, "a")
    store.take_in(page("a"), second, stored(second, end="revised", revises=id))
    seen: list[Neighbour] = []

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        seen.extend(neighbours)
        return Outcome("known", second, revises=id)

    store.take_in(page("a"), second, judge)
    assert seen == [
        Neighbour(
            id=id,
            url="https://news.example/a",
            story=seen[0].story,
            title=second.article.title,
            fingerprint=second.fingerprint,
            published=date(2026, 11, 23),
            companies=("sensetime",),
            figures=second.figures,
        )
    ]


def test_an_edit_keeps_both_texts(store: SqlStore) -> None:
    first, second = reading("裁员30%", figure()), reading("裁员15%", figure("5"))
    store.take_in(page("a"), first, stored(first))
    id = _id(store, "a")
    store.take_in(page("a"), second, stored(second, end="revised", revises=id))
    detail = store.articles.get(id)
    assert detail is not None
    assert [one.text for one in detail.revisions] == ["裁员30%", "裁员15%"]
    assert (detail.text, detail.row.revision, detail.figures) == ("裁员15%", 2, second.figures)
    assert store.articles.find(search="裁员30") == []
    assert [row.id for row in store.articles.find(search="裁员15")] == [id]


def test_a_copy_joins_the_story_and_speaks_with_its_original(store: SqlStore) -> None:
    read = reading("商汤融资" * 20, outlet="Original")
    store.take_in(page("a"), read, stored(read))
    original = _id(store, "a")
    for name in ("b", "c"):
        copy = reading("商汤融资" * 20, outlet=f"Copier {name}")
        last = _id(store, "b") if name == "c" else original  # a copy of a copy is one of the original
        store.take_in(page(name), copy, stored(copy, end="copy", copy_of=last))
    other = reading("商汤也融资", outlet="Rewriter", published=date(2026, 11, 22))
    story = store.articles.get(original).row.story
    store.take_in(page("d"), other, stored(other, story=story))
    assert {row.copy_of for row in store.articles.find() if row.url[-1] in "bc"} == {original}
    told = store.stories.find()
    assert len(told) == 1
    assert (told[0].independent, len(told[0].articles), told[0].companies) == (2, 4, ("sensetime",))
    assert (told[0].first_published, told[0].title, told[0].origin) == (
        date(2026, 11, 22),
        other.article.title,
        "Rewriter",
    )
    assert set(store.articles.get(original).copies) == {_id(store, "b"), _id(store, "c")}


def test_an_article_that_cites_an_outlet_counts_with_it(store: SqlStore) -> None:
    first = reading("一", outlet="彭博社")
    store.take_in(page("a"), first, stored(first))
    story = store.stories.find()[0].id
    for name, origin in (("b", "Bloomberg"), ("c", "彭博")):
        cites = reading(name, outlet=f"Outlet {name}", origin=origin)
        store.take_in(page(name), cites, stored(cites, story=story))
    assert store.stories.find()[0].independent == 1


def test_articles_are_found_by_company_source_and_day(store: SqlStore) -> None:
    for day in (20, 21, 22):
        take(store, f"d{day}", f"第{day}日", published=date(2026, 11, day))
    take(store, "moment", "时刻", published=datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    take(store, "other", "别家", companies=())
    urls = lambda **asked: [row.url.rpartition("/")[2] for row in store.articles.find(**asked)]  # noqa: E731
    assert urls(company="sensetime") == ["d22", "moment", "d21", "d20"]
    assert urls(company="sensetime", since=date(2026, 11, 21), until=date(2026, 11, 21)) == ["moment", "d21"]
    assert urls(source="example", limit=1) == ["other"]
    assert urls(source="nobody") == []


def test_what_no_database_can_hold_is_replaced_by_as_much(store: SqlStore) -> None:
    id = take(store, "a", "头\x00中\ud800尾", title="\x00")
    detail = store.articles.get(id)
    assert (detail.text, detail.row.title) == ("头\ufffd中\ufffd尾", "\ufffd")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), title=st.none() | st.text(max_size=40))
def test_any_text_is_kept(store: SqlStore, text: str, title: str | None) -> None:
    name = f"p{abs(hash((text, title)))}"
    read = reading(text, title=title, fingerprint=None)
    store.take_in(page(name), read, stored(read))
    detail = store.articles.get(_id(store, name))
    assert len(detail.text) == len(text)
    assert [a for a, b in zip(detail.text, text, strict=True) if a != b] == ["\ufffd"] * sum(
        char == "\0" or "\ud800" <= char <= "\udfff" for char in text
    )


def test_an_article_is_looked_at_again_after_a_fifth_of_its_age(store: SqlStore, clock: HandClock) -> None:
    id = take(store, "a", "新", published=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    assert store.articles.look_again(NOW, 10) == []
    clock.advance(minutes=61)
    assert [look.article for look in store.articles.look_again(clock.now(), 10)] == [id]
    store.articles.looked(id)
    assert store.articles.look_again(clock.now(), 10) == []
    clock.advance(days=2)
    assert not store.articles.missed(id)
    assert store.articles.get(id).row.gone_at is None
    assert store.articles.look_again(clock.now(), 10) == []
    clock.advance(hours=6)
    assert [look.article for look in store.articles.look_again(clock.now(), 10)] == [id]
    assert store.articles.missed(id)
    clock.advance(days=5)
    assert store.articles.look_again(clock.now(), 10) == []
    assert store.articles.get(id).row.gone_at is not None
    take(store, "b", "老", published=date(2026, 1, 1))
    clock.advance(days=300)
    assert store.articles.look_again(clock.now(), 10) == []


def test_a_page_that_is_there_again_was_not_taken_down(store: SqlStore, clock: HandClock) -> None:
    id = take(store, "a", "新", published=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    for _ in range(3):
        clock.advance(hours=8)
        assert not store.articles.missed(id)
        clock.advance(hours=8)
        store.articles.looked(id, etag='"2"')
    assert store.articles.get(id).row.gone_at is None
    clock.advance(days=3)
    [look] = store.articles.look_again(clock.now(), 10)
    assert (look.etag, look.last_modified) == ('"2"', None)


def test_one_that_was_taken_down_and_is_back_is_looked_at_again(store: SqlStore, clock: HandClock) -> None:
    published = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    id = take(store, "a", "新", published=published)
    for _ in range(2):
        clock.advance(hours=8)
        store.articles.missed(id)
    assert store.articles.get(id).row.gone_at is not None
    read = reading("新", figure(), published=published)
    store.take_in(page("a"), read, stored(read, end="known", revises=id))
    assert store.articles.get(id).row.gone_at is None
    clock.advance(days=3)
    assert [look.article for look in store.articles.look_again(clock.now(), 10)] == [id]


def test_one_source_does_not_take_all_looks(store: SqlStore, clock: HandClock) -> None:
    for number in range(PER_SOURCE + 5):
        take(store, f"a{number}", f"新{number}", published=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    clock.advance(days=1)
    assert len(store.articles.look_again(clock.now(), 1000)) == PER_SOURCE


def test_a_broken_id_is_told(store: SqlStore) -> None:
    assert store.articles.get("999") is None
    with pytest.raises(StoreError, match="no id of an article"):
        store.articles.get("x1")


def test_two_writers_never_decide_on_the_same_old_state(store: SqlStore) -> None:
    """The same text comes in from eight threads at once: one is the original, the others its copies."""

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        if neighbours:
            first = neighbours[0]
            return Outcome("copy", read, copy_of=first.copy_of or first.id, story=first.story)
        return Outcome("stored", read)

    read = reading("同一篇稿件" * 30)
    threads = [threading.Thread(target=store.take_in, args=(page(f"t{n}"), read, judge)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = store.articles.find()
    assert len(rows) == 8
    assert sum(row.copy_of is None for row in rows) == 1
    assert len(store.stories.find()) == 1


@pytest.mark.parametrize("order", list(itertools.permutations("abc")), ids="".join)
def test_the_order_in_which_copies_come_leaves_no_trace(store: SqlStore, order: tuple[str, ...]) -> None:
    read = {
        "a": reading("同一篇" * 30, outlet="Portal", published=date(2026, 11, 21)),
        "b": reading("同一篇" * 30, outlet="Wire", published=date(2026, 11, 20)),
        "c": reading("同一篇" * 30, outlet="Blog", origin="新华社", published=None),
    }

    def judge(name: str) -> Judging:
        def decide(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
            if not neighbours:
                return Outcome("stored", read[name])
            first = neighbours[0]
            return Outcome("copy", read[name], copy_of=first.copy_of or first.id, story=first.story)

        return decide

    for name in order:
        store.take_in(page(name), read[name], judge(name))
    ids = {name: _id(store, name) for name in "abc"}
    assert {row.url[-1]: row.copy_of for row in store.articles.find()} == {"a": ids["b"], "b": None, "c": ids["b"]}
    story = store.stories.find()[0]
    assert (story.first_published, story.title, story.independent) == (date(2026, 11, 20), read["b"].article.title, 1)
    with store.database.read() as connection:
        assert set(connection.execute(select(articles.c.voice)).scalars()) == {"xinhua"}


def test_of_some_articles_only_those_that_are_due_are_looked_at(store: SqlStore, clock: HandClock) -> None:
    ids = [take(store, name, f"新{name}", published=datetime(2026, 11, 24, 4, 0, tzinfo=UTC)) for name in "abc"]
    assert store.articles.look_again(NOW, 10, among=ids) == []
    clock.advance(hours=2)
    store.articles.looked(ids[1])
    assert [look.article for look in store.articles.look_again(clock.now(), 10, among=ids[1:])] == [ids[2]]
    assert store.articles.look_again(clock.now(), 10, among=[]) == []
