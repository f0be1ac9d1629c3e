"""Search finds the same articles on every database."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.errors import ConfigError
from crawler.items import CompanyMention, Lead
from storage.store import SqlStore
from tests.storage.building import figure, page, reading, stored

TEXTS = {
    "simplified": ("商汤科技完成C轮融资", "商汤科技今日宣布，完成6亿美元C轮融资，由阿里巴巴领投。"),
    "traditional": ("商湯科技傳裁員", "據報道，商湯科技正在裁員，涉及約一成員工。"),
    "english": ("SenseTime raises $600m", "SenseTime Group said on Monday it had raised $600 million in a Series C+ round."),
    "scattered": ("科技公司与商人", "汤先生说，这家商号的科技含量不高，商量之后，汤又热了。"),
    "repeated": ("旷视", "商汤，商汤，商汤，商汤：一篇反复提到商汤的文章。"),
    "halfwidth": ("ＡＩ四小龙", "ＳｅｎｓｅＴｉｍｅ　与 旷 视 等 公 司"),
}  # fmt: skip


@pytest.fixture
def library(store: SqlStore) -> SqlStore:
    for place, (name, (title, text)) in enumerate(TEXTS.items()):
        told = (figure(kind="laid_off", unit="people"),) if name == "traditional" else ()
        read = reading(
            text,
            *told,
            title=title,
            published=date(2020 + place, 6, 15),
            companies=(CompanyMention("megvii" if name == "repeated" else "sensetime", 1, True),),
        )
        lead = Lead("wire" if name == "english" else "example", f"https://news.example/{name}")
        store.take_in(page(name, lead=lead), read, stored(read))
    return store


def found(store: SqlStore, wanted: str, **more: object) -> list[str]:
    return [row.url.rpartition("/")[2] for row in store.articles.find(search=wanted, **more)]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("商汤", {"simplified", "traditional", "repeated"}),
        ("商湯", {"simplified", "traditional", "repeated"}),
        ("商汤科技", {"simplified", "traditional"}),
        ('"商汤科技完成"', {"simplified"}),
        ("商汤 融资", {"simplified"}),
        ("融资 商汤", {"simplified"}),
        ("裁员", {"traditional"}),
        ("sensetime", {"english", "halfwidth"}),
        ("SENSE", {"english", "halfwidth"}),
        ("旷视", {"repeated", "halfwidth"}),
        ('"series c+"', {"english"}),
        ('"raised $600 million"', {"english"}),
        ('"600 raised"', set()),
        ("汤", {"simplified", "traditional", "repeated", "scattered"}),
        ("的", {"scattered", "repeated"}),
        ("商汤 的", {"repeated"}),
        ("商汤 成", {"simplified", "traditional"}),
        ("company:megvii", {"repeated"}),
        ("商汤 company:sensetime", {"simplified", "traditional"}),
        ("kind:laid_off", {"traditional"}),
        ("source:wire", {"english"}),
        ("商汤 after:2021", {"traditional", "repeated"}),
        ("商汤 after:2021-06-15 before:2022", {"traditional"}),
        ("商汤 after:2021-06-16", {"repeated"}),
        ("没有这个词", set()),
        ("!!! ——", set()),
        ("", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_the_same_articles_are_found_everywhere(library: SqlStore, wanted: str, names: set[str]) -> None:
    assert set(found(library, wanted)) == names


def test_the_best_comes_first(library: SqlStore) -> None:
    assert found(library, "商汤")[-1] == "repeated"  # the others say it in their titles
    assert found(library, "商汤", limit=1) == [found(library, "商汤")[0]]
    assert found(library, "商汤", company="megvii") == ["repeated"]
    assert found(library, "商汤", since=date(2021, 1, 1), until=date(2021, 12, 31)) == ["traditional"]


def test_a_broken_filter_is_told(library: SqlStore) -> None:
    with pytest.raises(ConfigError, match="after:yesterday is no date"):
        found(library, "商汤 after:yesterday")


def test_a_search_looks_past_matches_that_only_seem_so(store: SqlStore) -> None:
    """Pairs of characters in another order match the index; the one true article is older than all of them."""
    true = reading("甲乙丙", title="真")
    store.take_in(page("true"), true, stored(true))
    for number in range(120):
        false = reading(f"乙丙，甲乙{number}", title="假", fingerprint=None, companies=())
        store.take_in(page(f"false{number}"), false, stored(false))
    assert found(store, "甲乙丙") == ["true"]
