"""Whether another value of one event speaks against a known one, or stands beside it as another of its sums."""

from __future__ import annotations

from crawler.decide import cues
from crawler.decide.same import COUNT_DAYS, DRIFT_DAYS, OFFERINGS, RECURRING, Told, gap, label, same_event, same_scope
from crawler.decide.times import known_when
from crawler.items import Known


def contradicts(told: Told, known: Known) -> bool:
    """Whether a figure and an entry of its kind, whose values differ, cannot both be right."""
    figure = told.figure
    if figure.kind == "raised_total":
        return told.dated and known_when(known) is not None and gap(told, known) <= DRIFT_DAYS
    if not same_event(told, known):
        return False
    if figure.kind == "raised":
        return _sums_exclude(told, known)
    if figure.kind == "valuation":
        return gap(told, known) <= DRIFT_DAYS and not cues.says(cues.BASIS, figure.quote)
    if figure.kind == "headcount":
        return told.when.days <= COUNT_DAYS
    return same_scope(figure.scope, known.scope)


def _sums_exclude(told: Told, known: Known) -> bool:
    """Gross, net and a part of an offering stand side by side; two plans for it, or two sizes of a round, do not."""
    figure = told.figure
    if cues.says(cues.PART, figure.quote):
        return False
    if label(figure.round) in OFFERINGS or label(known.round) in OFFERINGS:
        return figure.status == known.status == "planned"
    lettered = label(figure.round) == label(known.round) and label(figure.round) not in RECURRING
    return lettered or "stated" not in (figure.status, known.status)
