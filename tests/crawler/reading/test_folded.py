"""One spelling for the rules: what is joined, what is left out, and the way back to the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.folded import folded


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("再度配股集资 25 亿港元", "再度配股集资25亿港元"),
        ("示例科技完成融资 估值超百亿美元", "示例科技完成融资，估值超百亿美元"),
        ("员工从2021年底的\n6113人减至2023年底的\n4531人。", "员工从2021年底的6113人减至2023年底的4531人。"),
        ("第一段讲融资。\n第二段讲裁员。", "第一段讲融资。\n第二段讲裁员。"),
        ("去年营收增长19%,净利润下降,员工3,000人", "去年营收增长19%，净利润下降，员工3,000人"),
        ("使其估值達(dá)到40億美元", "使其估值达到40亿美元"),
        ("首次公開發(fā)行(ipo)", "首次公开发行(ipo)"),
    ],
)
def test_a_text_is_read_in_one_spelling(written: str, read: str) -> None:
    assert folded(written, title="\n" not in written and " " in written).text == read


@given(st.text(alphabet="示例科技融资約25亿 ,，(fā)。\nAb", max_size=60))
def test_every_stretch_leads_back_to_the_text_as_written(written: str) -> None:
    part = folded(written)
    for at, char in enumerate(part.text):
        start, end = part.span(at, at + 1)
        assert 0 <= start < end <= len(written)
        if char.isdigit():
            assert written[start:end] == char
