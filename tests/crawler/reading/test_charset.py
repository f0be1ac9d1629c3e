"""Bytes are believed before declarations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.charset import decode

NEWS = (
    "商汤科技昨日宣布，公司已经完成新一轮融资，金额为六亿美元，由多家投资机构共同参与。"
    "公司负责人表示，这笔资金将用于人工智能平台的建设和市场的开拓，今年还会在上海增加人手。"
)
NEWS_HK = (
    "商湯科技昨日宣布，公司已經完成新一輪融資，金額為六億美元，由多家投資機構共同參與。"
    "公司負責人表示，這筆資金將用於人工智能平台的建設和市場的開拓，今年還會在上海增加人手。"
)
PAGE = "<html><head>{meta}<title>商汤融资</title></head><body><p>{text}</p></body></html>"
CODECS = ("gb2312", "gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig")
DECLARED = (
    None,
    "text/html",
    "text/html; charset={true}",
    "text/html; charset=utf-8",
    "text/html; charset=iso-8859-1",
    "text/html; charset=nonsense",
)


def written(codec: str) -> str:
    return (
        PAGE.format(meta="", text=NEWS_HK).replace("汤", "湯").replace("资", "資")
        if codec == "big5"
        else PAGE.format(meta="", text=NEWS)
    )


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("declared", DECLARED)
def test_the_bytes_decide_whatever_is_declared(codec: str, declared: str | None) -> None:
    text = written(codec)
    content_type = declared.format(true=codec) if declared else None
    assert decode(text.encode(codec), content_type).text == text


@pytest.mark.parametrize(
    ("true", "lie"), [("gb18030", "big5"), ("big5", "gb2312"), ("gb18030", "utf-8"), ("utf-8", "gbk")]
)
def test_a_lying_meta_tag_is_not_believed(true: str, lie: str) -> None:
    text = written(true).replace("<head>", f'<head><meta charset="{lie}">')
    assert decode(text.encode(true)).text == text


@pytest.mark.parametrize(
    "meta", ['<meta charset="gbk">', '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">']
)
def test_a_true_meta_tag_settles_a_short_page(meta: str) -> None:
    text = f"<html><head>{meta}</head><body>旷视</body></html>"
    assert decode(text.encode("gbk")).text == text


def test_a_character_beyond_gb2312_under_its_label() -> None:
    text = PAGE.format(meta='<meta charset="gb2312">', text=NEWS + "朱镕基喆")
    assert decode(text.encode("gbk")).text == text


def test_one_bad_byte_costs_one_character() -> None:
    body = NEWS.encode()
    broken = body[:30] + b"\xff" + body[30:]
    decoded = decode(broken)
    assert decoded.charset == "utf-8"
    assert decoded.replaced == 1
    assert decoded.text.replace("\ufffd", "") == NEWS


def test_a_page_cut_within_a_character_stays_readable() -> None:
    decoded = decode(NEWS.encode()[:-1])
    assert decoded.text.startswith(NEWS[:-1])
    assert decoded.charset == "utf-8"


def test_western_text_under_a_chinese_label_is_not_made_chinese() -> None:
    text = "<p>Le groupe a levé six cents millions de dollars auprès d’investisseurs étrangers, a-t-il annoncé à Paris.</p>"
    assert decode(text.encode("cp1252"), "text/html; charset=gb2312").text == text


def test_seven_bit_charsets_count_when_declared() -> None:
    text = "東京の会社"
    assert decode(text.encode("iso2022_jp"), "text/html; charset=iso-2022-jp").text == text


@pytest.mark.parametrize("label", ["base64", "zip", "rot13", "undefined", "", "utf-7"])
def test_labels_that_are_no_charsets_are_passed_over(label: str) -> None:
    assert decode(NEWS.encode(), f"text/html; charset={label}").text == NEWS


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html; charset=gbk", "text/html; charset=utf-16", "charset=big5"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_some_text(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type).text, str)
