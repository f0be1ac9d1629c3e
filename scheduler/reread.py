"""Reads the archive again with today's rules, and shows or applies what they make of it.

articles | load    their page out of the archive, in a worker    storage/archive
         | read    with today's rules                            crawler/reading
         | compare figure by figure with what is stored          crawler/decide/edits
         | apply   in place, decided flags and entries untouched storage/rereading
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import crawler.reading
from crawler.clock import SystemClock
from crawler.decide.edits import edits
from crawler.decide.times import day_of
from crawler.errors import ReadError
from crawler.items import Edit, Reading
from crawler.rates import Rates
from crawler.reading.read import read
from crawler.reading.shape import figure_to_json
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.dayrates import rates_of
from storage.archive import WarcArchive
from storage.rereading import ALL, Archived, Stretch, archived, number_of, replace_reading
from storage.store import SqlStore

AT_ONCE = 10
"""Pages that a worker reads in one call."""
SETTING = "reread"
"""Where it is noted how far the rereading has come."""


@dataclass(frozen=True, slots=True)
class Change:
    """What today's rules read otherwise in one article."""

    article: str
    url: str
    title: str | None
    edits: tuple[Edit, ...] = ()
    fields: tuple[str, ...] = ()
    """What else is different: title, text, published, language, companies, figures (their round, status or place)."""
    error: str | None = None
    """Why it could not be read again; it is left as it is."""
    applied: bool = False

    def to_json(self) -> dict[str, Any]:
        """One change as ``reread --json`` shows it."""
        changed = [edit for edit in self.edits if edit.before is not None and edit.after is not None]
        return {
            "article": self.article,
            "url": self.url,
            "title": self.title,
            "gained": [figure_to_json(edit.after) for edit in self.edits if edit.before is None and edit.after],
            "lost": [figure_to_json(edit.before) for edit in self.edits if edit.after is None and edit.before],
            "changed": [
                {"before": figure_to_json(edit.before), "after": figure_to_json(edit.after)}
                for edit in changed
                if edit.before is not None and edit.after is not None
            ],
            "fields": list(self.fields),
            "error": self.error,
            "applied": self.applied,
        }


@dataclass(slots=True)
class Reread:
    """The sums of a rereading."""

    articles: int = 0
    unchanged: int = 0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    applied: int = 0
    unreadable: int = 0
    went_on_after: str | None = None
    """The last article of a rereading that was broken off, where this one went on from it."""
    errors: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The sums, as a run's row keeps them."""
        return {name: value for name, value in asdict(self).items() if name != "errors"}


async def reread(
    *,
    store: SqlStore,
    archive: WarcArchive,
    watchlist: Watchlist,
    since: datetime | None = None,
    stretch: Stretch = ALL,
    apply: bool = False,
    flag: bool = False,
    anew: bool = False,
    told: Callable[[Change], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Reread:
    """Reads every archived article of a stretch fetched since then again; ``told`` is called with each that reads otherwise.

    Without ``apply`` nothing is changed. One that was broken off goes on where it stopped, unless the rules or what is
    asked of it have changed since, or with ``anew``; each stretch goes on by itself.
    """
    done = Reread()
    rates = rates_of(store)
    mark = {"rules": rules_mark(watchlist), "since": since.isoformat() if since else None, "apply": apply, "flag": flag}
    setting = SETTING if stretch == ALL else f"{SETTING} {stretch.after}-{stretch.upto}"
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:

        async def ask(function: Callable[..., Any], *arguments: Any) -> Any:
            return await loop.run_in_executor(thread, function, *arguments)

        known = await ask(store.settings.get, setting)
        rest = stretch
        if known and not anew and all(known.get(key) == value for key, value in mark.items()):
            rest, done.articles = replace(stretch, after=known["after"]), known["articles"]
            done.went_on_after = str(rest.after)
        total = await ask(number_of, store, since, stretch)
        lots = archived(store, since, rest)
        async with Workers(watchlist) as workers:
            while (lot := await ask(next, lots, None)) is not None:
                parts = [lot[at : at + AT_ONCE] for at in range(0, len(lot), AT_ONCE)]
                readings = await asyncio.gather(*(_read(workers, archive.folder, part) for part in parts))
                for one, reading in zip(lot, (found for part in readings for found in part), strict=True):
                    change = await ask(partial(_settle, store, one, reading, rates, apply=apply, flag=flag))
                    _count(done, change)
                    if change is not None:
                        told(change)
                progress(done.articles, total)
                await ask(store.settings.set, setting, mark | {"after": lot[-1].id, "articles": done.articles})
        await ask(store.settings.set, setting, None)
    return done


async def _read(workers: Workers, folder: Path, part: Sequence[Archived]) -> list[Reading | str]:
    """The readings of these articles; where a worker is lost, each is read alone, so that one page costs itself only."""
    places = [one.archived for one in part]
    try:
        return await workers.run(read_archived, str(folder), places)
    except ReadError as error:
        if len(part) == 1:
            return [str(error)]
    return [found for one in part for found in await _read(workers, folder, [one])]


def read_archived(watchlist: Watchlist, folder: str, places: Sequence[str]) -> list[Reading | str]:
    """Reads archived pages, or says why one cannot be; made to be called in a worker process."""
    kept = WarcArchive(Path(folder), clock=SystemClock())
    found: list[Reading | str] = []
    for place in places:
        try:
            reading = read(kept.load(place), watchlist)
            found.append(reading.error or reading)
        except ReadError as error:
            found.append(str(error))
    return found


def _settle(
    store: SqlStore, old: Archived, reading: Reading | str, rates: Rates, *, apply: bool, flag: bool
) -> Change | None:
    """What is different in one article, applied where that is asked; None where nothing is."""
    change = Change(str(old.id), old.url, old.title)
    if isinstance(reading, str):
        return replace(change, error=reading)
    published = day_of(reading.article.published or old.published) or store.clock.now().date()
    found = edits(old.figures, reading.figures, published=published, rates=rates, cut_off=False)
    fields = _fields(old, reading)
    if not found and not fields:
        return None
    applied = apply and replace_reading(store, old, reading, found, rates=rates, flag=flag)
    return replace(change, edits=found, fields=fields, applied=applied)


def _fields(old: Archived, reading: Reading) -> tuple[str, ...]:
    article = reading.article
    companies = tuple(sorted(named.company for named in reading.companies))
    pairs = {
        "title": (old.title, article.title),
        "text": (old.text, article.text),
        "published": (_moment(old.published), _moment(article.published)),
        "language": (old.language, article.language),
        "companies": (old.companies, companies),
        "figures": ([_details(one) for one in old.figures], [_details(one) for one in reading.figures]),
    }
    return tuple(name for name, (before, after) in pairs.items() if before != after)


def _details(figure: Any) -> tuple[object, ...]:
    """All of a figure but the reasons it was taken for."""
    return tuple(getattr(figure, name) for name in figure.__slots__ if name not in ("why", "event"))


def _moment(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _count(done: Reread, change: Change | None) -> None:
    done.articles += 1
    if change is None:
        done.unchanged += 1
        return
    done.unreadable += change.error is not None
    if change.error:
        done.errors.append(f"article {change.article}: {change.error}")
    done.applied += change.applied
    for edit in change.edits:
        if edit.before is None:
            done.gained += 1
        elif edit.after is None:
            done.lost += 1
        else:
            done.changed += 1


def rules_mark(watchlist: Watchlist) -> str:
    """Changes with the rules of reading and with the watchlist, so that half a rereading is never gone on with by other rules."""
    digest = hashlib.sha256(repr(watchlist).encode())
    for folder in crawler.reading.__path__:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
