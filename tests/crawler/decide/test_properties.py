"""What must hold whatever the articles say: order, repetition, rates and rounding change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.decide import decide
from crawler.decide.figures import judge_figures
from crawler.decide.values import compare
from crawler.items import Figure, Known, Neighbour, Outcome, Page, Reading, Signal
from crawler.rates import ecb_rates
from tests.crawler.decide.builders import NOW, PROSE, TODAY, figure, known, page, reading
from tests.fakes import MemoryStore

RATES = ecb_rates()
CURRENCIES = ["USD", "HKD", "CNY", "JPY", "EUR"]
KINDS = ["raised", "raised_total", "valuation", "laid_off", "laid_off_share", "headcount"]

amounts = st.integers(min_value=10, max_value=99_999).map(lambda number: Decimal(number) * 100_000)


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(amounts), draw(amounts)))
    form = draw(st.sampled_from(["point", "range", "more", "less"]))
    bounds = {"point": (low, low), "range": (low, high), "more": (low, None), "less": (None, high)}[form]
    return {"low": bounds[0], "high": bounds[1], "approximate": form == "point" and draw(st.booleans())}


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    kind = draw(st.sampled_from(KINDS))
    unit = {"laid_off": "people", "headcount": "people", "laid_off_share": "percent"}.get(kind)
    return replace(
        figure("1 USD", kind=kind),
        **draw(values()),
        unit=unit or draw(st.sampled_from(CURRENCIES)),
        round=draw(st.sampled_from([None, "C", "C+", "IPO", "placement", "strategic"])),
        scope=draw(st.sampled_from([None, None, "绝影"])),
        as_of=draw(st.sampled_from([None, "2026", "2026-06", "2026-06-30", "2018-04"])),
        status=draw(st.sampled_from(["stated", "reported", "planned", "denied"])),
        event=draw(st.sampled_from(["e1", "e2"])),
    )


def take(store: MemoryStore, one: Reading, where: Page) -> Outcome:
    return store.take_in(where, one, partial(_decide, one, where))


def _decide(
    one: Reading, where: Page, neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]
) -> Outcome:
    return decide(one, where, neighbours, ledger, signals, rates=RATES, baseline_before=None, now=NOW)


def flagged(store: MemoryStore) -> list[str]:
    told = [(one.reason, one.figure, one.signal) for one in store.flags]
    return sorted(repr((reason, one and (one.kind, one.low, one.high, one.unit), other)) for reason, one, other in told)


@given(st.lists(figures(), max_size=4), st.lists(figures(), max_size=4))
def test_the_same_article_elsewhere_flags_nothing_more(first: list[Figure], known_before: list[Figure]) -> None:
    store = MemoryStore()
    take(
        store,
        reading("另一篇旧文，讲的是别的事情，与今天的消息没有关系。" * 4, known_before),
        page("https://a.example/0"),
    )
    take(store, reading(PROSE, first), page("https://a.example/1"))
    before = flagged(store)
    assert take(store, reading(PROSE, first), page("https://b.example/1")).end == "copy"
    assert take(store, reading(PROSE, first), page("https://a.example/1")).end == "known"
    assert flagged(store) == before


@given(st.lists(figures(), min_size=1, max_size=3), st.permutations([0, 1, 2]))
def test_copies_flag_the_same_in_any_order(read: list[Figure], order: list[int]) -> None:
    outlets = [
        ("https://a.example/1", PROSE),
        ("https://b.example/2", PROSE + "（转载）"),
        ("https://c.example/3", PROSE),
    ]
    one, other = MemoryStore(), MemoryStore()
    for url, text in outlets:
        take(one, reading(text, read), page(url))
    for number in order:
        url, text = outlets[number]
        take(other, reading(text, read), page(url))
    assert flagged(one) == flagged(other)
    assert len({article.story for article in other.articles.values()}) == 1


@given(st.lists(figures(), min_size=1, max_size=3))
def test_a_trimmed_copy_and_the_whole_flag_the_same_in_any_order(read: list[Figure]) -> None:
    distinct = list({(one.company, one.kind): one for one in read}.values())
    whole, trimmed = reading(PROSE * 2, distinct), reading(PROSE * 2, distinct[:1])
    one, other = MemoryStore(), MemoryStore()
    for store, readings in ((one, (whole, trimmed)), (other, (trimmed, whole))):
        for number, read_one in enumerate(readings):
            take(store, read_one, page(f"https://a.example/{number}"))
    assert flagged(one) == flagged(other)


@given(figures())
def test_a_figure_just_learnt_is_not_told_again(one: Figure) -> None:
    store = MemoryStore()
    take(store, reading(PROSE, [one]), page("https://a.example/1"))
    take(store, reading("别处另写的一篇短文，说法不同，数字相同。" * 4, [one]), page("https://b.example/2"))
    assert len(store.flags) == 1


@given(amounts, st.permutations(CURRENCIES), st.integers(min_value=0, max_value=4_000))
def test_a_sum_converted_at_the_rate_of_the_day_repeats(amount: Decimal, pair: list[str], days: int) -> None:
    day = date(2015, 1, 5) + timedelta(days=days)
    converted = RATES.convert(amount, pair[0], pair[1], day)
    assert converted is not None
    told = replace(figure("1 USD"), low=converted[0], high=converted[0], unit=pair[1], as_of=day.isoformat())
    entry = replace(known("1 USD", first=day), low=amount, high=amount, unit=pair[0])
    (judged,) = judge_figures([told], [entry], published=day, tier="press", rates=RATES)
    assert (judged.relation, judged.same_as) == ("repeats", "k1")
    assert judged.note is not None


@given(amounts, st.integers(min_value=-499, max_value=499))
def test_a_sum_restated_within_half_a_percent_repeats(amount: Decimal, off: int) -> None:
    restated = amount * (1 + Decimal(off) / 100_000)
    told = replace(figure("1 USD"), low=restated, high=restated)
    entry = replace(known("1 USD"), low=amount, high=amount)
    (judged,) = judge_figures([told], [entry], published=TODAY, tier="press", rates=RATES)
    assert judged.relation == "repeats"


@given(figures(), figures())
def test_closer_one_way_is_wider_the_other(one: Figure, other: Figure) -> None:
    other = replace(other, unit=one.unit)
    there = compare(one, other, RATES, (TODAY,)).stand
    back = compare(other, one, RATES, (TODAY,)).stand
    mirrored = {"finer": "coarser", "coarser": "finer"}
    assert mirrored.get(there, there) == back or {there, back} <= {"same", "finer", "coarser"}


@settings(max_examples=60)
@given(st.lists(figures(), max_size=5), st.lists(figures(), max_size=5))
def test_an_unconfirmed_ledger_suppresses_nothing(read: list[Figure], entries: list[Figure]) -> None:
    ledger = [
        Known(
            f"k{number}", one.company, one.kind, one.low, one.high, one.unit, "unconfirmed", "ev1", one.approximate, one.round,
            (), one.scope, one.as_of, one.status,
        )
        for number, one in enumerate(entries)
    ]  # fmt: skip
    alone = judge_figures(read, [], published=TODAY, tier="press", rates=RATES)
    beside = judge_figures(read, ledger, published=TODAY, tier="press", rates=RATES)
    for one, other in zip(alone, beside, strict=True):
        assert one.flag <= other.flag or one.figure.status == "denied"
