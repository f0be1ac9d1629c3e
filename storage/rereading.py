"""Archived articles and what today's rules make of them: which there are, and how a new reading takes the old one's place.

A page that is read again has not changed, so no revision is made of it: its text, figures and companies are those that
today's rules read. What a person has decided stays: flags that are settled, and every entry of the ledger but those that
nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from crawler.decide.figures import judge_figures
from crawler.decide.times import day_of
from crawler.items import Edit, Figure, Outcome, Reading
from crawler.rates import Rates
from storage.fingerprints import drop_fingerprint, keep_fingerprint
from storage.keeping import figure_row, keep_companies, tags_of, unindex_revision
from storage.known import known_to_judge
from storage.lookups import figure_of_row
from storage.raising import Raising
from storage.reporting import Said
from storage.search import index
from storage.sql import hold, key_of
from storage.store import SqlStore
from storage.stories import settle_story
from storage.tables import article_companies, articles, figures, known_figures, revisions

PER_LOT = 200
"""Articles asked for at once."""


@dataclass(frozen=True, slots=True)
class Archived:
    """The present text of an article whose page is archived, as it was read."""

    id: int
    revision: int
    url: str
    archived: str
    title: str | None
    text: str
    published: Any
    language: str | None
    companies: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Articles by their number in the order they came: those after one, up to another; None is open."""

    after: int = 0
    upto: int | None = None


ALL = Stretch()


def number_of(store: SqlStore, since: datetime | None, stretch: Stretch = ALL) -> int:
    """How many articles there are to be read again."""
    with store.database.read() as connection:
        return (
            connection.execute(select(func.count()).select_from(articles).where(*_where(stretch, since))).scalar() or 0
        )


def stretches(store: SqlStore, since: datetime | None, size: int) -> list[Stretch]:
    """What there is to be read again now, cut into stretches of ``size`` articles, the last of them shorter."""
    place = func.row_number().over(order_by=articles.c.id)
    placed = select(articles.c.id, place.label("place")).where(*_where(ALL, since)).subquery()
    last = select(func.max(placed.c.id)).scalar_subquery()
    ends = select(placed.c.id).where((placed.c.place % size == 0) | (placed.c.id == last)).order_by(placed.c.id)
    with store.database.read() as connection:
        found = list(connection.execute(ends).scalars())
    return [Stretch(after, upto) for after, upto in pairwise([0, *found])]


def archived(store: SqlStore, since: datetime | None, stretch: Stretch = ALL) -> Iterator[list[Archived]]:
    """The articles of a stretch fetched since then whose page is archived, lot by lot in the order they came."""
    rest = stretch
    while True:
        with store.database.read() as connection:
            rows = connection.execute(
                select(articles, revisions.c.text)
                .join_from(
                    articles,
                    revisions,
                    (revisions.c.article_id == articles.c.id) & (revisions.c.number == articles.c.revision),
                )
                .where(*_where(rest, since))
                .order_by(articles.c.id)
                .limit(PER_LOT)
            ).mappings()
            lot = [_archived(connection, row) for row in rows]
        if not lot:
            return
        rest = replace(rest, after=lot[-1].id)
        yield lot


def _where(stretch: Stretch, since: datetime | None) -> list[Any]:
    where = [articles.c.id > stretch.after, articles.c.archived.is_not(None)]
    if stretch.upto is not None:
        where.append(articles.c.id <= stretch.upto)
    return where if since is None else [*where, articles.c.fetched >= since]


def _archived(connection: Connection, row: RowMapping) -> Archived:
    named = connection.execute(select(article_companies.c.company).where(article_companies.c.article_id == row["id"]))
    told = connection.execute(_figures_of(row["id"], row["revision"])).mappings()
    return Archived(
        id=row["id"],
        revision=row["revision"],
        url=row["url"],
        archived=row["archived"],
        title=row["title"],
        text=row["text"],
        published=row["published"],
        language=row["language"],
        companies=tuple(sorted(named.scalars())),
        figures=tuple(figure_of_row(one) for one in told),
    )


def _figures_of(id: int, revision: int) -> Any:
    return select(figures).where(figures.c.article_id == id, figures.c.revision == revision).order_by(figures.c.id)


def replace_reading(
    store: SqlStore, old: Archived, reading: Reading, edits: Sequence[Edit], *, rates: Rates, flag: bool = False
) -> bool:
    """Puts a new reading in the old one's place, all in one transaction; False where the article has changed meanwhile.

    Figures that it gains enter the ledger as ``unreviewed``, and are flagged only with ``flag``. Of those that it loses,
    the entry that nobody has decided on loses this article's report, and its waiting flags are superseded.
    """
    now = store.clock.now()

    def work(connection: Connection) -> bool:
        told = {named.company for named in reading.companies} | {one.company for one in reading.figures}
        companies = sorted(told | {one.company for one in old.figures})
        hold(connection, [key_of("url", old.url), *(key_of("company", company) for company in companies)])
        row = connection.execute(select(articles).where(articles.c.id == old.id)).mappings().one_or_none()
        if row is None or (row["revision"], row["archived"]) != (old.revision, old.archived):
            return False
        rows = _replace_figures(connection, row, reading, edits, companies, rates, flag, now)
        _replace_text(connection, row, reading)
        connection.execute(delete(figures).where(figures.c.article_id == old.id, figures.c.revision == old.revision))
        if rows:
            connection.execute(insert(figures), rows)
        settle_story(connection, row["story_id"])
        return True

    return store.database.write(work)


def _replace_figures(
    connection: Connection, row: RowMapping, reading: Reading, edits: Sequence[Edit], companies: Sequence[str],
    rates: Rates, flag: bool, now: datetime,
) -> list[dict[str, Any]]:  # fmt: skip
    """The ledger's part; gives the rows of the figures as they are to stand."""
    before = [dict(one) for one in connection.execute(_figures_of(row["id"], row["revision"])).mappings()]
    gained = [edit.after for edit in edits if edit.after is not None]
    lost = [edit.before for edit in edits if edit.before is not None]
    ledger = known_to_judge(connection, companies) if gained else []
    published = day_of(reading.article.published or row["published"] or row["fetched"]) or now.date()
    judged = judge_figures(gained, ledger, published=published, tier=row["tier"], rates=rates)
    flag = flag and row["copy_of"] is None
    judged = tuple(replace(one, flag=one.flag and flag) for one in judged)
    said = Said(
        article=row["id"],
        url=row["url"],
        outlet=row["outlet"],
        voice=row["voice"],
        published=reading.article.published or row["published"] or row["fetched"],
        tier=row["tier"],
    )
    raising = Raising(connection, said, {known.id: known for known in ledger}, now)
    raising.enter(Outcome("revised", reading, judged=judged))
    stands = _standing(reading.figures, gained, before)
    entries = {one["known_id"] for one in stands.values()} | set(raising.entries.values())
    for one in before:
        if figure_of_row(one) in lost and one["known_id"] is not None and one["known_id"] not in entries:
            _withdraw(connection, raising, one["known_id"])
    relations = {one.figure: one.relation for one in judged}
    rows = []
    for figure in reading.figures:
        old = stands.get(figure)
        relation = old["relation"] if old else relations.get(figure)
        entry = old["known_id"] if old else raising.entries.get(figure)
        rows.append(figure_row(figure, row["id"], row["revision"], relation, entry))
    return rows


def _standing(
    now: Sequence[Figure], gained: Sequence[Figure], before: Sequence[Mapping[str, Any]]
) -> dict[Figure, Mapping[str, Any]]:
    """For each figure that was read before, too, its old row: of the same value where there is one, else of its measure."""
    found: dict[Figure, Mapping[str, Any]] = {}
    new = set(gained)
    for figure in now:
        if figure in new:
            continue
        alike = [row for row in before if (row["company"], row["kind"]) == (figure.company, figure.kind)]
        same = [row for row in alike if (row["low"], row["high"], row["unit"]) == _value(figure)]
        if same or alike:
            found[figure] = (same or alike)[0]
    return found


def _value(figure: Figure) -> tuple[object, ...]:
    return figure.low, figure.high, figure.unit


def _withdraw(connection: Connection, raising: Raising, entry: int) -> None:
    """Takes this article's report back, unless a person has decided on the entry: then it stays as it was decided."""
    state = connection.execute(select(known_figures.c.state).where(known_figures.c.id == entry)).scalar()
    if state in ("unreviewed", "unconfirmed"):
        raising.withdraw(entry)


def _replace_text(connection: Connection, row: RowMapping, reading: Reading) -> None:
    id, number, article = row["id"], row["revision"], reading.article
    unindex_revision(connection, id, number)
    connection.execute(delete(article_companies).where(article_companies.c.article_id == id))
    drop_fingerprint(connection, id)
    tags = tags_of(row["source"], reading)
    connection.execute(
        update(revisions)
        .where(revisions.c.article_id == id, revisions.c.number == number)
        .values(title=article.title, text=article.text, updated=article.updated, tags=tags)
    )
    told: dict[str, Any] = {"title": article.title, "author": article.author, "origin": article.origin}
    told |= {
        "updated": article.updated,
        "published": article.published,
        "language": article.language,
        "truncated": article.truncated,
    }
    told["outlet"] = article.outlet or row["outlet"]
    connection.execute(update(articles).where(articles.c.id == id).values(told))
    keep_fingerprint(connection, id, reading.fingerprint)
    keep_companies(connection, id, reading)
    revision = connection.execute(
        select(revisions.c.id).where(revisions.c.article_id == id, revisions.c.number == number)
    ).scalar_one()
    index(connection, revision, article.title, article.text, tags)
