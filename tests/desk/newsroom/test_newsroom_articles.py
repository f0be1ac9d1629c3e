"""The newsroom's articles are sound, and a wrong file is named with its mend."""

from pathlib import Path

import pytest

from crawler.errors import ReadError
from desk.newsroom.load import NOW, SECOND_EDITION, Piece, load_pieces, of_edition, parse_piece
from desk.newsroom.outlets import OUTLETS

GOOD = """+++
slug = "a"
title = "甲"
published = 2026-03-10T08:00:00+08:00
end = "stored"
figures = [{company = "yitu", kind = "laid_off_share", low = 11.3, high = 11.3, unit = "percent"}]
+++
第一段。

第二段。
"""


def parse(source: str, outlet: str = "tanwang") -> Piece:
    return parse_piece(source, outlet=Path(outlet), name="a.md")


@pytest.fixture(scope="module")
def pieces() -> tuple[Piece, ...]:
    return load_pieces()


def test_a_file_reads_to_its_fields() -> None:
    piece = parse(GOOD)
    assert piece.key == "tanwang/a"
    assert piece.paragraphs == ("第一段。", "第二段。")
    assert piece.figures[0].low == piece.figures[0].high
    assert str(piece.figures[0].low) == "11.3"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("+++\n", ""), "front matter must stand between"),
        (('slug = "a"\n', ""), "lacks 'slug'"),
        (('end = "stored"', 'end = "kept"'), "it must be one of known"),
        (("T08:00:00+08:00", ""), "no time with an offset"),
        (('kind = "laid_off_share"', 'kind = "fired"'), "kind is 'fired'"),
        (('title = "甲"', 'title = "甲"\nmood = "good"'), "mood"),
        (('title = "甲"', "title = 甲"), "tanwang/a.md"),
    ],
)
def test_a_wrong_file_is_named_with_its_mend(change: tuple[str, str], says: str) -> None:
    with pytest.raises(ReadError, match=says) as raised:
        parse(GOOD.replace(*change))
    assert "tanwang/a.md" in str(raised.value)


def test_an_undeclared_outlet_is_named() -> None:
    with pytest.raises(ReadError, match=r"outlets\.py"):
        parse(GOOD, outlet="nowhere")


def test_there_is_enough_to_read(pieces: tuple[Piece, ...]) -> None:
    first = of_edition(pieces, 1)
    assert len(OUTLETS) >= 5
    assert len(first) >= 44
    assert {piece.outlet.language for piece in first} == {"zh-Hans", "zh-Hant", "en"}
    assert {outlet.charset for outlet in OUTLETS} == {"utf-8", "gb18030", "big5"}
    assert {piece.outlet.key for piece in first} == {outlet.key for outlet in OUTLETS}


def test_every_article_lies_before_its_edition_is_out(pieces: tuple[Piece, ...]) -> None:
    for piece in pieces:
        moment = piece.updated or piece.published
        assert moment < (NOW if piece.edition == 1 else SECOND_EDITION), piece.key
        assert piece.edition == 1 or moment > NOW, piece.key


def test_slugs_are_unique_within_an_edition_and_copies_name_an_article(pieces: tuple[Piece, ...]) -> None:
    keys = [(piece.key, piece.edition) for piece in pieces]
    assert len(keys) == len(set(keys))
    known = {piece.key for piece in pieces}
    assert {piece.copy_of for piece in pieces if piece.copy_of} <= known
    assert all((piece.end == "copy") == (piece.copy_of is not None) for piece in pieces)


def test_the_second_edition_adds_and_edits(pieces: tuple[Piece, ...]) -> None:
    first, second = of_edition(pieces, 1), of_edition(pieces, 2)
    edited = {piece.key for piece in second if piece.end == "revised"}
    assert len(second) > len(first)
    assert edited
    assert edited <= {piece.key for piece in first}


def test_every_character_exists_in_its_outlets_charset(pieces: tuple[Piece, ...]) -> None:
    for piece in pieces:
        (piece.title + piece.text).encode(piece.outlet.charset)
