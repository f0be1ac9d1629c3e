"""Every page of the bundled newsroom, in each outlet's template and charset, gives back the article it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crawler.items import Page
from crawler.reading.bound import bind
from crawler.reading.read import read
from crawler.watchlist import load_watchlist
from desk.newsroom.load import Piece, load_pieces
from desk.newsroom.pages import render_article

PIECES = load_pieces()
WATCHLIST = load_watchlist()


def page_of(piece: Piece, beside: Sequence[Piece], part: int) -> Page:
    rendered = render_article(piece, beside, "http://newsroom.example", part)
    return Page(
        url=f"http://newsroom.example{piece.path_of(part)}",
        final_url=f"http://newsroom.example{piece.path_of(part)}",
        body=rendered.body,
        content_type=rendered.content_type,
        fetched=datetime(2027, 1, 1, tzinfo=UTC),
        outlet=piece.outlet.name,
        timezone=piece.outlet.timezone,
    )


@pytest.mark.parametrize("piece", PIECES, ids=[f"{piece.key} {piece.edition}" for piece in PIECES])
def test_a_page_gives_back_its_article(piece: Piece) -> None:
    beside = [other for other in PIECES if other.outlet is piece.outlet]
    first, *further = (page_of(piece, beside, part) for part in range(1, len(piece.parts) + 1))
    article = read(bind(first, further), WATCHLIST).article
    assert article.text == piece.text
    assert article.title == piece.title
    assert article.published == piece.published
    assert article.outlet == piece.outlet.name
    assert not article.truncated
    if piece.author:
        assert article.author == piece.author
    # 来源：网络 names nobody.
    if piece.origin:
        assert article.origin == (None if piece.origin == "网络" else piece.origin)
