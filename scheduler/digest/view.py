"""An edition as the templates show it: every value already a text of the letter's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from crawler.items import Known
from scheduler.digest.amounts import Language, value_text
from scheduler.digest.choose import Edition, StoryNews, Wishes
from scheduler.digest.jump import jump_to
from scheduler.digest.measure import draw, points_of
from scheduler.digest.wording import changed_text, figure_text, known_texts, moment_text, split_at
from scheduler.digest.words import counted, word
from storage.rows import ArticleRow, FlagRow, RunRow


@dataclass(frozen=True, slots=True)
class FlagView:
    """One flag: what a reader takes in within seconds."""

    headline: str
    details: str
    known: tuple[str, ...]
    changed: str | None
    sentence: tuple[str, str, str]
    """Before the number, the number, after it."""
    outlet: str
    title: str
    url: str
    heard: str
    note: str | None
    desk: str | None
    series: SeriesView | None = None


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A measure over time: a table for text mail, a picture with words in its place for the rest."""

    rows: tuple[tuple[str, str, str], ...]
    """When, how much, says who."""
    words: str
    png: bytes

    @property
    def cid(self) -> str:
        """What the HTML calls the picture; the same picture has the same name."""
        return f"{hashlib.sha256(self.png).hexdigest()[:16]}@dragonwatch"


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story."""

    title: str
    url: str
    outlet: str
    heard: str
    folded: str | None


@dataclass(frozen=True, slots=True)
class LetterView:
    """Everything the templates print."""

    language: Language
    subject: str
    covers: str
    limits: str | None
    """What the recipient wants to read alone; None for everything."""
    flags: tuple[tuple[str, tuple[FlagView, ...]], ...]
    decided: tuple[tuple[str, str], ...]
    """What was decided, and how."""
    stories: tuple[StoryView, ...]
    gone: tuple[StoryView, ...]
    unseen: tuple[str, ...]
    desk: str | None
    unsubscribe: str | None
    say: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Frame:
    """How one recipient's letters look; links to the desk are left out where it has no public address."""

    language: Language = "en"
    zone: str = "Asia/Shanghai"
    public_url: str = ""
    unsubscribe: str | None = None


def view(edition: Edition, frame: Frame) -> LetterView:
    """The edition in words."""

    def say(key: str, *values: object) -> str:
        return word(key, frame.language, *values)

    return LetterView(
        language=frame.language,
        subject=_subject(edition, frame.language),
        covers=_covers(edition, frame),
        limits=_limits(edition.wishes, frame.language),
        flags=tuple(
            (say(company), tuple(_flag(flag, frame, edition.ledger) for flag in flags))
            for company, flags in edition.flags
        ),
        decided=tuple(
            (f"{say(flag.company)}: {_measure(flag, frame.language)}", _verdict(flag, frame))
            for flag in edition.decided
        ),
        stories=tuple(_story(news, frame) for news in edition.stories),
        gone=tuple(_gone(row, frame) for row in edition.gone),
        unseen=tuple(_unseen(edition, frame)),
        desk=frame.public_url or None,
        unsubscribe=frame.unsubscribe,
        say=say,
    )


def _subject(edition: Edition, language: Language) -> str:
    parts = []
    if edition.flag_count:
        parts.append(counted("subject_flags", edition.flag_count, language))
    if edition.stories:
        parts.append(counted("subject_stories", len(edition.stories), language))
    joined = (", " if language == "en" else "，").join(parts) or word("subject_none", language)
    return f"{word('digest', language)} {edition.key[:10]}: {joined}"


def _covers(edition: Edition, frame: Frame) -> str:
    until = moment_text(edition.until, frame.zone)
    if edition.since is None:
        return word("covers_first", frame.language, until)
    return word("covers", frame.language, moment_text(edition.since, frame.zone), until)


def _limits(wishes: Wishes, language: Language) -> str | None:
    comma, semicolon = (", ", "; ") if language == "en" else ("、", "；")
    parts = [word(key, language) for key in (*wishes.companies, *wishes.kinds)]
    if wishes.flags_only:
        parts.append(word("flags_only", language))
    only = word("only", language, comma.join(parts)) if parts else None
    without = word("without", language, comma.join(wishes.exclude_outlets)) if wishes.exclude_outlets else None
    return semicolon.join(part for part in (only, without) if part) or None


def _flag(flag: FlagRow, frame: Frame, ledger: tuple[Known, ...]) -> FlagView:
    language = frame.language
    quote = (flag.figure.quote if flag.figure else flag.quote) or ""
    number = flag.figure.written if flag.figure else ""
    article = flag.article
    return FlagView(
        headline=_measure(flag, language),
        details=_details(flag, language),
        known=known_texts(flag, language),
        changed=changed_text(flag, language),
        sentence=split_at(quote, number),
        outlet=(article.outlet if article else None) or "",
        title=(article.title if article else None) or "",
        url=jump_to(article.url, quote, number) if article else "",
        heard=_heard(flag.reports, article.published if article else None, frame),
        note=flag.judged,
        desk=f"{frame.public_url.rstrip('/')}/flags/{flag.id}" if frame.public_url else None,
        series=_series(flag, ledger, language),
    )


def _series(flag: FlagRow, ledger: tuple[Known, ...], language: Language) -> SeriesView | None:
    points = points_of(flag, ledger)
    if not points:
        return None
    rows = tuple(
        (point.when, value_text(point.low, point.high, point.unit, point.approximate, language), point.outlet)
        for point in points
    )
    told = "; ".join(f"{when}: {value}" for when, value, _ in rows)
    assert flag.figure is not None
    return SeriesView(rows, f"{word(flag.figure.kind, language)}: {told}", draw(points))


def _measure(flag: FlagRow, language: Language) -> str:
    if flag.figure is not None:
        return figure_text(flag.figure, language)
    if flag.before is not None:
        return figure_text(flag.before, language)
    return word(f"signal_{flag.signal}", language, word(flag.topic or "", language))


def _details(flag: FlagRow, language: Language) -> str:
    parts = [word(flag.reason, language)]
    if flag.figure is not None:
        if flag.figure.status != flag.reason:
            parts.append(word(flag.figure.status, language))
        if flag.figure.as_of:
            parts.append(word("as_of", language, flag.figure.as_of))
        parts.extend(flag.figure.investors)
    return " · ".join(parts)


def _verdict(flag: FlagRow, frame: Frame) -> str:
    parts = [word(flag.state, frame.language), flag.decided_by or "", flag.cause or "", flag.note or ""]
    return " · ".join(part for part in parts if part)


def _story(news: StoryNews, frame: Frame) -> StoryView:
    return StoryView(
        title=news.article.title or news.article.url,
        url=jump_to(news.article.url, "", ""),
        outlet=news.article.outlet or "",
        heard=_heard(news.story.independent, news.article.published, frame),
        folded=counted("copies", news.folded, frame.language) if news.folded else None,
    )


def _gone(row: ArticleRow, frame: Frame) -> StoryView:
    return StoryView(
        title=row.title or row.url,
        url=jump_to(row.url, "", ""),
        outlet=row.outlet or "",
        heard=word("since", frame.language, moment_text(row.gone_at, frame.zone)),
        folded=None,
    )


def _heard(reports: int, published: datetime | date | None, frame: Frame) -> str:
    parts = [moment_text(published, frame.zone)] if published else []
    if reports:
        parts.append(counted("outlets", reports, frame.language))
    return " · ".join(parts)


def _unseen(edition: Edition, frame: Frame) -> Iterator[str]:
    """What may have kept news from being seen, a line each; runs that failed for the same work are one line."""
    for row in edition.unwell:
        since = word("since", frame.language, moment_text(row.since, frame.zone)) if row.since else ""
        parts = (word(row.health, frame.language), since, row.error or "")
        yield f"{row.source.name}: " + ", ".join(part for part in parts if part)
    for run in edition.missed:
        yield _missed(run, frame)
    for kind in dict.fromkeys(run.kind for run in edition.failed):
        runs = [run for run in edition.failed if run.kind == kind]
        last = max(runs, key=lambda run: run.started)
        told = (moment_text(last.started, frame.zone), last.error or "")
        work = word(f"run_{kind}", frame.language)
        if len(runs) == 1:
            yield word("failed_run", frame.language, work, *told)
        else:
            yield word("failed_runs", frame.language, work, len(runs), *told)


def _missed(run: RunRow, frame: Frame) -> str:
    due, known = (moment_text(moment, frame.zone) for moment in (run.due or run.started, run.started))
    if run.kind == "daemon":
        return word("silent", frame.language, due, known)
    return word("missed_run", frame.language, word(f"run_{run.kind}", frame.language), due)
