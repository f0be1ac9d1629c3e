"""Which signals (news of a round or a cut without a number) are to be flagged: each once per event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crawler.decide.evidence import is_denied
from crawler.decide.same import TOPICS
from crawler.decide.times import Period, day_of, known_when
from crawler.items import Judged, Known, Signal, SignalKind

EVENT_DAYS = 45
"""Within these, the same signal of the same company and topic is the same news."""
ANSWERED_DAYS = 60
"""How old a figure may be that a denial without a number answers."""

_COVERS: dict[SignalKind, frozenset[SignalKind]] = {
    "started": frozenset({"started", "completed"}),
    "completed": frozenset({"completed"}),
    "withdrawn": frozenset({"withdrawn"}),
    "denied": frozenset({"denied"}),
}
"""What makes a signal old news: that something is done tells that it was begun."""


def fresh_signals(
    signals: Sequence[Signal],
    flagged: Sequence[Signal],
    judged: Sequence[Judged],
    ledger: Sequence[Known],
    published: date,
) -> tuple[Signal, ...]:
    """The signals that say something neither a flagged signal nor a figure has said of that event."""
    fresh: list[Signal] = []
    for signal in signals:
        if _said(signal, (*flagged, *fresh), published) or _numbered(signal, judged, ledger, published):
            continue
        fresh.append(signal)
    return tuple(fresh)


def _said(signal: Signal, flagged: Sequence[Signal], published: date) -> bool:
    return any(
        (signal.company, signal.topic) == (one.company, one.topic)
        and one.signal in _COVERS[signal.signal]
        and _within(day_of(one.published), published, EVENT_DAYS)
        for one in flagged
    )


def _within(day: date | None, published: date, days: int) -> bool:
    return day is None or abs((published - day).days) <= days


def _numbered(signal: Signal, judged: Sequence[Judged], ledger: Sequence[Known], published: date) -> bool:
    """Whether figures of these days, here or in the ledger, tell it already; nothing but itself tells a withdrawal."""
    if signal.signal == "withdrawn":
        return False
    here = [
        one.figure for one in judged if (one.figure.company, TOPICS[one.figure.kind]) == (signal.company, signal.topic)
    ]
    if signal.signal == "denied":
        return any(figure.status == "denied" for figure in here)
    if any(one.flag and one.figure in here and one.figure.kind != "headcount" for one in judged):
        return True
    return any(
        signal.signal == "started" or known.status == "stated"
        for known in _recent(signal, ledger, published, EVENT_DAYS)
    )


def _recent(signal: Signal, ledger: Sequence[Known], published: date, days: int) -> list[Known]:
    """The standing figures of the signal's company and topic that hold for these days."""
    return [
        known
        for known in ledger
        if (known.company, TOPICS[known.kind]) == (signal.company, signal.topic)
        and known.kind != "headcount"
        and known.state != "unconfirmed"
        and not is_denied(known)
        and _is_recent(known, published, days)
    ]


def _is_recent(known: Known, published: date, days: int) -> bool:
    """By the time it holds for: what shrank by June and was printed in August says nothing of a cut in September."""
    time = known_when(known)
    return time is not None and time.gap(Period(published, published)) <= days


def reopened(signals: Sequence[Signal], ledger: Sequence[Known], published: date) -> tuple[str, ...]:
    """Ids of the figures that the denials among the signals answer."""
    denials = [signal for signal in signals if signal.signal == "denied"]
    return tuple(dict.fromkeys(known.id for one in denials for known in _recent(one, ledger, published, ANSWERED_DAYS)))
