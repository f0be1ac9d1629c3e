"""What a changed article changed in its figures; changes of wording, place or rounding are no edits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crawler.decide.same import label, same_scope
from crawler.decide.values import compare
from crawler.items import Edit, Figure
from crawler.rates import Rates


def edits(
    before: Sequence[Figure], after: Sequence[Figure], *, published: date, rates: Rates, cut_off: bool
) -> tuple[Edit, ...]:
    """The figures that changed, appeared or vanished, changed ones first.

    A page that is ``cut_off`` lost text on its way to us, so nothing is said to have vanished from it.
    """
    gone = [figure for figure in before if not _among(figure, after, published, rates)]
    come = [figure for figure in after if not _among(figure, before, published, rates)]
    changed: list[Edit] = []
    for figure in list(come):
        old = next((other for other in gone if _one_measure(figure, other)), None)
        if old is not None:
            changed.append(Edit(old, figure))
            come.remove(figure)
            gone.remove(old)
    appeared = [Edit(None, figure) for figure in come]
    vanished = [] if cut_off else [Edit(figure, None) for figure in gone]
    return (*changed, *appeared, *vanished)


def what_it_says(figure: Figure) -> tuple[object, ...]:
    """By this a figure is the one that stood in the text before, wherever in it and in whatever words."""
    return figure.company, figure.kind, figure.low, figure.high, figure.unit, figure.status


def _among(figure: Figure, others: Sequence[Figure], published: date, rates: Rates) -> bool:
    return any(
        (figure.company, figure.kind) == (other.company, other.kind)
        and (figure.status == "denied") == (other.status == "denied")
        and compare(figure, other, rates, (published,)).stand == "same"
        for other in others
    )


def _one_measure(one: Figure, other: Figure) -> bool:
    """Whether the two tell of the same thing, so that the one took the other's place."""
    same = (one.company, one.kind) == (other.company, other.kind) and same_scope(one.scope, other.scope)
    return same and (label(one.round) == label(other.round) or not label(one.round) or not label(other.round))
