"""What a letter holds for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from scheduler.digest.choose import Edition, Wishes, choose
from storage.rows import RunRow
from tests.scheduler.builders import EARLIER, NOW, article, figure, flag, source, story

YESTERDAY = NOW - timedelta(days=1)


def edition(wishes: Wishes | None = None, **found: Any) -> Edition:
    given: dict[str, Any] = {"flags": (), "stories": (), "sources": (), "runs": ()} | found
    return choose(wishes or Wishes(), key="2026-11-24", since=given.pop("since", YESTERDAY), until=NOW, **given)


def test_waiting_flags_since_the_last_letter_come_once() -> None:
    old = flag(id="0", created_at=YESTERDAY)
    later = flag(id="9", created_at=NOW + timedelta(seconds=1))
    assert [f.id for _, group in edition(flags=[old, flag(), later]).flags for f in group] == ["1"]


def test_the_first_letter_covers_everything() -> None:
    assert edition(flags=[flag(created_at=YESTERDAY - timedelta(days=90))], since=None).flag_count == 1


def test_flags_are_grouped_by_company_with_the_weightiest_first() -> None:
    found = [
        flag(id="1", reports=1),
        flag(id="2", reports=5),
        flag(id="3", company="megvii"),
        flag(id="4", reason="denied"),
        flag(id="5", reason="signal", figure=None, signal="started", topic="layoffs"),
    ]
    groups = edition(flags=found).flags
    assert [(company, [f.id for f in group]) for company, group in groups] == [
        ("sensetime", ["5", "4", "2", "1"]),
        ("megvii", ["3"]),
    ]


def test_companies_and_outlets_are_as_wished() -> None:
    assert not edition(Wishes(companies=("yitu",)), flags=[flag()], stories=[(story(), [article()])]).flags
    shown = edition(Wishes(exclude_outlets=("晨报",)), flags=[flag()], stories=[(story(), [article()])])
    assert shown.empty


def test_kinds_are_as_wished_and_news_without_a_number_belongs_to_every_kind_of_its_topic() -> None:
    under_way = flag(id="2", reason="signal", figure=None, signal="started", topic="layoffs")
    taken_out = flag(id="3", reason="edited", figure=None, before=figure())
    money = flag(id="4", figure=figure(kind="raised", unit="USD"))
    done = flag(id="5", state="accepted", decided_at=EARLIER, figure=figure(kind="raised", unit="USD"))
    found = [flag(), under_way, taken_out, money, done]
    shown = edition(Wishes(kinds=("headcount",)), flags=found, stories=[(story(), [article()])])
    assert {f.id for _, group in shown.flags for f in group} == {"1", "2", "3"}
    assert not shown.decided and len(shown.stories) == 1
    assert [f.id for f in edition(Wishes(kinds=("raised", "valuation")), flags=found).decided] == ["5"]


def test_who_wants_figures_alone_gets_no_stories_and_no_take_downs() -> None:
    gone = article(gone_at=EARLIER)
    wishes = Wishes(flags_only=True)
    assert edition(wishes, stories=[(story(), [article()])], gone=[gone]).empty
    done = flag(state="accepted", decided_at=EARLIER)
    shown = edition(wishes, flags=[flag(), done], sources=[source(health="failing")], stories=[(story(), [article()])])
    assert shown.flag_count == len(shown.decided) == len(shown.unwell) == 1


def test_what_was_decided_meanwhile_is_told() -> None:
    done = flag(state="accepted", decided_by="li", decided_at=EARLIER, created_at=YESTERDAY)
    shown = edition(flags=[done, flag(id="2", state="accepted", decided_at=YESTERDAY)])
    assert [f.id for f in shown.decided] == ["1"]
    assert not shown.flags


def test_a_story_is_told_once_with_its_copies_folded() -> None:
    copy = article(id="12", copy_of="11", outlet="晚报")
    shown = edition(stories=[(story("11", "12"), [copy, article()])])
    assert [(news.article.id, news.folded) for news in shown.stories] == [("11", 1)]
    read_before = article(fetched=YESTERDAY)
    assert not edition(stories=[(story("11", "12"), [read_before, copy])]).stories


def test_stories_with_more_independent_outlets_come_first() -> None:
    small, large = (story(id="5"), [article()]), (story(id="6", independent=4), [article(id="13", story="6")])
    assert [news.story.id for news in edition(stories=[small, large]).stories] == ["6", "5"]


def test_what_was_not_seen_is_told_but_is_no_news() -> None:
    missed = RunRow("1", "digest", "missed", EARLIER, due=EARLIER)
    failed = RunRow("2", "crawl", "failed", YESTERDAY, finished=EARLIER)
    shown = edition(sources=[source(health="failing"), source(), source(health="never")], runs=[missed, failed])
    assert len(shown.unwell) == 1 and shown.missed == (missed,) and shown.failed == (failed,)
    assert shown.empty


def test_what_was_found_missed_after_the_last_letter_is_told_though_it_was_due_before_it() -> None:
    gap = RunRow("1", "daemon", "missed", EARLIER, due=YESTERDAY - timedelta(seconds=30))
    told_before = RunRow("2", "daemon", "missed", YESTERDAY, due=YESTERDAY - timedelta(hours=5))
    assert edition(runs=[gap, told_before]).missed == (gap,)
