"""What goes into one recipient's edition; pure: it is handed what the store found and orders it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.items import FigureKind, FlagReason, Known, Story
from scheduler.kinds import kinds_of
from storage.rows import ArticleRow, FlagRow, RunRow, SourceRow

UNWELL = frozenset({"failing", "blocked", "stale"})
"""Healths of a source that may have kept news from being seen; those never asked are not yet late."""

_FIRST: tuple[FlagReason, ...] = ("signal", "denied", "contradicts", "edited", "new", "refines", "confirms")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one recipient wants to read."""

    companies: tuple[str, ...] = ()
    """Empty: all, and so with kinds."""
    kinds: tuple[FigureKind, ...] = ()
    flags_only: bool = False
    exclude_outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryNews:
    """A story with the article that stands for it: the first one that the recipient may see."""

    story: Story
    article: ArticleRow
    folded: int
    """How many copies and rewritings stand behind it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One letter's content for one recipient, from ``since`` (None: from the beginning) up to ``until``."""

    key: str
    since: datetime | None
    until: datetime
    flags: tuple[tuple[str, tuple[FlagRow, ...]], ...]
    """Grouped by company, the weightiest first."""
    decided: tuple[FlagRow, ...]
    stories: tuple[StoryNews, ...]
    gone: tuple[ArticleRow, ...]
    """Articles that were taken down."""
    unwell: tuple[SourceRow, ...]
    missed: tuple[RunRow, ...]
    failed: tuple[RunRow, ...] = ()
    ledger: tuple[Known, ...] = ()
    """What is known of the measures that the flags tell of."""
    wishes: Wishes = Wishes()
    """What it was chosen by, so that a letter can say what it leaves out."""

    @property
    def flag_count(self) -> int:
        """Flags over all companies."""
        return sum(len(flags) for _, flags in self.flags)

    @property
    def empty(self) -> bool:
        """Nothing new to read; unwell sources alone are no news."""
        return not (self.flags or self.decided or self.stories or self.gone)


def choose(
    wishes: Wishes,
    *,
    key: str,
    since: datetime | None,
    until: datetime,
    flags: Iterable[FlagRow],
    stories: Iterable[tuple[Story, Sequence[ArticleRow]]],
    sources: Iterable[SourceRow],
    runs: Iterable[RunRow],
    gone: Iterable[ArticleRow] = (),
    ledger: Iterable[Known] = (),
) -> Edition:
    """Picks what came up to ``until``, and for decisions and stories after ``since``, and orders it.

    A flag that still waits from an earlier edition is not repeated. An article counts as new by when it was fetched,
    not by its own date, so late finds are not lost.
    """
    wanted = [flag for flag in flags if _wanted(flag.company, wishes) and not _left_out(flag, wishes)]
    if wishes.flags_only:
        stories, gone = (), ()
    fresh = [flag for flag in wanted if flag.state == "waiting" and _within(flag.created_at, since, until)]
    decided = [flag for flag in wanted if flag.decided_at is not None and _within(flag.decided_at, since, until)]
    # By when it became known: what was due before the last letter may have been found out after it.
    troubles = [run for run in runs if _within(run.finished or run.started, since, until)]
    return Edition(
        key=key,
        since=since,
        until=until,
        flags=_by_company(fresh),
        decided=tuple(sorted(decided, key=lambda flag: (flag.company, flag.decided_at or until))),
        stories=_news(wishes, stories, since, until),
        gone=tuple(row for row in gone if _taken_down(row, wishes, since, until)),
        unwell=tuple(row for row in sources if row.source.enabled and row.health in UNWELL),
        missed=tuple(run for run in troubles if run.state == "missed"),
        failed=tuple(run for run in troubles if run.state == "failed"),
        ledger=tuple(ledger),
        wishes=wishes,
    )


def _wanted(company: str, wishes: Wishes) -> bool:
    return not wishes.companies or company in wishes.companies


def _left_out(flag: FlagRow, wishes: Wishes) -> bool:
    if wishes.kinds and kinds_of(flag).isdisjoint(wishes.kinds):
        return True
    return flag.article is not None and flag.article.outlet in wishes.exclude_outlets


def _taken_down(row: ArticleRow, wishes: Wishes, since: datetime | None, until: datetime) -> bool:
    return (
        row.gone_at is not None
        and _within(row.gone_at, since, until)
        and row.outlet not in wishes.exclude_outlets
        and any(_wanted(company, wishes) for company in row.companies)
    )


def _within(at: datetime, since: datetime | None, until: datetime) -> bool:
    return (since is None or at > since) and at <= until


def _by_company(flags: Sequence[FlagRow]) -> tuple[tuple[str, tuple[FlagRow, ...]], ...]:
    groups: dict[str, list[FlagRow]] = {}
    for flag in sorted(flags, key=_weight):
        groups.setdefault(flag.company, []).append(flag)
    return tuple((company, tuple(group)) for company, group in groups.items())


def _weight(flag: FlagRow) -> tuple[int, int, datetime]:
    return _FIRST.index(flag.reason), -flag.reports, flag.created_at


def _news(
    wishes: Wishes,
    stories: Iterable[tuple[Story, Sequence[ArticleRow]]],
    since: datetime | None,
    until: datetime,
) -> tuple[StoryNews, ...]:
    news = []
    for story, articles in stories:
        shown = [article for article in articles if article.outlet not in wishes.exclude_outlets]
        new = [article for article in shown if _within(article.fetched, since, until)]
        # A story that the recipient has read of before stays read when another copy turns up.
        if not shown or len(new) < len(shown) or not any(_wanted(company, wishes) for company in story.companies):
            continue
        originals = [article for article in shown if article.copy_of is None]
        news.append(StoryNews(story, (originals or shown)[0], len(shown) - 1))
    return tuple(sorted(news, key=lambda item: (-item.story.independent, item.article.fetched), reverse=False))
