"""What may be decided about a flag, and what is said where it may not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Figure
from desk.review import VerdictError, amendments, parse_amount, parse_as_of, verdict

COMPANIES = ("sensetime", "megvii")
ROUND = Figure(
    "sensetime",
    "raised",
    Decimal("6e8"),
    Decimal("6e8"),
    "USD",
    quote="获6亿美元融资",
    where="text",
    start=1,
    end=6,
    round="C",
)
CUT = Figure(
    "megvii", "laid_off", Decimal(300), Decimal(300), "people", quote="裁员300人", where="text", start=2, end=6
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("620000000", "6.2e8"),
        ("6.2e8", "6.2e8"),
        ("620m", "6.2e8"),
        ("6.2亿", "6.2e8"),
        ("1,000", "1000"),
        ("3万", "3e4"),
        ("2bn", "2e9"),
        ("0", "0"),
        ("1.5万亿", "1.5e12"),
    ],
)
def test_a_bound_as_people_type_it(text: str, value: str) -> None:
    assert parse_amount(text) == Decimal(value)


@pytest.mark.parametrize("text", ["none", "", "-", " None "])
def test_an_open_end(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize("text", ["six", "-5", "1e99", "6 USD", "NaN", "Infinity", "1.2.3"])
def test_no_number(text: str) -> None:
    with pytest.raises(VerdictError):
        parse_amount(text)


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_one_sentence(text: str) -> None:
    try:
        value = parse_amount(text)
    except VerdictError:
        return
    assert value is None or 0 <= value <= Decimal("1e15")


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "23", "2023/06", "0000"])
def test_no_date(text: str) -> None:
    with pytest.raises(VerdictError, match="no date"):
        parse_as_of(text)


def test_only_what_differs_is_changed() -> None:
    assert dict(amendments(ROUND, {"low": "6.2e8", "high": "6.2e8", "unit": "usd"}, COMPANIES)) == {
        "low": Decimal("6.2e8"),
        "high": Decimal("6.2e8"),
    }
    assert dict(amendments(ROUND, {"high": "none"}, COMPANIES)) == {"high": None}
    assert dict(amendments(ROUND, {"kind": "valuation", "round": "none", "as_of": "2018-05"}, COMPANIES)) == {
        "kind": "valuation",
        "round": None,
        "as_of": "2018-05",
    }


@pytest.mark.parametrize(
    ("figure", "given", "words"),
    [
        (ROUND, {"low": "7e8"}, "above high"),
        (ROUND, {"low": "none", "high": "none"}, "needs a low or a high"),
        (ROUND, {"kind": "headcount"}, "people, not USD"),
        (ROUND, {"unit": "dollars"}, "no currency"),
        (ROUND, {"kind": "revenue"}, "no kind"),
        (ROUND, {"company": "sensetme"}, "not watched"),
        (ROUND, {"as_of": "soon"}, "no date"),
        (ROUND, {"low": "6e8"}, "changes nothing"),
        (ROUND, {}, "changes nothing"),
        (ROUND, {"quote": "x"}, "cannot be amended"),
        (CUT, {"low": "300.5", "high": "301"}, "whole"),
        (CUT, {"kind": "laid_off_share", "unit": "percent"}, "at most 100"),
        (CUT, {"unit": "USD"}, "people, not USD"),
    ],
)
def test_an_amendment_that_leaves_no_figure_is_refused(figure: Figure, given: dict[str, str], words: str) -> None:
    with pytest.raises(VerdictError, match=words):
        amendments(figure, given, COMPANIES)


def test_verdicts_name_somebody_and_what_they_need() -> None:
    assert verdict("accept", by=" lin ", figure=ROUND).by == "lin"
    assert verdict("reject", by="lin", figure=ROUND, reason="old").reason == "old"
    assert verdict("amend", by="lin", figure=ROUND, given={"round": "C+"}, companies=COMPANIES).changes == {
        "round": "C+"
    }
    for wrong in (
        lambda: verdict("accept", by="", figure=ROUND),
        lambda: verdict("accept", by="lin", figure=ROUND, reason="old"),
        lambda: verdict("merge", by="lin", figure=ROUND),
        lambda: verdict("amend", by="lin", figure=None, given={"low": "1"}),
    ):
        with pytest.raises(VerdictError):
            wrong()


def test_a_figure_open_at_one_end_keeps_it() -> None:
    more_than = replace(ROUND, high=None)
    assert dict(amendments(more_than, {"low": "7e8"}, COMPANIES)) == {"low": Decimal("7e8")}
