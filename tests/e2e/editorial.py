"""What the newsroom brings day by day once its own articles are old: articles with a figure each, a copy, an edit."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.items import FigureKind
from desk.newsroom.load import Piece
from desk.newsroom.outlets import BY_KEY
from desk.newsroom.server import Newsroom

COMPANIES = (("sensetime", "商汤"), ("megvii", "旷视"), ("cloudwalk", "云从"), ("yitu", "依图"))
OUTLETS = ("tanwang", "chenbao", "luyan")
SIGNS = "山川河流云雨风雪春夏秋冬日月星辰草木花果鸟兽虫鱼金石丝竹门窗桌椅灯火纸笔书画琴棋茶酒米面盐糖车船路桥城村田园"

Told = tuple[str, FigureKind, int, str]
"""Company, kind, value and the reason of the flag that it is to raise."""


@dataclass
class Editorial:
    """Publishes by the clock it is shown: three articles a day; the first is copied, the second corrected a day later."""

    newsroom: Newsroom
    until: datetime
    """Up to when everything is out."""
    serial: int = 0
    told: Counter[Told] = field(default_factory=Counter)
    """What is to be flagged, and how often."""
    _day: list[Piece] = field(default_factory=list)

    def publish(self, now: datetime) -> None:
        """Brings out what came since the last time."""
        for hour in _hours(self.until, now):
            if hour.hour in (1, 7, 13):
                self._article(hour)
            elif hour.hour == 15 and len(self._day) == 3:
                self._copy(self._day[0], hour)
        # What nobody has read yet is corrected before it can be told: no edit to be flagged.
        if self.until.date() != now.date() and len(self._day) == 3 and self.newsroom.hits[self._day[1].path]:
            self._edit(self._day[1], now)
            self._day.clear()
        self.until = now

    def _article(self, at: datetime) -> None:
        self.serial += 1
        outlet = BY_KEY[OUTLETS[self.serial % len(OUTLETS)]]
        slug, value = f"day-{self.serial}", self.serial * 10
        title, sentence, flagged = _news(self.serial, value)
        piece = Piece(outlet, slug, title, at, (sentence, *filler(self.serial)), "stored")
        self.newsroom.publish(piece)
        self._day.append(piece)
        self.told[(*flagged, "news")] += 1

    def _copy(self, piece: Piece, at: datetime) -> None:
        copy = replace(piece, outlet=BY_KEY["huicui"], published=at, end="copy", copy_of=piece.key, origin=piece.outlet.name)  # fmt: skip
        self.newsroom.publish(copy)

    def _edit(self, piece: Piece, at: datetime) -> None:
        serial = int(piece.slug.removeprefix("day-"))
        _, sentence, flagged = _news(serial, serial * 10 + 1)
        self.newsroom.publish(replace(piece, updated=at, paragraphs=(sentence, *piece.paragraphs[1:])))
        self.told[(*flagged, "edited")] += 1


def filler(serial: int) -> tuple[str, ...]:
    """Four paragraphs of no meaning, which no other number's are alike."""
    chosen = random.Random(serial)
    return tuple(
        "".join(f"{_word(chosen)}的{_word(chosen)}，{_word(chosen)}了{_word(chosen)}。" for _ in range(8))
        for _ in range(4)
    )


def _word(chosen: random.Random) -> str:
    return "".join(chosen.choices(SIGNS, k=2))


def _news(serial: int, value: int) -> tuple[str, str, tuple[str, FigureKind, int]]:
    """Title, first sentence, and the figure that it tells."""
    key, name = COMPANIES[serial % len(COMPANIES)]
    if serial % 2:
        return f"{name}第{serial}次裁员", f"{name}今天确认，公司裁员{value}人。", (key, "laid_off", value)
    return f"{name}完成第{serial}次融资", f"{name}今天宣布，公司获{value}万美元融资。", (key, "raised", value * 10_000)


def _hours(after: datetime, until: datetime) -> Iterator[datetime]:
    hour = after.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour <= until:
        yield hour
        hour += timedelta(hours=1)
