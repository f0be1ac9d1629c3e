"""Title and text to figures: each number is given its measure, its owner, its status and its time, or a reason to pass it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crawler.items import Figure, FigureKind, PassedOver, Where
from crawler.reading.companies import COUNTED, Mention, companies_of
from crawler.reading.figures.entities import entities_in
from crawler.reading.figures.events import with_events
from crawler.reading.figures.investors import investors_in
from crawler.reading.figures.kinds import GROUP, Measure, Surroundings, commas_in, measure, words_in
from crawler.reading.figures.owners import MONEY_KINDS, Owner, Passage, owner_of
from crawler.reading.figures.quantities import Quantity, find_quantities
from crawler.reading.figures.rounds import round_of
from crawler.reading.figures.scope import scope_of
from crawler.reading.figures.sentences import Sentence, split
from crawler.reading.figures.status import Reach, status_of
from crawler.reading.figures.when import dates_in, nearest
from crawler.reading.folded import Folded, folded
from crawler.watchlist import Watchlist

_OF_STAFF: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share", "headcount"})
_LAYOFFS = (
    "裁",
    "解雇",
    "减员",
    "优化",
    "辞退",
    "遣散",
    "缩编",
    "laid off",
    "layoff",
    "lay off",
    "job cut",
    "cut jobs",
    "redundan",
    "fired",
    "sack",
    "dismiss",
    "cutting",
    "slash",
    "shed",
)


@dataclass(frozen=True)
class FiguresRead:
    """The figures of one article, and the numbers that were passed over with the reasons."""

    figures: tuple[Figure, ...] = ()
    passed: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    figure: Figure
    sentence: int


def read_figures(
    title: str | None,
    text: str,
    mentions: Sequence[Mention],
    *,
    published: date | None,
    language: str | None,
    outlet: str | None = None,
    watchlist: Watchlist,
) -> FiguresRead:
    """The figures that title and text give for watched companies; nothing where neither names one.

    Values are exact; ``as_of`` is counted from ``published``. Never raises for odd text; linear in its length.
    """
    if not any(mention.kind in COUNTED for mention in mentions):
        return FiguresRead()
    about = [company.company for company in companies_of(title, text, mentions) if company.focus]
    focus = about[0] if len(about) == 1 else None
    heading = folded(title, title=True) if title else None
    headline_cuts = heading is not None and _speaks_of_layoffs(heading.lower)
    found: list[_Found] = []
    passed: list[PassedOver] = []
    parts: list[tuple[Where, Folded]] = [("title", heading)] if heading is not None else []
    parts.append(("text", folded(text)))
    for where, part in parts:
        reader = _Reader(part, where, mentions, watchlist, focus, headline_cuts, published, language)
        reader.read(found, passed)
    kept = _once_each(found)
    figures = with_events([one.figure for one in kept], [one.sentence for one in kept])
    return FiguresRead(figures, tuple(passed))


def _speaks_of_layoffs(lower: str) -> bool:
    return any(word in lower for word in _LAYOFFS)


class _Reader:
    """Reads one of title and text."""

    def __init__(
        self,
        part: Folded,
        where: Where,
        mentions: Sequence[Mention],
        watchlist: Watchlist,
        focus: str | None,
        headline_cuts: bool,
        published: date | None,
        language: str | None,
    ) -> None:
        self.part, self.where, self.published = part, where, published
        self.headline_cuts = headline_cuts
        self.quantities = find_quantities(
            part.text, language=language, region="mainland" if language == "zh-Hans" else None
        )
        sentences = split(part.text, part.lower)
        self.passage = Passage(part, sentences, entities_in(part, mentions, where, watchlist), focus)
        self.sentences = sentences

    def read(self, found: list[_Found], passed: list[PassedOver]) -> None:
        """Adds what the numbers of this part give, one way or the other."""
        by_sentence: dict[int, list[Quantity]] = {}
        for quantity in self.quantities:
            by_sentence.setdefault(self.sentences.index_at(quantity.start), []).append(quantity)
        for index, quantities in by_sentence.items():
            self._read_sentence(index, quantities, found, passed)

    def _read_sentence(
        self, index: int, quantities: list[Quantity], found: list[_Found], passed: list[PassedOver]
    ) -> None:
        sentence = self.sentences.all[index]
        for group in ("money", "people", "percent"):
            members = [quantity for quantity in quantities if GROUP[quantity.dimension] == group]
            if not members:
                continue
            words = words_in(self.part.lower, sentence.start, sentence.end, group)
            around = self._surroundings(index, sentence, members)
            for quantity in members:
                if quantity.equivalent is not None:
                    continue
                taken = measure(quantity, words, around)
                owner = owner_of(quantity, taken.kind, self.passage, sentence) if taken.kind else None
                if taken.kind and owner and owner.company:
                    figure = self._figure(quantity, taken.kind, taken, owner, index, around)
                    found.append(_Found(figure, index if self.where == "text" else -1 - index))
                else:
                    start, end = self.part.span(quantity.start, quantity.end)
                    reason = owner.reason if owner and not owner.company else taken.reason
                    passed.append(PassedOver(self.where, start, end, reason))

    def _surroundings(self, index: int, sentence: Sentence, members: list[Quantity]) -> Surroundings:
        lower = self.part.lower
        before = self.sentences.all[index - 1].start if index else sentence.start
        stretch = self.part.text[sentence.start : sentence.end]
        return Surroundings(
            lower=lower,
            start=sentence.start,
            end=sentence.end,
            latin=sum(char.isascii() for char in stretch) > 0.7 * len(stretch),
            numbers=tuple(quantity.start for quantity in members),
            commas=commas_in(self.part.text, sentence.start, sentence.end),
            layoffs=self.headline_cuts or _speaks_of_layoffs(lower[before : sentence.end]),
        )

    def _figure(
        self, quantity: Quantity, kind: FigureKind, taken: Measure, owner: Owner, index: int, around: Surroundings
    ) -> Figure:
        part, sentence = self.part, self.sentences.all[index]
        start, end = part.span(quantity.start, quantity.end)
        clause = _clause(quantity, around)
        status, status_word = status_of(part.lower, self._reach(index, quantity, around, clause))
        told = nearest(
            dates_in(part.lower, sentence.start, sentence.end, self.published),
            quantity.start,
            quantity.end,
            around.commas,
        )
        whole = (sentence.start, sentence.end)
        financing = kind not in _OF_STAFF
        why = [taken.reason, owner.reason]
        if status_word:
            why.append(f"{status}: {status_word}")
        if told:
            why.append(f"as of {told.value}: {part.text[told.start : told.end]}")
        return Figure(
            company=owner.company or "",
            kind=kind,
            low=quantity.low,
            high=quantity.high,
            unit=quantity.unit,
            quote=_quote(part, sentence),
            where=self.where,
            start=start,
            end=end,
            approximate=quantity.approximate,
            round=round_of(part.lower, clause, whole) if financing else None,
            investors=investors_in(part.text, *whole) if kind in MONEY_KINDS else (),
            scope=None if financing else scope_of(part.text, sentence.start, quantity.start),
            as_of=told.value if told else None,
            status=status,
            why=tuple(why),
            written=part.raw[start:end],
        )

    def _reach(self, index: int, quantity: Quantity, around: Surroundings, clause: tuple[int, int]) -> Reach:
        sentence = self.sentences.all[index]
        following = self.sentences.all[index + 1] if index + 1 < len(self.sentences.all) else sentence
        end = following.end if following.end - sentence.end < 120 else sentence.end
        return Reach(clause=clause, sentence=(sentence.start, sentence.end), following=(sentence.start, end))


def _clause(quantity: Quantity, around: Surroundings) -> tuple[int, int]:
    """The clause of a number, with the one before it where no other number stands in that."""
    starts = [around.start, *(comma + 1 for comma in around.commas if comma < quantity.start)]
    start = starts[-1]
    if len(starts) > 1 and not any(starts[-2] <= number < start for number in around.numbers):
        start = starts[-2]
    end = next((comma for comma in around.commas if comma >= quantity.end), around.end)
    return start, end


def _quote(part: Folded, sentence: Sentence) -> str:
    start, end = part.span(sentence.start, sentence.end)
    return part.raw[start:end].strip()


_ROUNDING = Decimal("0.005")


def _once_each(found: Sequence[_Found]) -> list[_Found]:
    """Each value of a company's measure once, the first time it stands; a value within half a per cent is the same."""
    kept: list[_Found] = []
    by_key: dict[tuple[str, str, str], list[_Found]] = {}
    for one in found:
        figure = one.figure
        same = by_key.setdefault((figure.company, figure.kind, figure.unit), [])
        if not any(_same(figure.low, other.figure.low) and _same(figure.high, other.figure.high) for other in same):
            same.append(one)
            kept.append(one)
    return kept


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
