"""Each value of a company's measure once, however often an article repeats it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.items import Figure, Status


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and where it was found."""

    figure: Figure
    sentence: int
    bare: bool
    """No currency is written beside the number."""


Conversion = tuple[str, Decimal | None]
"""Unit and value of an amount in brackets behind the one that it converts."""
_ROUNDING = Decimal("0.005")


def once_each(found: Sequence[Found]) -> list[Found]:
    """Each value of a company's measure once; a value within half a per cent is the same.

    The first that stands in the text counts, the headline's only where the text has none.
    """
    kept: list[Found] = []
    by_key: dict[tuple[str, str, str], list[int]] = {}
    for one in found:
        figure = one.figure
        if one.bare and any(_spelled_out(other, one) for other in found):
            continue
        same = by_key.setdefault((figure.company, figure.kind, figure.unit), [])
        at = next((at for at in same if _same_value(figure, kept[at].figure)), None)
        if at is None:
            same.append(len(kept))
            kept.append(one)
        elif kept[at].figure.where == "title" and figure.where == "text":
            kept[at] = over_headline(one, kept[at])
    return kept


def without_conversions(found: Sequence[Found], conversions: Mapping[int, Sequence[Conversion]]) -> list[Found]:
    """The figures without those of the headline that only convert a figure of the text into another currency.

    ``conversions`` holds, for each sentence of the text, the amounts that convert the one before them.
    """
    converted = {
        (one.figure.company, one.figure.kind, amount)
        for one in found
        if one.figure.where == "text"
        for amount in conversions.get(one.sentence, ())
    }
    return [
        one
        for one in found
        if one.figure.where == "text"
        or not any(
            (one.figure.company, one.figure.kind, one.figure.unit) == (company, kind, unit)
            and _same(one.figure.low or one.figure.high, value)
            for company, kind, (unit, value) in converted
        )
    ]


_STRENGTH: dict[Status, int] = {"stated": 0, "reported": 1, "planned": 2, "denied": 3}
"""The stronger word wins: denied, then planned, then reported."""


def over_headline(one: Found, headline: Found) -> Found:
    """A sentence's figure in the place of the headline's, with what only the headline tells: a day, a stronger status."""
    figure, short = one.figure, headline.figure
    status = max(figure.status, short.status, key=lambda status: _STRENGTH[status])
    return replace(one, figure=replace(figure, status=status, as_of=figure.as_of or short.as_of))


def _same_value(one: Figure, other: Figure) -> bool:
    return _same(one.low, other.low) and _same(one.high, other.high)


def _spelled_out(other: Found, bare: Found) -> bool:
    """A headline's 估值破千亿 is dollars where the text says 1000亿美元."""
    one, two = other.figure, bare.figure
    if other.bare or one.company != two.company or one.kind != two.kind or one.unit == two.unit:
        return False
    return _same(one.low or one.high, two.low or two.high)


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
