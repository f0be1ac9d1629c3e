"""What of the past is left to workers, each a job that goes on where it was broken off.

backfill  a WARC file
sitemap   a sitemap; of an index each part again; those of one host one after the other, the oldest first
reread    a thousand articles, and what they say put right
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from scheduler.fleet.dispatch import host_lock
from scheduler.fleet.queue import BACKFILL, REREAD, SITEMAP, Work
from scheduler.sitemaps import Days
from scheduler.warcs import Wanted
from storage.rereading import Stretch

ARTICLES = 1_000
"""Read again by one job at the most."""


def warc_works(files: Sequence[str], wanted: Wanted, until: date | None, *, anew: bool) -> list[Work]:
    """The reading of WARC files, by path or address."""
    asked = {
        "hosts": sorted(wanted.hosts),
        "languages": sorted(wanted.languages),
        "since": wanted.since,
        "until": until.isoformat() if until else None,
        "anew": anew,
    }
    return [Work(BACKFILL, file, {"file": file, **asked}) for file in dict.fromkeys(files)]


def sitemap_works(urls: Sequence[str], days: Days, *, anew: bool, depth: int = 0) -> list[Work]:
    """The fetching of what sitemaps list; ``depth`` is the number of indexes above them."""
    until = days.until.isoformat() if days.until else None
    asked = {"since": days.since, "until": until, "anew": anew, "depth": depth}
    # A host answers no faster to two who ask; and one at a time keep the order of publication over all parts.
    return [
        Work(SITEMAP, f"past of {host_lock(url)}", {"url": url, **asked}, what=" ".join((url, days.since, until or "")))
        for url in dict.fromkeys(urls)
    ]


def reread_works(stretches: Sequence[Stretch], since: datetime | None, *, flag: bool, anew: bool) -> list[Work]:
    """The reading again, and putting right, of stretches of articles."""
    asked = {"since": since.isoformat() if since else None, "flag": flag, "anew": anew}
    works = []
    for stretch in stretches:
        articles = f"articles {stretch.after + 1} to {stretch.upto}"
        what = articles + " with flags" * flag
        works.append(Work(REREAD, articles, {"after": stretch.after, "upto": stretch.upto, **asked}, what=what))
    return works
