"""What a figure is to what is known: one row per case, by the definitions of ``docs/figures.md``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from crawler.decide.figures import FLAGGED, judge_figures
from crawler.items import Figure, Judged, Known, Tier
from crawler.rates import ecb_rates
from tests.crawler.decide.builders import TODAY, figure, known

RATES = ecb_rates()


@dataclass(frozen=True)
class Case:
    name: str
    figure: Figure
    ledger: tuple[Known, ...]
    relation: str
    tier: Tier = "press"
    published: date = TODAY
    more: dict[str, Any] = field(default_factory=dict)


def case(name: str, one: Figure, ledger: Known | tuple[Known, ...], relation: str, **more: Any) -> Case:
    return Case(name, one, ledger if isinstance(ledger, tuple) else (ledger,), relation, **more)


def judge(one: Case) -> Judged:
    (judged,) = judge_figures([one.figure], one.ledger, published=one.published, tier=one.tier, rates=RATES)
    return judged


COUNT = {"kind": "headcount", "status": "stated"}
CUT = {"kind": "laid_off", "status": "reported"}
SHARE = {"kind": "laid_off_share", "status": "reported"}
WORTH = {"kind": "valuation"}
TOTAL = {"kind": "raised_total"}
PLAN = {"status": "planned"}
IPO = {"round": "IPO"}
OLD = {"first": date(2018, 4, 9), "as_of": "2018-04-09"}

NEW_OR_NOT = [
    case("an empty ledger", figure("6e8 USD"), (), "new"),
    case("another company's sum", figure("6e8 USD"), known("6e8 USD", company="megvii"), "new"),
    case("another kind", figure("6e8 USD"), known("6e8 USD", **WORTH), "new"),
    case("the same sum", figure("6e8 USD"), known("6e8 USD"), "repeats"),
    case("the same sum, known only unconfirmed", figure("6e8 USD"), known("6e8 USD", state="unconfirmed"), "new"),
    case("a contradiction of the unconfirmed", figure("7e8 USD", **PLAN), known("6e8 USD", state="unconfirmed"), "new"),
    case("known and not yet looked at", figure("6e8 USD"), known("6e8 USD", state="unreviewed"), "repeats"),
    case("known and accepted", figure("6e8 USD"), known("6e8 USD", state="accepted"), "repeats"),
    case("the same sum of another letter", figure("6e8 USD", round="D"), known("6e8 USD", round="C", **OLD), "new"),
    case(
        "the same sum a week later under another letter",
        figure("7.5e8 USD", round="E", as_of="2026-05"),
        known("7.5e8 USD", round="D"),
        "repeats",
    ),
    case("the sum of a round years ago, told as news", figure("6e8 USD", quote="今日宣布完成新一轮融资"), known("6e8 USD", **OLD), "new"),
    case("a plan for the sum of years ago", figure("6e8 USD", **PLAN), known("6e8 USD", **OLD), "new"),
    case("the same sum dated today", figure("6e8 USD", as_of="2026-06-30"), known("6e8 USD", **OLD), "new"),
    case("a placement as large as last year's", figure("2e9 HKD", round="placement", as_of="2026-06"), known("2e9 HKD", round="placement", first=date(2025, 7, 1), as_of="2025-07"), "new"),
    case("a bond as large as the last", figure("1e9 CNY", round="bond", as_of="2026-06"), known("1e9 CNY", round="bond", first=date(2025, 9, 1)), "new"),
    case("another plan to list, as large as the first", figure("5e8 USD", as_of="2026-06", **IPO, **PLAN), known("5e8 USD", first=date(2019, 8, 25), as_of="2019-08-25", **IPO, **PLAN), "new"),
]  # fmt: skip

RETOLD = [
    case("years later, with its month", figure("6e8 USD", round="C", as_of="2018-04"), known("6e8 USD", round="C", **OLD), "repeats"),
    case("years later, with its year", figure("6e8 USD", as_of="2018"), known("6e8 USD", round="C", **OLD), "repeats"),
    case("years later, without a time", figure("6e8 USD", round="C"), known("6e8 USD", round="C", **OLD), "repeats"),
    case("years later, without time or round", figure("6e8 USD"), known("6e8 USD", round="C", **OLD), "repeats"),
    case("years later, as history", figure("6e8 USD", quote="此前获得6亿美元融资"), known("6e8 USD", **OLD), "repeats"),
    case("the offering, years later", figure("5.78e9 HKD", as_of="2021-12", **IPO), known("5.775e9 HKD", first=None, as_of="2021-12-30", tier=None, **IPO), "repeats"),
    case("a plan that came to nothing", figure("6.02e9 CNY", **IPO, **PLAN), known("6.018e9 CNY", first=None, as_of="2021-03-12", tier=None, **IPO, **PLAN), "new", published=TODAY),
    case("the plan, told by its time", figure("6.02e9 CNY", as_of="2024", **IPO, **PLAN), known("6.018e9 CNY", first=None, as_of="2021-03-12", tier=None, **IPO, **PLAN), "repeats", published=TODAY),
    case("a cut after a year's shrinking", figure("30 percent", kind="laid_off_share", as_of="2026-03", status="reported"), known("11.3 percent", kind="laid_off_share", as_of="2025", first=date(2026, 3, 20)), "new"),
    case("the plan, as history", figure("6.02e9 CNY", quote="此前拟募资60.2亿元", **IPO, **PLAN), known("6.018e9 CNY", first=None, as_of="2021-03-12", tier=None, **IPO, **PLAN), "repeats"),
    case("the same plan again within days", figure("5e8 USD", **PLAN), known("5e8 USD", **PLAN), "repeats"),
    case("another letter, years later and as history", figure(">4.5e9 USD", round="C", quote="那年4月估值超过45亿美元", **WORTH), known(">4.5e9 USD", round="C+", **WORTH, **OLD), "repeats"),
    case("another letter in the same words of news", figure("6e8 USD", round="D", quote="今日完成6亿美元D轮融资"), known("6e8 USD", round="C", **OLD), "new"),
    case("a sum within a plan of years ago", figure("8.5e8 USD"), known("5e8..1e9 USD", first=None, as_of="2020-03", **PLAN), "new"),
    case("this year's bond and last autumn's", figure("1e9 CNY", round="bond", as_of="2026"), known("1e9 CNY", round="bond", first=date(2025, 9, 15), as_of="2025-09"), "new"),
    case("a total told again years later", figure("5.2e9 USD", **TOTAL), known("5.2e9 USD", first=None, as_of="2021-08-27", **TOTAL), "repeats"),
    case("a valuation told again", figure(">4.5e9 USD", as_of="2018", **WORTH), known(">4.5e9 USD", **WORTH, **OLD), "repeats"),
    case("a cut told again, with its month", figure("927 people", as_of="2023-06", **CUT), known("927 people", first=date(2023, 8, 29), as_of="2023-06", **CUT), "repeats"),
    case("a cut that no other could be, told without a time", figure("927 people", **CUT), known("927 people", first=date(2023, 8, 29), as_of="2023-06", **CUT), "repeats"),
    case("a cut as history", figure("20 percent", quote="此前一轮裁员20%", **SHARE), known("20 percent", first=date(2025, 6, 3), **SHARE), "repeats"),
    case("the count of last year beside this year's", figure("5943 people", as_of="2022-06-30", **COUNT), known("5943 people", first=None, as_of="2022-06-30", **COUNT), "repeats"),
    case("what an article of the first poll said", figure("6e8 USD", as_of="2026-05"), known("6e8 USD", state="unreviewed"), "repeats"),
]  # fmt: skip

ROUNDED = [
    case("to three digits", figure("5.78e9 HKD"), known("5.775e9 HKD"), "repeats"),
    case("to two digits", figure("5.8e9 HKD"), known("5.775e9 HKD"), "repeats"),
    case("half a percent off", figure("1.005e9 USD"), known("1e9 USD"), "repeats"),
    case("a percent off", figure("1.01e9 USD", round="C"), known("1e9 USD", round="C"), "contradicts"),
    case("a headcount", figure("5000 people", as_of="2023-06", **COUNT), known("5016 people", as_of="2023-06-30", **COUNT), "repeats"),
    case("hedged and rounded further", figure("~4500 people", as_of="2023-12", **COUNT), known("4531 people", as_of="2023-12-31", **COUNT), "repeats"),
    case("hedged, and a tenth off", figure("~5000 people", as_of="2023-12", **COUNT), known("4531 people", as_of="2023-12-31", **COUNT), "contradicts"),
    case("hedged after exact", figure("~6e8 USD"), known("6e8 USD"), "repeats"),
    case("the hedge left out by the press", figure("6e8 USD"), known("~6e8 USD"), "repeats"),
    case("the hedge taken off by a filing", figure("6e8 USD"), known("~6e8 USD", tier="filing"), "refines", tier="filing"),
    case("hedged, then counted", figure("118 people", **CUT), known("~120 people", **CUT), "refines"),
    case("nearly a billion, then exactly", figure("9.84e8 CNY"), known("~1e9 CNY"), "refines"),
    case("a percentage with a decimal", figure("43.44 percent", **SHARE), known("~43 percent", **SHARE), "refines"),
]  # fmt: skip

RANGES = [
    case("narrowed", figure("1.2e9..1.4e9 USD", **PLAN), known("1e9..1.5e9 USD", **PLAN), "refines"),
    case("a number within", figure("1.2e9 USD", **PLAN), known("1e9..1.5e9 USD", **PLAN), "refines"),
    case("the same range", figure("1e9..1.5e9 USD", **PLAN), known("1e9..1.5e9 USD", **PLAN), "repeats"),
    case("widened", figure("1e9..2e9 USD", **PLAN), known("1e9..1.5e9 USD", **PLAN), "repeats"),
    case("around a known number", figure("15..20 percent", **SHARE), known("~20 percent", **SHARE), "repeats"),
    case("shifted", figure("2e9..3e9 USD", round="C", **PLAN), known("1e9..1.5e9 USD", round="C", **PLAN), "contradicts"),
    case("shifted by half", figure("15..30 percent", **SHARE), known("10..20 percent", **SHARE), "contradicts"),
    case("more than the known number", figure(">400 people", **CUT), known("412 people", **CUT), "repeats"),
    case("more than, then the number", figure("412 people", **CUT), known(">400 people", **CUT), "refines"),
    case("more than, then the bare bound", figure("3e9 USD", **TOTAL), known(">3e9 USD", **TOTAL), "repeats"),
    case("the number, then more than it", figure(">3e9 USD", **TOTAL), known("3e9 USD", **TOTAL), "repeats"),
    case("a higher bound", figure(">4e9 USD", as_of="2026-06", **TOTAL), known(">3e9 USD", **TOTAL), "refines"),
    case("a bound far below", figure(">100 people", **CUT), known("2000 people", **CUT), "contradicts"),
    case("several hundred, then a range", figure("300..500 people", **CUT), known("200..1000 people", **CUT), "refines"),
    case("a range, then several hundred", figure("200..1000 people", **CUT), known("300..500 people", **CUT), "repeats"),
    case("at most, then how much", figure("9.84e8 CNY", round="placement"), known("<1.2e9 CNY", round="placement", **PLAN), "refines"),
    case("a lowered limit", figure("<9e8 CNY", round="placement", **PLAN), known("<1.2e9 CNY", round="placement", **PLAN), "contradicts"),
    case("the same limit", figure("<1.2e9 CNY", round="placement", **PLAN), known("<1.2e9 CNY", round="placement", **PLAN), "repeats"),
    case("a tenth at most against a fifth", figure("<10 percent", **SHARE), known("20 percent", **SHARE), "contradicts"),
]  # fmt: skip

CURRENCIES = [
    case("dollars after yuan", figure("1.4e8 USD", round="bond", as_of="2025-09"), known("1e9 CNY", round="bond", first=date(2025, 9, 15)), "repeats"),
    case("Hong Kong dollars after dollars", figure("5.78e9 HKD", as_of="2021-12", **IPO), known("7.41e8 USD", first=None, as_of="2021-12-30", **IPO), "repeats"),
    case("years later, at the rate of then", figure("3.78e9 CNY", as_of="2018"), known("6e8 USD", **OLD), "repeats"),
    case("years later, at the rate of now", figure("4.07e9 CNY", as_of="2018"), known("6e8 USD", **OLD), "repeats"),
    case("another sum in another currency", figure("9e9 CNY", round="C"), known("6e8 USD", round="C"), "contradicts"),
    case("a range in another currency", figure("6.8e9..1.02e10 CNY", **PLAN), known("1e9..1.5e9 USD", **PLAN), "repeats"),
    case("a number in the range, converted", figure("8.5e9 CNY", **PLAN), known("1e9..1.5e9 USD", **PLAN), "refines"),
    case("a currency without a rate", figure("1.8e10 TWD", round="strategic"), known("6e8 USD", round="strategic"), "new"),
    case("the trap of yuan printed as dollars", figure("3.8e8 USD", round="C", as_of="2017"), known("3.8e8 CNY", round="C", first=None, as_of="2017-05"), "contradicts"),
]  # fmt: skip

EVENTS = [
    case("net beside gross", figure("5.552e9 HKD", quote="净额55.52亿港元", **IPO), known("5.775e9 HKD", **IPO), "new"),
    case("with the over-allotment", figure("6.64e9 HKD", quote="计及超额配售权66.4亿", **IPO), known("5.775e9 HKD", **IPO), "new"),
    case("gross beside net, unmarked", figure("5.775e9 HKD", **IPO), known("5.552e9 HKD", **IPO), "new"),
    case("the cornerstones' part", figure("4.5e8 USD", quote="基石投资者认购4.5亿美元", **IPO, **PLAN), known("7.4e8 USD", **IPO, **PLAN), "new"),
    case("one investor's part", figure("2e8 USD", quote="其中中银投资2亿美元", round="D"), known("7.5e8 USD", round="D"), "new"),
    case("a first part", figure("5e8 CNY", quote="首期5亿元", round="bond"), known("1e9 CNY", round="bond"), "new"),
    case("another size of the round", figure("4.5e8 USD", round="C"), known("4.6e8 USD", round="C"), "contradicts"),
    case("another plan for the offering", figure("4e8 USD", **IPO, **PLAN), known("3e8 USD", **IPO, **PLAN), "contradicts"),
    case("what the offering brought after its plan", figure("3.02e9 HKD", **IPO), known("5e9 HKD", **IPO, **PLAN), "new"),
    case("two deals of one spring", figure("3e8 USD", as_of="2026-06"), known("6e8 USD", as_of="2026-05"), "new"),
    case("before and after the money", figure("9.984e9 CNY", quote="投后估值99.84亿元", **WORTH), known("9e9 CNY", **WORTH), "new"),
    case("two valuations of one round", figure("2.5e9 USD", **WORTH, **PLAN), known("2e9 USD", **WORTH, **PLAN), "contradicts"),
    case("a valuation years later", figure("2.5e9 USD", **WORTH), known("2e9 USD", **WORTH, **OLD), "new"),
    case("two totals of one day", figure("5.6e9 USD", as_of="2026-05", **TOTAL), known("3e9 USD", as_of="2026-05-20", **TOTAL), "contradicts"),
    case("a total that grew", figure("7e9 USD", as_of="2026-06", **TOTAL), known("5.2e9 USD", first=None, as_of="2021-08-27", **TOTAL), "new"),
    case("half year and full year", figure("4531 people", as_of="2023-12-31", **COUNT), known("5016 people", as_of="2023-06-30", **COUNT), "new"),
    case("the same count of two years", figure("5000 people", as_of="2023-06-30", **COUNT), known("5000 people", as_of="2021-06-30", first=None, **COUNT), "new"),
    case("another count of the same day", figure("5100 people", as_of="2023-06-30", **COUNT), known("5016 people", as_of="2023-06-30", **COUNT), "contradicts"),
    case("a count without a day against a dated one", figure("4200 people", **COUNT), known("5016 people", as_of="2023-06-30", **COUNT), "new"),
    case("a unit's share and the company's", figure("15 percent", **SHARE), known("10..15 percent", scope="智慧城市事业群", **SHARE), "new"),
    case("the company's share and a unit's", figure("50 percent", scope="RAG团队", **SHARE), known("50 percent", **SHARE), "new"),
    case("two units", figure("70 percent", scope="杭州研发", **SHARE), known("70 percent", scope="医疗部门", **SHARE), "new"),
    case("one unit in other words", figure("70 percent", scope="杭州研发团队", **SHARE), known("70 percent", scope="杭州研发部门", **SHARE), "repeats"),
    case("one unit in the other script", figure("70 percent", scope="醫療團隊", **SHARE), known("70 percent", scope="医疗团队", **SHARE), "repeats"),
    case("one unit in English", figure("70 percent", scope="Hangzhou research team", **SHARE), known("70 percent", scope="杭州研发团队", **SHARE), "repeats"),
    case("the whole company, put in so many words", figure("10 percent", scope="全球", **SHARE), known("10 percent", **SHARE), "repeats"),
    case("people and their share", figure("300 people", **CUT), known("15 percent", **SHARE), "new"),
    case("another number for one cut", figure("500 people", **CUT), known("300 people", **CUT), "contradicts"),
    case("the same share a year later", figure("20 percent", as_of="2026-06", **SHARE), known("20 percent", first=date(2025, 6, 3), **SHARE), "new"),
    case("the same share a year later, undated", figure("20 percent", **SHARE), known("20 percent", first=date(2025, 6, 3), **SHARE), "new"),
    case("the shrinking of a year and a cut", figure("500 people", as_of="2026-06", **CUT), known("744 people", as_of="2026", **CUT), "new"),
]  # fmt: skip

EVIDENCE = [
    case("reported, then stated", figure("2e8 CNY"), known("2e8 CNY", status="reported"), "confirms"),
    case("planned, then done", figure("2e9 HKD"), known("2e9 HKD", **PLAN), "confirms"),
    case("a plan hedged, then done exactly", figure("2e9 HKD"), known("~2e9 HKD", **PLAN), "confirms"),
    case("press, then filing", figure("2e9 HKD"), known("2e9 HKD"), "confirms", tier="filing"),
    case("filing, then filing", figure("2e9 HKD"), known("2e9 HKD", tier="filing"), "repeats", tier="filing"),
    case("accepted, then filing", figure("2e9 HKD"), known("2e9 HKD", state="accepted"), "repeats", tier="filing"),
    case("nobody known, then filing", figure("2e9 HKD"), known("2e9 HKD", tier=None), "repeats", tier="filing"),
    case("press, then the company's own page", figure("2e9 HKD"), known("2e9 HKD"), "repeats", tier="company"),
    case("stated, then reported", figure("2e8 CNY", status="reported"), known("2e8 CNY"), "repeats"),
    case("done, then planned", figure("2e8 CNY", **PLAN), known("2e8 CNY"), "repeats"),
    case("reported, then planned", figure("2e8 CNY", **PLAN), known("2e8 CNY", status="reported"), "repeats"),
    case("planned, then reported", figure("2e8 CNY", status="reported"), known("2e8 CNY", **PLAN), "repeats"),
    case("reported, then stated in other money", figure("2.94e7 USD"), known("2e8 CNY", status="reported"), "confirms"),
    case("a rumour confirmed more loosely", figure(">900 people", kind="laid_off", status="stated"), known("927 people", **CUT), "confirms"),
    case("stated by one and reported by another", figure("2e8 CNY"), (known("2e8 CNY", status="reported"), known("2e8 CNY", id="k2")), "repeats"),
]  # fmt: skip

DENIALS = [
    case("of a known figure", figure("5e8 USD", status="denied"), known("~5e8 USD", **PLAN), "denied"),
    case("of an unconfirmed one", figure("30 percent", kind="laid_off_share", status="denied"), known("30 percent", state="unconfirmed", **SHARE), "denied"),
    case("in another currency", figure("3.4e9 CNY", status="denied"), known("~5e8 USD", **PLAN), "denied"),
    case("a second time", figure("5e8 USD", status="denied"), known("5e8 USD", disputed=True, **PLAN), "repeats"),
    case("of what nobody had told", figure("5e8 USD", status="denied"), (), "new"),
    case("told again after it", figure("5e8 USD", status="reported"), known("5e8 USD", disputed=True, status="reported"), "repeats"),
    case("and stated all the same", figure("5e8 USD"), known("5e8 USD", disputed=True, status="reported"), "confirms"),
    case("another number after a denial", figure("8e8 USD", round="C", **PLAN), known("5e8 USD", round="C", disputed=True, **PLAN), "new"),
    case("rejected by a person, told again", figure("5e8 USD", status="reported"), known("5e8 USD", state="denied", status="reported"), "repeats"),
]  # fmt: skip

CASES = [*NEW_OR_NOT, *RETOLD, *ROUNDED, *RANGES, *CURRENCIES, *EVENTS, *EVIDENCE, *DENIALS]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_figure_against_the_ledger(one: Case) -> None:
    judged = judge(one)
    assert judged.relation == one.relation
    assert judged.flag == (one.relation in FLAGGED)
    if one.relation in ("refines", "contradicts"):
        assert judged.same_as is None
        assert judged.against[0] == "k1"
        assert judged.event == "ev1"
    if one.relation in ("confirms", "denied") or (one.relation == "repeats" and one.ledger):
        assert judged.same_as == judged.against[0]
        assert judged.event == "ev1"


def test_there_is_a_case_for_each_of_the_rules() -> None:
    assert len(CASES) >= 80
    assert len({one.name for one in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (figure("5.78e9 HKD", as_of="2021-12-30", **IPO), ("1 USD = 7.79", "HKD", "2021-12-30")),
        (figure("4.72e9 CNY", as_of="2021-12-26", **IPO), ("1 USD = 6.3", "CNY", "2021-12-24")),
        (figure("1e10 TWD", as_of="2021-12-30", **IPO), ("not compared", "USD", "TWD")),
    ],
    ids=["the rate and its day", "a Sunday's rate is Friday's", "no rate at all"],
)
def test_a_reviewer_is_told_of_the_rate(one: Figure, words: tuple[str, ...]) -> None:
    entry = known("7.41e8 USD", first=None, as_of="2021-12-30", **IPO)
    (judged,) = judge_figures([one], [entry], published=TODAY, tier="press", rates=RATES)
    assert judged.note is not None
    assert all(word in judged.note for word in words)


def test_an_unconfirmed_entry_is_shown_and_lends_its_event() -> None:
    (judged,) = judge_figures(
        [figure("6e8 USD")], [known("6e8 USD", state="unconfirmed")], published=TODAY, tier="press", rates=RATES
    )
    assert (judged.relation, judged.against, judged.same_as, judged.event) == ("new", ("k1",), None, "ev1")


def test_one_article_gives_a_range_and_the_number() -> None:
    both = [figure("200..1000 people", **CUT), figure("412 people", **CUT)]
    judged = judge_figures(both, [], published=TODAY, tier="press", rates=RATES)
    assert [(one.relation, one.flag) for one in judged] == [("repeats", False), ("new", True)]


def test_one_article_gives_a_sum_in_two_currencies() -> None:
    both = [figure("6e8 USD"), figure("4.08e9 CNY")]
    judged = judge_figures(both, [], published=TODAY, tier="press", rates=RATES)
    assert [(one.relation, one.flag) for one in judged] == [("new", True), ("repeats", False)]


def test_gross_and_net_in_one_article_are_both_new_and_of_one_event() -> None:
    both = [figure("~2e9 HKD", round="placement"), figure("~1.985e9 HKD", round="placement")]
    ledger = [known("2.5e9 HKD", round="placement", as_of="2026-06")]
    judged = judge_figures(both, ledger, published=TODAY, tier="press", rates=RATES)
    assert [one.relation for one in judged] == ["new", "new"]
    assert {one.event for one in judged} == {"ev1"}


def test_a_valuation_goes_to_the_event_of_the_sum_beside_it() -> None:
    both = [figure("6e8 USD", round="C"), figure("4.5e9 USD", kind="valuation", round="C")]
    ledger = [known("6e8 USD", round="C", status="reported")]
    judged = judge_figures(both, ledger, published=TODAY, tier="press", rates=RATES)
    assert [(one.relation, one.event) for one in judged] == [("confirms", "ev1"), ("new", "ev1")]
