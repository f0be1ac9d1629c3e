"""Where a reading ends: failed, known, revised, irrelevant, copy or stored; and what a first poll does not flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crawler.decide import decide
from crawler.items import Known, Lead, Neighbour, Outcome, Page, Reading, Signal
from crawler.rates import ecb_rates
from tests.crawler.decide.builders import NOW, PROSE, TODAY, figure, known, page, reading

RATES = ecb_rates()
URL = "https://news.example/1"
LEAD_30 = "商汤科技拟裁员30%，涉及多个业务线。"
LEAD_15 = "商汤科技拟裁员15%，涉及多个业务线。"
SHARE_30 = figure("30 percent", kind="laid_off_share", status="planned")
SHARE_15 = figure("15 percent", kind="laid_off_share", status="planned")


def stored(one: Reading, *, id: str = "a1", url: str = URL, copy_of: str | None = None) -> Neighbour:
    """The reading as the store would hold it."""
    assert one.fingerprint is not None
    return Neighbour(
        id, url, f"story-{id}", one.article.title, one.fingerprint, one.article.published, ("sensetime",), copy_of, one.figures
    )  # fmt: skip


def judge(
    one: Reading,
    where: Page | None = None,
    neighbours: Sequence[Neighbour] = (),
    ledger: Sequence[Known] = (),
    signals: Sequence[Signal] = (),
    baseline_before: datetime | None = None,
) -> Outcome:
    return decide(
        one, where or page(), neighbours, ledger, signals, rates=RATES, baseline_before=baseline_before, now=NOW
    )


def test_what_could_not_be_read_failed() -> None:
    assert judge(reading(error="https://news.example/1: the body is empty")).end == "failed"


def test_an_empty_text_failed() -> None:
    assert judge(reading("")).end == "failed"


def test_a_page_without_a_watched_company_is_irrelevant() -> None:
    outcome = judge(reading(companies=()))
    assert (outcome.end, outcome.judged) == ("irrelevant", ())


def test_a_page_seen_before_is_known() -> None:
    one = reading(figures=[figure("6e8 USD")])
    outcome = judge(one, neighbours=[stored(one)])
    assert (outcome.end, outcome.revises, outcome.story, outcome.judged) == ("known", "a1", "story-a1", ())


@pytest.mark.parametrize(
    "url",
    [URL + "?utm_source=feed", URL + "#top", "HTTPS://NEWS.example:443/1"],
    ids=["tracking", "fragment", "spelling"],
)
def test_another_spelling_of_the_address_is_the_same_page(url: str) -> None:
    one = reading()
    assert judge(one, page(url), [stored(one)]).end == "known"


def test_the_address_asked_for_counts_as_much_as_the_one_that_answered() -> None:
    one = reading()
    assert judge(one, page(URL, final_url="https://news.example/moved"), [stored(one)]).end == "known"


def test_a_retitled_page_of_the_same_text_is_known() -> None:
    one = reading(figures=[figure("6e8 USD")])
    again = reading(figures=[figure("6e8 USD")], title="商汤的消息 - 新闻网")
    assert judge(again, neighbours=[stored(one)]).end == "known"


def test_a_headline_with_another_number_is_a_revision() -> None:
    one = reading(figures=[SHARE_30], title="商汤裁员30%")
    again = reading(figures=[SHARE_15], title="商汤裁员15%")
    outcome = judge(again, neighbours=[stored(one)])
    assert (outcome.end, outcome.edits[0].before, outcome.edits[0].after) == ("revised", SHARE_30, SHARE_15)


def test_an_edited_number_is_flagged_once_as_an_edit() -> None:
    before, after = reading(LEAD_30 + PROSE, [SHARE_30]), reading(LEAD_15 + PROSE, [SHARE_15])
    entry = known("30 percent", kind="laid_off_share", status="planned", first=TODAY)
    outcome = judge(after, neighbours=[stored(before)], ledger=[entry])
    assert (outcome.end, outcome.revises, outcome.story) == ("revised", "a1", "story-a1")
    assert [(edit.before, edit.after) for edit in outcome.edits] == [(SHARE_30, SHARE_15)]
    assert [(one.relation, one.flag) for one in outcome.judged] == [("contradicts", False)]


def test_an_edit_of_words_alone_is_a_revision_without_edits() -> None:
    before, after = reading(LEAD_30 + PROSE, [SHARE_30]), reading(LEAD_30 + PROSE + "（编辑：小林）", [SHARE_30])
    outcome = judge(
        after, neighbours=[stored(before)], ledger=[known("30 percent", kind="laid_off_share", first=TODAY)]
    )
    assert (outcome.end, outcome.edits) == ("revised", ())
    assert not any(one.flag for one in outcome.judged)


def test_a_number_that_came_is_an_edit_where_the_ledger_does_not_hold_it() -> None:
    before, after = reading(PROSE), reading(LEAD_30 + PROSE, [SHARE_30])
    assert [edit.after for edit in judge(after, neighbours=[stored(before)]).edits] == [SHARE_30]
    entry = known("30 percent", kind="laid_off_share", status="planned")
    assert judge(after, neighbours=[stored(before)], ledger=[entry]).edits == ()


def test_a_number_that_went_is_an_edit() -> None:
    before, after = reading(LEAD_30 + PROSE, [SHARE_30]), reading("商汤科技拟裁员，涉及多个业务线。" + PROSE)
    assert [(edit.before, edit.after) for edit in judge(after, neighbours=[stored(before)]).edits] == [(SHARE_30, None)]


@pytest.mark.parametrize("more", [{"truncated": True}, {}], ids=["said to be cut off", "half of it gone"])
def test_a_page_cut_off_lost_no_number(more: dict[str, Any]) -> None:
    before = reading(LEAD_30 + PROSE * 2, [SHARE_30])
    after = reading(PROSE * 2 if more else PROSE[:60], **more)
    assert judge(after, neighbours=[stored(before)]).edits == ()


def test_a_copy_elsewhere_reports_and_flags_nothing() -> None:
    original = reading(LEAD_30 + PROSE, [SHARE_30])
    entry = known("30 percent", kind="laid_off_share", status="planned", first=TODAY)
    outcome = judge(original, page("https://copy.example/9"), [stored(original)], [entry])
    assert (outcome.end, outcome.copy_of, outcome.story) == ("copy", "a1", "story-a1")
    assert [(one.relation, one.same_as, one.flag) for one in outcome.judged] == [("repeats", "k1", False)]


def test_a_copy_of_a_copy_names_the_original() -> None:
    original = reading(LEAD_30 + PROSE, [SHARE_30])
    outcome = judge(original, page("https://copy.example/9"), [stored(original, id="a2", copy_of="a1")])
    assert outcome.copy_of == "a1"


def test_the_same_set_phrases_with_other_numbers_are_no_copy() -> None:
    older = reading(LEAD_30 + PROSE, [SHARE_30])
    newer = reading(LEAD_30 + PROSE, [replace(SHARE_30, low=Decimal(12), high=Decimal(12))])
    assert judge(newer, page("https://copy.example/9"), [stored(older)]).end == "stored"
    assert judge(reading(LEAD_30 + PROSE, []), page("https://copy.example/9"), [stored(older)]).end == "copy"


def test_a_copy_with_a_number_of_its_own_is_flagged_for_that() -> None:
    original = reading(LEAD_30 + PROSE, [SHARE_30])
    own = figure("300 people", kind="laid_off", status="reported")
    outcome = judge(
        reading(LEAD_30 + PROSE + "涉及约三百人。", [SHARE_30, own]), page("https://copy.example/9"), [stored(original)]
    )
    assert outcome.end == "copy"
    assert [one.figure for one in outcome.judged if one.flag] == [own]


def test_another_telling_of_the_same_news_joins_its_story() -> None:
    first = reading(LEAD_30 + PROSE, [SHARE_30])
    other = reading("知情者说，商汤即将裁掉三成员工，名单已经拟好。" * 3, [SHARE_30])
    assert judge(other, page("https://other.example/2"), [stored(first)]).story == "story-a1"
    late = reading("知情者说，商汤即将裁掉三成员工。" * 3, [SHARE_30], published=TODAY + timedelta(days=-30))
    assert judge(late, page("https://other.example/2"), [stored(first)]).story is None


@pytest.mark.parametrize(
    ("published", "older"),
    [
        (datetime(2026, 6, 1, tzinfo=UTC), True),
        (datetime(2026, 6, 25, tzinfo=UTC), False),
        (date(2026, 6, 22), True),
        (date(2026, 6, 23), False),
        (None, True),
    ],
    ids=["older", "younger", "older by day", "the day itself", "undated"],
)
def test_on_a_first_poll_the_old_is_learnt_and_not_flagged(published: Any, older: bool) -> None:
    signal = Signal("sensetime", "financing", "withdrawn", "", "text", 0, 0)
    one = reading(figures=[figure("6e8 USD")], signals=[signal], published=published)
    outcome = judge(one, baseline_before=datetime(2026, 6, 23, tzinfo=UTC))
    assert outcome.end == "stored"
    assert outcome.baseline is older
    assert [one.flag for one in outcome.judged] == [not older]
    assert [one.relation for one in outcome.judged] == ["new"]
    assert bool(outcome.signals) is not older


def test_a_lead_dates_an_article_that_does_not() -> None:
    lead = Lead("feed", URL, published=date(2020, 1, 1))
    one = reading(figures=[figure("6e8 USD")], published=None)
    assert judge(one, page(lead=lead), baseline_before=datetime(2026, 6, 23, tzinfo=UTC)).baseline


def test_without_a_first_poll_nothing_is_baseline() -> None:
    assert not judge(reading(figures=[figure("6e8 USD")], published=date(2020, 1, 1))).baseline


def test_a_date_ahead_of_now_is_taken_for_now() -> None:
    one = reading(figures=[figure("20 percent", kind="laid_off_share")], published=date(2099, 1, 1))
    entry = known("20 percent", kind="laid_off_share", first=TODAY)
    assert judge(one, ledger=[entry]).judged[0].relation == "repeats"
