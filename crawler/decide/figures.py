"""Holds the figures of one article against the ledger: new, repeated, closer, confirmed, contradicted or denied.

What is known only unconfirmed is shown beside a new figure and suppresses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from crawler.decide.contradiction import contradicts
from crawler.decide.evidence import is_denied, is_stronger
from crawler.decide.same import Told, gap, may_refine, may_restate, same_event
from crawler.decide.times import known_when
from crawler.decide.values import Comparison, compare
from crawler.items import Figure, Judged, Known, Relation, Tier
from crawler.rates import Rates

FLAGGED: frozenset[Relation] = frozenset({"new", "refines", "confirms", "contradicts", "denied"})
_CLOSENESS = {"same": 0, "coarser": 1, "finer": 2}


@dataclass(frozen=True, slots=True)
class _Held:
    """One entry of the ledger beside the figure, and how their values stand."""

    known: Known
    comparison: Comparison


def judge_figures(
    figures: Sequence[Figure], ledger: Sequence[Known], *, published: date, tier: Tier, rates: Rates
) -> tuple[Judged, ...]:
    """Each figure, in its order, with its relation to the ledger and the event it belongs to.

    A figure that only repeats another one of the same article repeats without an entry (``same_as`` is None).
    """
    told = [Told(figure, published) for figure in figures]
    judged = [_judge(one, ledger, tier, rates) for one in told]
    _drop_doubles(told, judged, rates)
    return _with_events(told, judged, ledger)


def _judge(told: Told, ledger: Sequence[Known], tier: Tier, rates: Rates) -> Judged:
    figure = told.figure
    held = [
        _Held(known, compare(figure, known, rates, _days(told, known)))
        for known in ledger
        if known.company == figure.company and known.kind == figure.kind
    ]
    if figure.status == "denied":
        return _denial(told, held, tier)
    sure = [one for one in held if one.known.state != "unconfirmed"]
    match = _closest(told, sure, tier)
    if match is not None:
        return _restated(told, match, tier)
    against = [one for one in sure if one.comparison.stand in ("apart", "overlaps") and not is_denied(one.known)]
    against = [one for one in against if contradicts(told, one.known)]
    if against:
        nearest = min(against, key=lambda one: gap(told, one.known))
        ids = (nearest.known.id, *(one.known.id for one in against if one is not nearest))
        return Judged(figure, "contradicts", ids, event=nearest.known.event, note=nearest.comparison.note, flag=True)
    return _new(told, held)


def _days(told: Told, known: Known) -> tuple[date, ...]:
    """The days whose rates may have been used: of the event as each side tells it, and of publication; none for one unit."""
    if told.figure.unit == known.unit:
        return ()
    time = known_when(known)
    days = [told.when.first, told.published]
    if time is not None:
        days.append(time.first)
    return tuple(dict.fromkeys(days))


def _closest(told: Told, held: Sequence[_Held], tier: Tier) -> _Held | None:
    """The entry that says the same: one that says it as surely first, then by value, then by time."""
    fitting = [one for one in held if _fits(told, one)]
    if not fitting:
        return None
    return min(
        fitting,
        key=lambda one: (
            one.comparison.stand == "finer",
            is_stronger(told.figure, one.known, tier),
            _CLOSENESS[one.comparison.stand],
            is_denied(one.known),
            gap(told, one.known),
            one.known.id,
        ),
    )


def _fits(told: Told, one: _Held) -> bool:
    if one.comparison.stand == "finer":
        return may_refine(told, one.known)
    return one.comparison.stand in _CLOSENESS and may_restate(told, one.known)


def _restated(told: Told, match: _Held, tier: Tier) -> Judged:
    figure, known, comparison = told.figure, match.known, match.comparison
    if _lowers_a_limit(figure, known, comparison):
        return Judged(figure, "contradicts", (known.id,), event=known.event, note=comparison.note, flag=True)
    closer = comparison.stand == "finer" or (
        comparison.stand == "same" and known.approximate and not figure.approximate and tier in ("filing", "company")
    )
    relation: Relation = "repeats"
    if comparison.stand != "finer" and is_stronger(figure, known, tier):
        relation = "confirms"
    elif closer and not is_denied(known):
        relation = "refines"
    same_as = None if relation == "refines" else known.id
    return Judged(figure, relation, (known.id,), same_as, known.event, comparison.note, flag=relation in FLAGGED)


def _lowers_a_limit(figure: Figure, known: Known, comparison: Comparison) -> bool:
    """Whether "up to 1.2 billion" became "up to 0.9 billion": another plan, no closer number."""
    planned = figure.status == known.status == "planned"
    return comparison.stand != "same" and planned and figure.low is None and known.low is None


def _denial(told: Told, held: Sequence[_Held], tier: Tier) -> Judged:
    """A denial answers any entry of that value, an unconfirmed one too; once is enough."""
    match = _closest(told, held, tier)
    if match is None:
        return _new(told, held)
    known = match.known
    relation: Relation = "repeats" if is_denied(known) else "denied"
    return Judged(
        told.figure, relation, (known.id,), known.id, known.event, match.comparison.note, flag=relation in FLAGGED
    )


def _new(told: Told, held: Sequence[_Held]) -> Judged:
    """Nothing says so yet; what is only unconfirmed, or could not be compared, is named for the reviewer."""
    unsure = [
        one
        for one in held
        if one.comparison.stand == "unknown" or (one.known.state == "unconfirmed" and _fits(told, one))
    ]
    unsure = [one for one in unsure if one.comparison.stand != "unknown" or same_event(told, one.known)]
    notes = dict.fromkeys(one.comparison.note for one in unsure if one.comparison.note)
    event = next((one.known.event for one in unsure), None)
    ids = tuple(one.known.id for one in unsure)
    return Judged(told.figure, "new", ids, event=event, note="; ".join(notes) or None, flag=True)


def _drop_doubles(told: Sequence[Told], judged: list[Judged], rates: Rates) -> None:
    """Where one article gives a number twice, closer and wider or in two currencies, the closest one is flagged."""
    for at, one in enumerate(told):
        if not judged[at].flag:
            continue
        for other_at, other in enumerate(told):
            alike = (one.figure.status == "denied") == (other.figure.status == "denied")
            if other_at == at or not judged[other_at].flag or not alike:
                continue
            if _says_it_better(other, one, other_at < at, rates):
                judged[at] = silenced(judged[at])
                break


def silenced(judged: Judged) -> Judged:
    """The same without a flag: a report of the entry that says so, or of none."""
    against = judged.against if judged.same_as is not None else ()
    return replace(judged, relation="repeats", against=against, flag=False)


def _says_it_better(one: Told, other: Told, before: bool, rates: Rates) -> bool:
    first, second = one.figure, other.figure
    if before and _number(first) == _number(second):
        return True  # of another unit or time, maybe, but a number is asked about once
    if (first.company, first.kind, first.scope, first.as_of) != (
        second.company,
        second.kind,
        second.scope,
        second.as_of,
    ):
        return False
    stand = compare(first, second, rates, (one.when.first, one.published), hedged=False).stand
    if stand == "same":
        return before
    return stand == "finer" and first.kind not in ("raised", "raised_total", "valuation")


def _number(figure: Figure) -> tuple[object, ...]:
    return figure.company, figure.kind, figure.low, figure.high, figure.unit, figure.event


def _nearness(told: Told, known: Known) -> tuple[int, str]:
    return gap(told, known), known.id


def _with_events(told: Sequence[Told], judged: Sequence[Judged], ledger: Sequence[Known]) -> tuple[Judged, ...]:
    """Figures that the article ties together go to one event of the ledger, where one of them is known there."""
    found: dict[tuple[str, str], str] = {}
    for one in judged:
        if one.event is not None:
            found.setdefault((one.figure.company, one.figure.event), one.event)
    for teller in told:
        key = (teller.figure.company, teller.figure.event)
        if key not in found:
            near = [known for known in ledger if known.company == key[0] and same_event(teller, known)]
            if near:
                found[key] = min(near, key=partial(_nearness, teller)).event
    return tuple(
        one if one.event is not None else replace(one, event=found.get((one.figure.company, one.figure.event)))
        for one in judged
    )
