"""Title and text to figures: each number is given its measure, its owner, its status and its time, or a reason to pass it over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from crawler.items import Figure, FigureKind, PassedOver, Status, Where
from crawler.reading.companies import COUNTED, Mention, filer_of
from crawler.reading.figures.counts import numbers_in, region_of
from crawler.reading.figures.dateline import day_told
from crawler.reading.figures.distinct import Conversion, Found, once_each, over_headline, without_conversions
from crawler.reading.figures.entities import Names
from crawler.reading.figures.events import with_events
from crawler.reading.figures.focus import focus_of
from crawler.reading.figures.investors import investors_in
from crawler.reading.figures.kinds import GROUP, Group, Measure, Surroundings, commas_in, measure, words_in
from crawler.reading.figures.links import linked
from crawler.reading.figures.owners import MONEY_KINDS, Owner, owner_of
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.roles import Passage
from crawler.reading.figures.rounds import OFFERINGS, leans, round_of
from crawler.reading.figures.scope import unit_of
from crawler.reading.figures.sentences import Sentence, split
from crawler.reading.figures.standing import Standing
from crawler.reading.figures.times import Times
from crawler.reading.figures.when import Told
from crawler.reading.folded import Folded, folded
from crawler.watchlist import Watchlist

_OF_ONE_ROUND: frozenset[FigureKind] = frozenset({"raised", "valuation"})
_OF_STAFF: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share", "headcount"})
_LAYOFFS = re.compile(
    r"(?<![制总独仲剪])(?<![^整]体)裁(?![判决定剪])|解雇|劝退|减员|优化|辞退|遣散|缩编|资遣|laid off|layoff|lay(?:ing|s)? off|reduc\w+ [^,.]{0,24}(?:workforce|headcount|staff)|(?:job|staff|workforce|headcount|personnel) cut|cut(?:s|ting)? (?:\w+ ){0,2}jobs|redundan"
    r"|n\+[123]|补偿方案|(?:员工|人数)[^，。]{0,8}(?:减少|下降)|离职潮"
    r"|(?<![a-z])shr[iau]nk\w* [^,.]{0,30}(?:unit|team|division|staff|workforce)|downsiz|(?:staff|workforce|headcount) reduction"
    r"|(?<![a-z])(?:fired|sack|sacked|dismiss|dismissed|slash|shed)(?![a-z])"
)


_Key = tuple[str, FigureKind, Decimal | None, Decimal | None, str]


@dataclass(frozen=True)
class FiguresRead:
    """The figures of one article, and the numbers that were passed over with the reasons."""

    figures: tuple[Figure, ...] = ()
    passed: tuple[PassedOver, ...] = ()


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
    whole = _Whole(title, text, mentions, watchlist, published, language)
    found: list[Found] = []
    passed: list[PassedOver] = []
    if whole.heading is not None:
        _Reader(whole.heading, "title", whole).read(found, passed)
    _Reader(whole.body, "text", whole).read(found, passed)
    kept = once_each(without_conversions(found, whole.conversions))
    figures = with_events([one.figure for one in kept], [one.sentence for one in kept])
    return FiguresRead(figures, tuple(passed))


_MOST_FIGURES = 500
"""Of one article: a text with more is a table, and comparing them all would cost more than reading."""


def _speaks_of_layoffs(lower: str) -> bool:
    return _LAYOFFS.search(lower) is not None


class _Whole:
    """What title and text share."""

    def __init__(
        self,
        title: str | None,
        text: str,
        mentions: Sequence[Mention],
        watchlist: Watchlist,
        published: date | None,
        language: str | None,
    ) -> None:
        self.heading = folded(title, title=True) if title else None
        self.body = folded(text)
        self.mentions, self.watchlist, self.language = mentions, watchlist, language
        self.published = published or day_told(self.body.text)
        self.seen: set[_Key] = set()
        self.in_headline: dict[_Key, int] = {}
        """Where the headline's figures stand among those found, until the text has repeated them."""
        self.conversions: dict[int, list[Conversion]] = {}
        """Of each sentence of the text, the amounts that only convert another."""
        self.region = region_of(self.body.text, language)
        self.headline_cuts = self.heading is not None and _speaks_of_layoffs(self.heading.lower)

    @cached_property
    def focus(self) -> str | None:
        """The company that the article is about."""
        filer = filer_of(self.body.raw, self.mentions)
        return filer or focus_of(self.heading, len(self.body.raw), self.mentions, self.watchlist)


class _Reader:
    """Reads one of title and text."""

    def __init__(self, part: Folded, where: Where, whole: _Whole) -> None:
        self.part, self.where, self.whole = part, where, whole
        self.quantities = numbers_in(part, whole.language, whole.region)
        self.sentences = split(part.text, part.lower)
        self.passage = Passage(
            part,
            self.sentences,
            lambda: Names(part, whole.mentions, where, whole.watchlist),
            lambda: whole.focus,
        )
        self.times = Times(part.lower, where, self.sentences, whole.published, about_cuts=whole.headline_cuts)
        self.standing = Standing(part.lower, self.sentences, self.times)

    def read(self, found: list[Found], passed: list[PassedOver]) -> None:
        """Adds what the numbers of this part give, one way or the other."""
        by_sentence: dict[int, list[Quantity]] = {}
        for quantity in self.quantities:
            by_sentence.setdefault(self.sentences.index_at(quantity.start), []).append(quantity)
        for index, quantities in by_sentence.items():
            self._read_sentence(index, quantities, found, passed)

    def _read_sentence(
        self, index: int, quantities: list[Quantity], found: list[Found], passed: list[PassedOver]
    ) -> None:
        sentence = self.sentences.all[index]
        originals = [quantity for quantity in quantities if quantity.equivalent is None]
        if len(originals) < len(quantities) and self.where == "text":
            converting = [quantity for quantity in quantities if quantity.equivalent is not None]
            self.whole.conversions[index] = [(one.unit, one.low or one.high) for one in converting]
        around = self._surroundings(index, sentence, quantities)
        words = {group: words_in(self.part.lower, sentence.start, sentence.end, group) for group in around}
        measured = [
            (quantity, measure(quantity, words[GROUP[quantity.dimension]], around[GROUP[quantity.dimension]]))
            for quantity in originals
        ]
        for (quantity, _), taken in zip(measured, linked(self.part.lower, measured), strict=True):
            owner = owner_of(quantity, taken.kind, self.passage, sentence) if taken.kind else None
            if taken.kind and owner and owner.company:
                figure: Figure | None = None
                for company in (owner.company, *owner.also):
                    key = (company, taken.kind, quantity.low, quantity.high, quantity.unit)
                    at = self._place(key, found)
                    if at is None:
                        continue
                    figure = figure or self._figure(
                        quantity, taken.kind, taken, owner, index, around[GROUP[quantity.dimension]]
                    )
                    place = index if self.where == "text" else -1 - index
                    one = Found(replace(figure, company=company), place, quantity.dimension == "bare")
                    found[at : at + 1] = [over_headline(one, found[at]) if at < len(found) else one]
            else:
                start, end = self.part.span(quantity.start, quantity.end)
                passed.append(PassedOver(self.where, start, end, owner.reason if owner else taken.reason))

    def _place(self, key: _Key, found: list[Found]) -> int | None:
        """Where a figure belongs among those found; None where its value is told already, or there are too many.

        A headline's figure gives way to the first sentence that repeats it: a headline has no room for 约 or 知情人士称.
        """
        if key in self.whole.in_headline and self.where == "text":
            return self.whole.in_headline.pop(key)
        if key in self.whole.seen or len(found) >= _MOST_FIGURES:
            return None
        self.whole.seen.add(key)
        if self.where == "title":
            self.whole.in_headline[key] = len(found)
        return len(found)

    def _surroundings(self, index: int, sentence: Sentence, quantities: list[Quantity]) -> dict[Group, Surroundings]:
        lower = self.part.lower
        before = self.sentences.all[index - 1].start if index else sentence.start
        stretch = self.part.text[sentence.start : sentence.end]
        common = Surroundings(
            lower=lower,
            start=sentence.start,
            end=sentence.end,
            latin=sum(map(str.isascii, stretch)) > 0.7 * len(stretch),
            numbers=(),
            commas=commas_in(self.part.text, sentence.start, sentence.end),
            layoffs=self.whole.headline_cuts or _speaks_of_layoffs(lower[before : sentence.end]),
        )
        starts: dict[Group, list[int]] = {}
        for quantity in quantities:
            starts.setdefault(GROUP[quantity.dimension], []).append(quantity.start)
        return {group: replace(common, numbers=tuple(numbers)) for group, numbers in starts.items()}

    def _figure(
        self, quantity: Quantity, kind: FigureKind, taken: Measure, owner: Owner, index: int, around: Surroundings
    ) -> Figure:
        part, sentence = self.part, self.sentences.all[index]
        start, end = part.span(quantity.start, quantity.end)
        clause = _clause(quantity, around)
        told = self.times.told(index, quantity, kind, around)
        status, status_word = self.standing.of(index, quantity, kind, clause, told)
        whole = (sentence.start, sentence.end)
        financing = kind not in _OF_STAFF
        why = [taken.reason, owner.reason]
        if status_word:
            why.append(f"{status}: {status_word}")
        if told:
            why.append(f"as of {told.value}: {part.text[told.start : told.end] or 'news of the month'}")
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
            round=self._round(index, clause, self._is_news(status, told)) if kind in _OF_ONE_ROUND else None,
            investors=investors_in(part.text, *whole) if kind in MONEY_KINDS else (),
            scope=None if financing else unit_of(part, sentence, quantity, owner),
            as_of=told.value if told else None,
            status=status,
            why=tuple(why),
            written=part.raw[start:end],
        )

    def _is_news(self, status: Status, told: Told | None) -> bool:
        """A plan, or what is told of the month of publication."""
        published = self.whole.published
        recent = told is not None and published is not None and told.value.startswith(published.isoformat()[:7])
        return status == "planned" or recent

    def _round(self, index: int, clause: tuple[int, int], news: bool) -> str | None:
        """The event named in the clause or the sentence, or by the next sentence: the Series C financing.

        A net sum or an option leans on the two sentences before, news on the headline.
        """
        sentence, lower = self.sentences.all[index], self.part.lower
        stretches = [clause, (sentence.start, sentence.end)]
        if leans(lower, sentence.start, sentence.end):
            stretches += [(one.start, one.end) for one in reversed(self.sentences.all[max(0, index - 2) : index])]
        named = round_of(lower, *stretches)
        if named in OFFERINGS and _A_ROUND.search(lower, *clause) and round_of(lower, clause) is None:
            named = None  # whose last round of $750 million valued it at $4 billion, withdrew its listing
        after = self.sentences.all[index + 1 : index + 2]
        if named is None and after and _THE_ROUND.match(lower, after[0].start):
            named = round_of(lower, (after[0].start, min(after[0].end, after[0].start + _ROUND_WITHIN)))
        heading = self.whole.heading
        if named is None and news and heading is not None:
            return round_of(heading.lower, (0, len(heading.lower)))
        return named


_THE_ROUND = re.compile(r"\s*(?:the|this|that|本轮|此轮|该轮|这轮|此次|本次)", re.IGNORECASE)
_A_ROUND = re.compile(r"(?<![a-z])(?:round|funding)(?![a-z])|轮(?:融资|投资)|[本上]轮")
_ROUND_WITHIN = 30
"""Characters of the next sentence in which it names the event that it goes on about."""


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
