"""What the tests of figures share: a watchlist of two invented companies, and one call that reads a text."""

from __future__ import annotations

from datetime import date

from crawler.items import Figure
from crawler.reading.companies import find_mentions
from crawler.reading.figures.read_figures import FiguresRead, read_figures
from crawler.watchlist import Watchlist, load_watchlist

INVENTED = load_watchlist(
    [
        {"key": "example", "names": ["示例科技", "Example", "Exampla"]},
        {"key": "other", "names": ["他山集团", "Otherco"]},
    ]
)
PUBLISHED = date(2024, 5, 20)


def read(
    text: str,
    *,
    title: str | None = None,
    published: date | None = PUBLISHED,
    language: str | None = None,
    watchlist: Watchlist = INVENTED,
) -> FiguresRead:
    """The figures of a text in Chinese or English."""
    if language is None:
        language = "en" if text.isascii() else "zh-Hans"
    mentions = find_mentions(title, text, watchlist)
    return read_figures(title, text, mentions, published=published, language=language, watchlist=watchlist)


def told(figure: Figure) -> str:
    """A figure as the tests write it: company, kind, low, high, unit."""

    def bound(value: object) -> str:
        return "-" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"

    return f"{figure.company} {figure.kind} {bound(figure.low)} {bound(figure.high)} {figure.unit}"


def values(read_: FiguresRead) -> list[str]:
    """All figures as the tests write them, sorted."""
    return sorted(told(figure) for figure in read_.figures)
