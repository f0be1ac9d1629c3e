"""The order of the decisions about one reading.

failed      it could not be read, or holds no text
known       a stored address, its text as it was
revised     a stored address, its text changed
irrelevant  no watched company
copy        another address, the text of a stored article
stored      anything else
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from crawler.decide import copies, news
from crawler.decide.edits import edits, what_it_says
from crawler.decide.figures import judge_figures, silenced
from crawler.decide.times import day_of
from crawler.items import Edit, Figure, Judged, Known, Neighbour, Outcome, Page, Reading, Signal
from crawler.rates import Rates

SHRUNK = 2
"""A page that lost half of its text was cut off, not edited."""


def decide(
    reading: Reading,
    page: Page,
    neighbours: Sequence[Neighbour],
    ledger: Sequence[Known],
    signals: Sequence[Signal],
    *,
    rates: Rates,
    baseline_before: datetime | None,
    now: datetime,
) -> Outcome:
    """What becomes of a reading: where it ends, what its figures are to the ledger, and what a person is to see.

    ``signals`` are those flagged before. ``baseline_before`` is set on a source's first poll alone: what was
    published earlier, or tells no day, is learnt and not flagged. ``now`` stands in for a day of publication that
    is missing or lies ahead.
    """
    if reading.error is not None or not (reading.article.text.strip() or reading.figures):
        return Outcome("failed", reading)
    published = _published(reading, page, now)
    stored = copies.same_address(page, neighbours)
    if stored is not None and _unchanged(reading, stored):
        return Outcome("known", reading, revises=stored.id, story=stored.story)
    if stored is None and not reading.companies:
        return Outcome("irrelevant", reading)
    judged = judge_figures(reading.figures, ledger, published=published, tier=page.tier, rates=rates)
    fresh = news.fresh_signals(reading.signals, signals, judged, ledger, published)
    outcome = Outcome("stored", reading, judged=judged, signals=fresh)
    if stored is not None:
        outcome = _revised(outcome, stored, published, rates)
    else:
        outcome = _placed(outcome, neighbours, published)
        if baseline_before is not None and _is_older(reading, page, baseline_before):
            return _unflagged(outcome)
    return replace(outcome, reopened=news.reopened(outcome.signals, ledger, published))


def _published(reading: Reading, page: Page, now: datetime) -> date:
    told = _told(reading, page)
    return min(told, now.date()) if told else now.date()


def _told(reading: Reading, page: Page) -> date | None:
    return day_of(reading.article.published) or (day_of(page.lead.published) if page.lead else None)


def _is_older(reading: Reading, page: Page, before: datetime) -> bool:
    moment = reading.article.published or (page.lead.published if page.lead else None)
    if isinstance(moment, datetime):
        return moment < before
    return moment is None or moment < before.date()


def _unchanged(reading: Reading, stored: Neighbour) -> bool:
    same_text = reading.fingerprint is not None and reading.fingerprint.exact == stored.fingerprint.exact
    return same_text and (reading.article.title == stored.title or _values(reading.figures) == _values(stored.figures))


def _values(figures: Sequence[Figure]) -> set[tuple[object, ...]]:
    return {(one.company, one.kind, one.low, one.high, one.unit, one.status == "denied") for one in figures}


def _numbers(figures: Sequence[Figure]) -> set[tuple[object, ...]]:
    """Without the unit: 2亿元 is the same sum in a copy whose script makes a reader think of another currency."""
    return {(one.company, one.kind, one.low, one.high, one.status == "denied") for one in figures}


def _revised(outcome: Outcome, stored: Neighbour, published: date, rates: Rates) -> Outcome:
    """A figure that an edit brought is flagged as edited, and only where the ledger does not hold it already.

    One that the edit left alone is not asked about again: a person may have decided on it since.
    """
    reading = outcome.reading
    found = edits(
        stored.figures,
        reading.figures,
        published=published,
        rates=rates,
        cut_off=reading.article.truncated or _shrank(reading, stored),
    )
    news_of = {id(one.figure): one for one in outcome.judged}
    kept = tuple(edit for edit in found if _is_news(edit, news_of))
    edited = {id(edit.after) for edit in kept if edit.after is not None}
    left_alone = {what_it_says(figure) for figure in stored.figures}
    judged = tuple(
        silenced(one)
        if what_it_says(one.figure) in left_alone
        else replace(one, flag=one.flag and id(one.figure) not in edited)
        for one in outcome.judged
    )
    return replace(outcome, end="revised", revises=stored.id, story=stored.story, judged=judged, edits=kept)


def _is_news(edit: Edit, judged: dict[int, Judged]) -> bool:
    if edit.after is None or edit.before is not None:
        return True
    return judged[id(edit.after)].flag


def _shrank(reading: Reading, stored: Neighbour) -> bool:
    return reading.fingerprint is not None and reading.fingerprint.length * SHRUNK < stored.fingerprint.length


def _placed(outcome: Outcome, neighbours: Sequence[Neighbour], published: date) -> Outcome:
    """A copy joins its original, and another telling of the same news its story."""
    reading = outcome.reading
    found = copies.originals(reading, neighbours)
    if not found:
        told = copies.same_news(reading, neighbours, published)
        return replace(outcome, story=told.story if told else None)
    first = found[0]
    judged = tuple(_as_copy(one, found) for one in outcome.judged)
    return replace(outcome, end="copy", copy_of=first.copy_of or first.id, story=first.story, judged=judged)


def _as_copy(judged: Judged, found: Sequence[Neighbour]) -> Judged:
    """What the original says too is one report more of it; a copy is flagged for nothing but what it adds."""
    if not judged.flag:
        return judged
    of_original = {value for one in found for value in _numbers(one.figures)}
    if _numbers([judged.figure]) <= of_original:
        return silenced(judged)
    return judged


def _unflagged(outcome: Outcome) -> Outcome:
    judged = tuple(replace(one, flag=False) for one in outcome.judged)
    return replace(outcome, judged=judged, signals=(), edits=(), baseline=True)
