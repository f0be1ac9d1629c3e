"""Texts with their numbers marked lose nothing, and a difference holds both texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Figure
from desk.web.marking import changes, in_context, marked, shortened

TEXT = "开头一句。" * 100 + "商汤获6亿美元融资。" + "结尾一句。" * 100
AT = TEXT.index("6亿美元")
FIGURE = Figure(
    "sensetime",
    "raised",
    Decimal("6e8"),
    Decimal("6e8"),
    "USD",
    "商汤获6亿美元融资。",
    "text",
    AT,
    AT + 4,
    written="6亿美元",
)
words = st.text(alphabet="商汤获6亿元。\n a1", max_size=60)


def plain(pieces: list) -> str:  # type: ignore[type-arg]
    return "".join(piece.text for piece in pieces)


def test_the_number_is_marked_inside_its_sentence_inside_its_surroundings() -> None:
    pieces = in_context(TEXT, FIGURE)
    assert [(piece.text, piece.mark) for piece in pieces if piece.mark] == [
        ("商汤获", "sentence"),
        ("6亿美元", "number"),
        ("融资。", "sentence"),
    ]
    assert plain(pieces).startswith("…")
    assert plain(pieces).endswith("…")
    assert len(plain(pieces)) < 500


def test_the_right_one_of_two_equal_sentences_is_shown() -> None:
    text = FIGURE.quote + "甲。" + "乙" * 300 + FIGURE.quote + "丙。"
    second = text.rindex("6亿美元")
    assert "丙。" in plain(in_context(text, replace(FIGURE, start=second, end=second + 4)))


def test_a_figure_of_the_title_and_one_whose_text_is_gone_show_their_sentence() -> None:
    for text, figure in ((TEXT, replace(FIGURE, where="title", start=3, end=7)), ("", FIGURE)):
        assert [piece.text for piece in in_context(text, figure) if piece.mark == "number"] == ["6亿美元"]


@given(words, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5))
def test_marking_loses_and_adds_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    figures = [replace(FIGURE, start=min(span), end=max(span)) for span in spans]
    assert plain(marked(text, figures, "text")) == text
    assert plain(marked(text, figures, "title")) == text


@given(words, words)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.mark != "new") == before
    assert "".join(piece.text for piece in pieces if piece.mark != "gone") == after


def test_a_changed_number_is_all_that_is_marked() -> None:
    pieces = changes("甲。裁员比例为30%。乙。", "甲。裁员比例为15%。乙。")
    assert [(piece.text, piece.mark) for piece in pieces if piece.mark] == [("30", "gone"), ("15", "new")]


def test_long_stretches_are_cut_beside_what_changed() -> None:
    pieces = list(shortened(changes("前" * 1000 + "。3。" + "后" * 1000, "前" * 1000 + "。5。" + "后" * 1000)))
    assert len(plain(pieces)) < 300
    assert {piece.mark for piece in pieces} == {"", "gone", "new"}
