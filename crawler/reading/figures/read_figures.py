"""Title and text to figures: each number is given its measure, its owner, its status and its time, or a reason to pass it over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from crawler.items import Figure, FigureKind, PassedOver, Status, Where
from crawler.reading.companies import COUNTED, Mention, filer_of
from crawler.reading.figures.counts import numbers_in, region_of
from crawler.reading.figures.dateline import day_told
from crawler.reading.figures.distinct import Found, once_each, over_headline
from crawler.reading.figures.entities import Names
from crawler.reading.figures.events import with_events
from crawler.reading.figures.focus import focus_of
from crawler.reading.figures.investors import investors_in
from crawler.reading.figures.kinds import GROUP, Group, Measure, Surroundings, commas_in, measure, words_in
from crawler.reading.figures.links import linked
from crawler.reading.figures.owners import MONEY_KINDS, Owner, owner_of
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.roles import Passage
from crawler.reading.figures.rounds import round_of
from crawler.reading.figures.scope import scope_of
from crawler.reading.figures.sentences import Sentence, split
from crawler.reading.figures.status import Reach, status_of
from crawler.reading.figures.when import Told, dates_in, nearest, years_in_digits
from crawler.reading.folded import Folded, folded
from crawler.watchlist import Watchlist

_CUTS: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share"})
_SHRANK = re.compile(
    r"(?:较|比|相较于?|相比于?)[^，。;]{0,4}(?:年|季|末|底|同期)[^，。;]{0,16}(?:减|少|降|缩)|(?:同比|按年|年减|年内净)[^，。;]{0,6}(?:减|少|降|缩)"
    r"|down [^.;]{0,16} (?:from|since) (?:a year|january|june|december|the end|last year)|(?:减|少|降|缩)[^，。;]{0,12}，?(?:较|比)(?:去|上|前|20\d\d)年"
)
"""The staff counted at two times, and what it lost between them."""
_OF_STAFF: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share", "headcount"})
_LAYOFFS = re.compile(
    r"(?<![制总独仲剪])(?<![^整]体)裁(?![判决定剪])|解雇|减员|优化|辞退|遣散|缩编|资遣|laid off|layoff|lay(?:ing|s)? off|reduc\w+ [^,.]{0,24}(?:workforce|headcount|staff)|job cut|cut(?:s|ting)? (?:\w+ ){0,2}jobs|redundan"
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
    kept = once_each(found)
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
        self.published = whole.published
        self.quantities = numbers_in(part, whole.language, whole.region)
        self.sentences = split(part.text, part.lower)
        self.passage = Passage(
            part,
            self.sentences,
            lambda: Names(part, whole.mentions, where, whole.watchlist),
            lambda: whole.focus,
        )
        self._dates_of: dict[int, list[Told]] = {}
        self._in_digits = years_in_digits(part.lower)

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
        told = self._told(index, quantity, around)
        if told is not None and kind in _CUTS and _SHRANK.search(part.lower, sentence.start, quantity.end + 24):
            told = replace(told, value=told.value[:4])  # a shrinking from one count to the next holds for the year
        status, status_word = self._status(index, quantity, around, clause, told, kind)
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
            round=self._round(index, clause, status == "planned") if financing else None,
            investors=investors_in(part.text, *whole) if kind in MONEY_KINDS else (),
            scope=None if financing else _unit(part, sentence, quantity, owner),
            as_of=told.value if told else None,
            status=status,
            why=tuple(why),
            written=part.raw[start:end],
        )

    def _round(self, index: int, clause: tuple[int, int], planned: bool) -> str | None:
        """The event named in the clause or the sentence.

        A net sum or an option leans on the two sentences before, a plan on the headline.
        """
        sentence, lower = self.sentences.all[index], self.part.lower
        stretches = [clause, (sentence.start, sentence.end)]
        if _LEANS.search(lower, sentence.start, sentence.end):
            stretches += [(one.start, one.end) for one in reversed(self.sentences.all[max(0, index - 2) : index])]
        named = round_of(lower, *stretches)
        heading = self.whole.heading
        if named is None and planned and heading is not None:
            return round_of(heading.lower, (0, len(heading.lower)))
        return named

    def _told(self, index: int, quantity: Quantity, around: Surroundings) -> Told | None:
        """The date told for a number: in its sentence, or for 当时 in one before; news of the day holds for the month."""
        sentence, lower = self.sentences.all[index], self.part.lower
        dates = self._dates(index)
        told = nearest(lower, dates, around.numbers, quantity.start, quantity.end, around.commas)
        if told is not None:
            return told
        if _THEN.search(lower, sentence.start, quantity.start):
            earlier = [one for back in (1, 2) if index >= back for one in reversed(self._dates(index - back))]
            return earlier[0] if earlier else None
        if self.published is None or _OVER.search(lower, sentence.start, quantity.start):
            return None
        if self.where == "title" or index == 0 or _FRESH_NEWS.search(lower, sentence.start, sentence.end):
            return Told(quantity.start, quantity.start, self.published.isoformat()[:7])
        return self._told_just_before(index)

    def _told_just_before(self, index: int) -> Told | None:
        """The one date of the sentence before, in the same paragraph."""
        if not index or self.sentences.all[index - 1].paragraph != self.sentences.all[index].paragraph:
            return None
        dates = self._dates(index - 1)
        return dates[0] if len(dates) == 1 else None

    def _dates(self, index: int) -> list[Told]:
        if index not in self._dates_of:
            sentence = self.sentences.all[index]
            self._dates_of[index] = dates_in(
                self._in_digits, sentence.start, sentence.end, self.published, lambda: self._last_date_before(index)
            )
        return self._dates_of[index]

    def _last_date_before(self, index: int) -> str | None:
        """The last date told in the three sentences before one."""
        for back in range(index - 1, max(-1, index - 4), -1):
            if dates := self._dates(back):
                return dates[-1].value
        return None

    def _status(
        self,
        index: int,
        quantity: Quantity,
        around: Surroundings,
        clause: tuple[int, int],
        told: Told | None,
        kind: FigureKind,
    ) -> tuple[Status, str | None]:
        if _LEANS.search(self.part.lower, *clause):
            clause = self.sentences.all[index].start, clause[1]
        status, word = status_of(self.part.lower, self._reach(index, quantity, clause))
        if status == "stated" and kind == "raised" and self._is_resized(index):
            return "planned", "another size than before"
        if word is None and kind in _CUTS:
            status, word = self._rumoured_before(index)
        if kind == "headcount" and status == "denied":
            return "stated", None  # what is denied beside a count is the cut
        if kind == "headcount" and status == "planned" and _COUNTED.search(self.part.lower, clause[0], quantity.start):
            return "stated", None  # a count of the staff is no plan, whatever is planned beside it
        long_ago = told is not None and self.published is not None and _is_long_before(told.value, self.published)
        if status == "planned" and _FORMER.search(self.part.lower, max(0, quantity.start - 8), quantity.start):
            return "stated", None  # what it was before the plan
        if status == "planned" and long_ago and kind != "raised":
            return "stated", None  # a plan of long ago, retold
        return status, word

    def _is_resized(self, index: int) -> bool:
        """A sum that grows from one number to the next is not yet paid."""
        sentence = self.sentences.all[index]
        return _RESIZED.search(self.part.lower, sentence.start, sentence.end) is not None

    def _rumoured_before(self, index: int) -> tuple[Status, str | None]:
        """A rumour goes on into the next sentence of its paragraph, until somebody speaks or a day is told."""
        sentence, before = self.sentences.all[index], self.sentences.all[index - 1]
        if not index or before.paragraph != sentence.paragraph or self._dates(index):
            return "stated", None
        if _SPEAKS.search(self.part.lower, sentence.start, sentence.end):
            return "stated", None
        nowhere = (before.start, before.start)
        status, word = status_of(self.part.lower, Reach(nowhere, (before.start, before.end), nowhere))
        return (status, word) if status == "reported" else ("stated", None)

    def _reach(self, index: int, quantity: Quantity, clause: tuple[int, int]) -> Reach:
        """A denial stands behind what it denies: in the sentence, the next one, or one more that answers."""
        sentence, all_ = self.sentences.all[index], self.sentences.all
        end = sentence.end
        other = _OF_ANOTHER.search(self.part.lower, quantity.end, end)
        if other is not None:
            return Reach(clause=clause, sentence=(sentence.start, end), following=(quantity.end, other.start()))
        for further in all_[index + 1 : index + 3]:
            if further.end - sentence.end > _ANSWER or (
                end > sentence.end and not _ANSWERS.match(self.part.lower, further.start)
            ):
                break
            end = further.end
        return Reach(clause=clause, sentence=(sentence.start, sentence.end), following=(quantity.end, end))


_RESIZED = re.compile(
    r"(?:由|从)[^，。;]{0,4}\d[^，。;]{1,10}(?:增加?|上?调|提高|扩大|下调|缩减|调减|降|减|加码)[至到为]|(?:upsized|increased|cut|lowered|reduced) (?:from|to) [^,.]{0,4}\d"
)
_SPEAKS = re.compile(
    r"表示|称|宣布|回应|披露|显示|公告|承认|证实|确认|财报|年报|(?<![a-z])(?:said|says|announced|confirmed|showed|shows|report|filing)(?![a-z])"
)
_OF_ANOTHER = re.compile(r"，[^，。;\d]{0,16}\d[^，。;\d]{1,4}的(?:说法|传闻|消息|报道|传言|数字)")
"""绝影不足20%，整体裁员5%的说法不属实: what is denied is the second number."""
_ANSWER = 180
"""Characters behind a sentence in which a denial answers it."""
_ANSWERS = re.compile(r"\s*(?:对此|随后|但|然而|对于|针对|公司|in response|but)")
_FORMER = re.compile(r"(?:之前|先前|此前|原先|原来|目前|当前)的?$|from $")
_LEANS = re.compile(
    r"净额|净筹|净集|扣除|超额配|所得款项|over-?allotment|greenshoe|(?<![a-z])net(?= of|$| proceeds)|净收益"
)
"""Words of a sum that leans on the one of its offering told before it."""
_COUNTED = re.compile(r"(?:截至|截止|目前|现有|共有|总数[有为达约]|(?<![a-z])has)[^，。;]{0,24}$")
_THEN = re.compile(r"当时|当月|同月|彼时|at the time|at that time")
_OVER = re.compile(
    r"曾|此前|先前|之前|当年|早前|上一次|上次|前一次|过去|(?<![a-z])(?:previously|earlier|once|had (?:previously|already))(?![a-z])"
)
"""Words of what is over: without a date it has none."""
_FRESH_NEWS = re.compile(
    r"此次|本次|本轮|此轮|新一轮|最新|正在|正就|正以|将|拟|计划|有望|据悉|消息|被曝|爆料|传|知情人|启动|宣布|据称|据报|预计|或|再裁"
    r"|(?<![a-z])(?:will|plans|seeks|seeking|targeting|sources|said|expected|latest|new|is|are)(?![a-z])"
)
"""Words of news that is of the day itself; without one a number without a date has none."""


_ALL_OF_IT = re.compile(
    r"(?:集团|公司)(?:整体|总共|共)|全公司|全集团|(?:whole|entire) (?:company|group)|company-wide|group-wide"
)


def _unit(part: Folded, sentence: Sentence, quantity: Quantity, owner: Owner) -> str | None:
    """The unit that is cut or counted: the one named, else the business of the company that the number is of."""
    named = scope_of(part.text, sentence.start, quantity.start, quantity.end)
    whole = _ALL_OF_IT.search(part.lower, sentence.start, quantity.start)
    if named is None and not whole and owner.entity is not None and owner.entity.kind == "subsidiary":
        return part.text[owner.entity.start : owner.entity.end]
    return named


def _is_long_before(told: str, published: date) -> bool:
    """Whether all of the time told is over for most of a year."""
    return told < (published - timedelta(days=240)).isoformat()[: len(told)]


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
