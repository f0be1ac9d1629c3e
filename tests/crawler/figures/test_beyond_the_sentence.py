"""What a figure takes from beyond its own sentence: the headline's conversion, the round of the next sentence, the times compared."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.items import Figure
from tests.crawler.figures.reading import read, told


def one(text: str, *, title: str | None = None, published: date = date(2024, 5, 20)) -> Figure:
    (figure,) = read(text, title=title, published=published).figures
    return figure


def test_a_headline_in_another_currency_is_the_same_sum() -> None:
    text = "Exampla has raised 1.8 billion yuan ($254 million) from two funds, it said."
    assert told(one(text, title="Exampla raises $254 mln")) == "example raised 1800000000 1800000000 CNY"


def test_a_headline_in_another_currency_that_the_text_does_not_convert_stays() -> None:
    found = read("Exampla has raised 1.8 billion yuan, it said.", title="Exampla raises $254 mln").figures
    assert {figure.unit for figure in found} == {"CNY", "USD"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Exampla said it had closed a $600 million round. The Series C financing drew four funds.", "C"),
        ("Exampla said it had raised $600 million. Otherco's Series C closed last year.", None),
        ("示例科技完成6亿元融资。本轮C轮融资由青禾资本领投。", "C"),
    ],
)
def test_the_next_sentence_may_name_the_round(text: str, named: str | None) -> None:
    assert read(text).figures[0].round == named


def test_news_leans_on_the_headline_for_its_event_and_history_does_not() -> None:
    text = "Exampla is to raise 7.5 billion yuan. In 2019 it raised $200 million."
    events = {told(figure): figure.round for figure in read(text, title="Exampla files for Shanghai IPO").figures}
    assert events == {
        "example raised 7500000000 7500000000 CNY": "IPO",
        "example raised 200000000 200000000 USD": None,
    }


@pytest.mark.parametrize(
    ("text", "times"),
    [
        (
            "Exampla had 5,016 employees at the end of June 2023, compared with 5,943 a year earlier, a reduction of 927.",
            {"5016": "2023-06", "5943": "2022-06", "927": "2023"},
        ),
        (
            "截至2023年末，示例科技员工总数为612人，比上年末的690人减少78人。",
            {"612": "2023-12", "690": "2022-12", "78": "2023"},
        ),
        ("示例科技员工总数2023年末为2988人，2022年底则为3756人，一年间减少768人。", {"768": "2023"}),
        ("Exampla, founded by two students in 2012, has 500 employees.", {"500": "2024-05"}),
        ("Exampla's Series B, worth $380 million, closed in May last year.", {"380000000": "2023-05"}),
        ("继4月宣布2亿美元融资后，示例科技又获得1亿美元投资。", {"200000000": "2024-04", "100000000": "2024-05"}),
    ],
)
def test_each_number_has_the_time_that_is_its_own(text: str, times: dict[str, str | None]) -> None:
    found = {f"{figure.low:f}": figure.as_of for figure in read(text).figures}
    assert {value: found[value] for value in times} == times


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("36氪获悉，示例科技今日宣布完成6亿美元融资。", "stated"),
        ("36氪获悉，示例科技完成6亿美元融资。", "reported"),
        ("Exampla has started job cuts, Lakeside Post reported, with 300 people told to leave.", "reported"),
        ("Exampla has dismissed as untrue a report that it was firing 300 people.", "denied"),
        ("示例科技公布，以每股1.5元配售新股，集资27.98亿港元。", "planned"),
        ("Cornerstones have agreed to take $512 million of the shares in Exampla's offering.", "planned"),
    ],
)
def test_who_stands_behind_a_number(text: str, status: str) -> None:
    assert one(text).status == status
