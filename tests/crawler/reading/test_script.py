"""Folding between scripts moves no offset."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.language import language_of
from crawler.reading.script import simplified


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("商湯科技裁員，雲從上市", "商汤科技裁员，云从上市"),
        ("曠視科技與依圖在衞星領域競爭", "旷视科技与依图在卫星领域竞争"),
        ("乾隆年間的字畫", "乾隆年间的字画"),
        ("這裏的麪包", "这里的面包"),
        ("SenseTime raised US$600m", "SenseTime raised US$600m"),
        ("", ""),
    ],
)
def test_traditional_characters_become_simplified(written: str, folded: str) -> None:
    assert simplified(written) == folded


@given(
    st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x2FFFF, exclude_categories=("Cs",)), max_size=80)
)
@settings(max_examples=150, deadline=None)
def test_the_length_stays(text: str) -> None:
    assert len(simplified(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "declared", "tag"),
    [
        ("商汤科技昨日宣布完成新一轮融资", None, "zh-Hans"),
        ("商湯科技昨日宣布完成新一輪融資", "zh-CN", "zh-Hant"),
        ("The company said on Friday that it had raised money from investors", None, "en"),
        ("SenseTime raises $600m at $4.5bn valuation", "en-GB", "en"),
        ("Das Unternehmen hat nach eigenen Angaben von den Investoren Geld für die Entwicklung bekommen", "en", "de"),
        (
            "L’entreprise a annoncé vendredi que les investisseurs lui ont apporté des fonds pour la recherche",
            None,
            "fr",
        ),
        ("人工知能の企業が資金を調達したと発表しました", "zh", "ja"),
        ("인공지능 기업이 투자를 유치했다고 밝혔다", None, "ko"),
        ("Компания сообщила о привлечении средств", None, "ru"),
        ("1,234", None, None),
        ("", "zh", None),
    ],
)
def test_the_language_is_counted_not_believed(text: str, declared: str | None, tag: str | None) -> None:
    assert language_of(text, declared) == tag
