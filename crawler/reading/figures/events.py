"""Which figures of one article belong to one round, offering or cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.items import Figure

_FINANCING = frozenset({"raised", "valuation"})


def with_events(figures: Sequence[Figure], sentences: Sequence[int]) -> tuple[Figure, ...]:
    """The same figures, those of one event with the same ``event``; ``sentences`` numbers the sentence of each.

    Figures of one company and topic are of one event where they stand in one sentence, or agree in round and time.
    A sum over several rounds is an event of its own.
    """
    named: list[str] = []
    for at, figure in enumerate(figures):
        topic = _topic(figure)
        event = next(
            (
                named[before]
                for before in range(at - 1, -1, -1)
                if figures[before].company == figure.company
                and _topic(figures[before]) == topic
                and _together(figures[before], figure, sentences[before] == sentences[at])
            ),
            f"{figure.company}-{topic}-{at + 1}",
        )
        named.append(event)
    return tuple(replace(figure, event=event) for figure, event in zip(figures, named, strict=True))


def _topic(figure: Figure) -> str:
    if figure.kind in _FINANCING:
        return "financing"
    return figure.kind if figure.kind in ("raised_total", "headcount") else "layoffs"


def _together(one: Figure, other: Figure, same_sentence: bool) -> bool:
    if one.round and other.round and one.round != other.round:
        return False
    agree = (
        one.as_of is None
        or other.as_of is None
        or one.as_of.startswith(other.as_of)
        or other.as_of.startswith(one.as_of)
    )
    if same_sentence:
        return agree or one.as_of == other.as_of
    return agree and one.round == other.round and one.as_of == other.as_of
