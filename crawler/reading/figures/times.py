"""The time that a number holds for: told in its sentence, leaning on the one before, or that of the news itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from crawler.items import FigureKind, Where
from crawler.reading.figures.kinds import Surroundings
from crawler.reading.figures.nearest import nearest
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.sentences import Sentences
from crawler.reading.figures.when import Told, dates_in, years_in_digits

CUTS: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share"})
_SHRANK = re.compile(
    r"(?:较|比|相较于?|相比于?)[^，。;]{0,4}(?:年|季|末|底|同期)[^，。;]{0,16}(?:减|少|降|缩)|(?:同比|按年|年减|年内净)[^，。;]{0,6}(?:减|少|降|缩)"
    r"|down [^.;]{0,16} (?:from|since) (?:the start|a year|january|june|december|the end|last year)|(?:a (?:fall|drop|decline|decrease|reduction) of|(?:fell|fallen|dropped|shrank|declined|down) by) |一年(?:间|内|里|来)?(?:共|净)?(?:减|少)|(?:减|少|降|缩)[^，。;]{0,12}，?(?:较|比)(?:去|上|前|20\d\d)年"
)
"""The staff counted at two times, and what it lost between them."""
_THEN = re.compile(r"当时|当月|同月|彼时|at the time|at that time")
_OVER = re.compile(
    r"曾|此前|先前|之前|当年|早前|上一次|上次|前一次|过去|原计划|原拟|原定|原本|最初|最终[^，。;]{0,4}[仅只]|(?<![a-z])(?:previously|earlier|once|originally|initially|had (?:previously|already|planned|hoped|sought))(?![a-z])"
)
"""Words of what is over: without a date it has none."""
_FRESH_NEWS = re.compile(
    r"此次|本次|本轮|此轮|新一轮|最新|正在|正就|正以|将|拟|计划|有望|据悉|消息|被曝|爆料|传|知情人|启动|宣布|据称|据报|预计|或|再裁"
    r"|(?<![a-z])(?:will|plans|seeks|seeking|targeting|sources|said|expected|latest|new|is|are)(?![a-z])"
)
"""Words of news that is of the day itself; without one a number without a date has none."""
_BACK = 3
"""Sentences back in which a date is looked for that another leans on."""


class Times:
    """The dates told in one text, found sentence by sentence as they are asked for."""

    def __init__(
        self, lower: str, where: Where, sentences: Sentences, published: date | None, *, about_cuts: bool = False
    ) -> None:
        self.lower, self.where, self.sentences, self.published = lower, where, sentences, published
        self.about_cuts = about_cuts
        """The headline tells of a cut: its numbers are the news, where no time is told for them."""
        self._in_digits = years_in_digits(lower)
        self._dates_of: dict[int, list[Told]] = {}

    def told(self, index: int, quantity: Quantity, kind: FigureKind, around: Surroundings) -> Told | None:
        """The date that a number in the sentence of this index holds for, or None."""
        told = self._told(index, quantity, around, kind in CUTS)
        start = self.sentences.all[index].start
        if told is not None and kind in CUTS and _SHRANK.search(self.lower, start, quantity.end + 24):
            # A shrinking from one count to the next holds for the year of the later one.
            counted = [one.value[:4] for one in self.of(index) if one.start < quantity.start]
            return replace(told, value=max([told.value[:4], *counted]))
        return told

    def _told(self, index: int, quantity: Quantity, around: Surroundings, change: bool) -> Told | None:
        """The date told for a number: in its sentence, or for 当时 in one before; news of the day holds for the month."""
        sentence, lower = self.sentences.all[index], self.lower
        dates = self.of(index)
        told = nearest(lower, dates, around.numbers, quantity.start, quantity.end, around.commas, change=change)
        if told is not None:
            return told
        if _THEN.search(lower, sentence.start, quantity.start):
            earlier = [one for back in (1, 2) if index >= back for one in reversed(self.of(index - back))]
            return earlier[0] if earlier else None
        if self.published is None or _OVER.search(lower, sentence.start, quantity.start):
            return None
        news = Told(quantity.start, quantity.start, self.published.isoformat()[:7])
        if self.where == "title" or index == 0 or _FRESH_NEWS.search(lower, sentence.start, sentence.end):
            return news
        return self._told_just_before(index) or (news if change and self.about_cuts else None)

    def _told_just_before(self, index: int) -> Told | None:
        """The one date of the sentence before, in the same paragraph."""
        if not index or self.sentences.all[index - 1].paragraph != self.sentences.all[index].paragraph:
            return None
        dates = self.of(index - 1)
        return dates[0] if len(dates) == 1 else None

    def of(self, index: int, back: int = _BACK) -> list[Told]:
        """The dates of a sentence; one that leans on an earlier date finds it ``back`` steps of leaning away at most."""
        if index in self._dates_of:
            return self._dates_of[index]
        sentence = self.sentences.all[index]
        dates = dates_in(
            self._in_digits, sentence.start, sentence.end, self.published, lambda: self._before(index, back)
        )
        if back == _BACK:
            self._dates_of[index] = dates
        return dates

    def _before(self, index: int, back: int) -> str | None:
        """The last date told in the sentences before one."""
        if back:
            for at in range(index - 1, max(-1, index - 1 - _BACK), -1):
                if dates := self.of(at, back - 1):
                    return dates[-1].value
        return None
