"""Keeps one judged reading: the article or its new revision, its story, its fingerprint and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from crawler.items import Article, Figure, Known, Outcome, Page, Reading
from storage.addresses import mark
from storage.copies import settle_copies
from storage.fingerprints import drop_fingerprint, keep_fingerprint
from storage.prepared import Prepared, new_row, new_rows
from storage.raising import Raising
from storage.recheck import look_again_at
from storage.reporting import Said
from storage.search import Indexing, unindex
from storage.stories import settle_story
from storage.tables import article_companies, articles, figures, revisions, stories
from storage.terms import tag
from storage.voices import voice_of

_SAID = Prepared(
    select(
        articles.c.url,
        articles.c.outlet,
        articles.c.voice,
        articles.c.published,
        articles.c.fetched,
        articles.c.revision,
    ).where(articles.c.id == bindparam("article"))
)


def keep(
    connection: Connection, page: Page, outcome: Outcome, *, urls: Sequence[str], ledger: Sequence[Known], now: datetime,
    indexing: Indexing,
) -> int | None:  # fmt: skip
    """Does what was decided; gives the article's id where there is one. Its text is found once ``indexing`` is finished."""
    article: int | None = None
    if outcome.end in ("stored", "copy"):
        article = _keep_article(connection, page, outcome, urls[0], now, indexing)
    elif outcome.end == "revised":
        article = _keep_revision(connection, page, outcome, now, indexing)
    elif outcome.end == "known" and outcome.revises is not None:
        article = _keep_look(connection, page, int(outcome.revises), now)
    if article is not None and outcome.end != "known":
        _keep_figures(connection, page, outcome, article, ledger, now)
    mark(connection, page, outcome, article, urls, now)
    return article


def _keep_article(
    connection: Connection, page: Page, outcome: Outcome, url: str, now: datetime, indexing: Indexing
) -> int:
    article = outcome.reading.article
    original = _original(connection, outcome.copy_of)
    voice = original["voice"] if original else voice_of(article, url)
    story = int(outcome.story) if outcome.story else original["story_id"] if original else None
    joins = story is not None
    if story is None:
        story = _open_story(connection, article, page)
    values = _described(outcome.reading, page, now) | {
        "url": url,
        "voice": voice,
        "source": page.lead.source if page.lead else None,
        "story_id": story,
        "copy_of": original["id"] if original else None,
        "revision": 1,
    }
    id = new_row(connection, articles, values)
    _keep_text(connection, id, 1, page, outcome.reading, values["source"], indexing)
    if original:
        settle_copies(connection, original["id"])
    if joins:
        settle_story(connection, story)
    return id


def _keep_revision(connection: Connection, page: Page, outcome: Outcome, now: datetime, indexing: Indexing) -> int:
    id = int(outcome.revises or 0)
    row = connection.execute(
        select(articles.c.revision, articles.c.story_id, articles.c.source).where(articles.c.id == id)
    ).one()
    described = _described(outcome.reading, page, now) | {"revision": row.revision + 1}
    connection.execute(update(articles).where(articles.c.id == id).values(described))
    connection.execute(delete(article_companies).where(article_companies.c.article_id == id))
    drop_fingerprint(connection, id)
    indexing.finish()
    unindex_revision(connection, id, row.revision)
    _keep_text(connection, id, row.revision + 1, page, outcome.reading, row.source, indexing)
    settle_story(connection, row.story_id)
    return id


def _keep_look(connection: Connection, page: Page, id: int, now: datetime) -> int:
    row = connection.execute(
        select(articles.c.published, articles.c.fetched, articles.c.look_again, articles.c.gone_at).where(
            articles.c.id == id
        )
    ).one()
    matters = row.look_again is not None or row.gone_at is not None  # one that was gone has no next look, and is back
    again = None if not matters else look_again_at(row.published, row.fetched, now)
    values: dict[str, Any] = {"looked_at": now, "look_again": again}
    values |= {"etag": page.etag, "last_modified": page.last_modified, "gone_at": None}
    connection.execute(update(articles).where(articles.c.id == id).values(values))
    return id


def _keep_text(
    connection: Connection, id: int, number: int, page: Page, reading: Reading, source: str | None, indexing: Indexing
) -> None:
    article = reading.article
    tags = tags_of(source, reading)
    values = {
        "article_id": id,
        "number": number,
        "fetched": page.fetched,
        "title": article.title,
        "text": article.text,
        "updated": article.updated,
        "archived": page.archived,
        "tags": tags,
    }
    revision = new_row(connection, revisions, values)
    keep_fingerprint(connection, id, reading.fingerprint)
    keep_companies(connection, id, reading)
    indexing.add(revision, article.title, article.text, tags)


def keep_companies(connection: Connection, id: int, reading: Reading) -> None:
    """Notes which watched companies an article names; those noted before must have been taken out."""
    rows = [
        {"article_id": id, "company": named.company, "mentions": named.mentions, "focus": named.focus}
        for named in reading.companies
    ]
    new_rows(connection, article_companies, rows)


def unindex_revision(connection: Connection, id: int, number: int) -> None:
    """Takes one text of an article out of the search index."""
    row = connection.execute(
        select(revisions.c.id, revisions.c.title, revisions.c.text, revisions.c.tags).where(
            revisions.c.article_id == id, revisions.c.number == number
        )
    ).one()
    unindex(connection, row.id, row.title, row.text, row.tags)


def tags_of(source: str | None, reading: Reading) -> list[str]:
    """What searches filter by."""
    tags = {tag("company", named.company) for named in reading.companies}
    tags |= {tag("kind", figure.kind) for figure in reading.figures}
    if source is not None:
        tags.add(tag("source", source))
    return sorted(tags)


def _keep_figures(
    connection: Connection, page: Page, outcome: Outcome, id: int, ledger: Sequence[Known], now: datetime
) -> None:
    if not (outcome.reading.figures or outcome.judged or outcome.edits or outcome.signals or outcome.reopened):
        return
    [row] = _SAID.rows(connection, {"article": id})
    said = Said(
        article=id,
        url=row["url"],
        outlet=row["outlet"],
        voice=row["voice"],
        published=row["published"] or row["fetched"],
        tier=page.tier,
    )
    before = row["revision"] - 1 if outcome.end == "revised" else None
    raising = Raising(connection, said, {known.id: known for known in ledger}, now, before)
    raising.enter(outcome)
    relations = {judged.figure: judged.relation for judged in outcome.judged}
    rows = [
        figure_row(figure, id, row["revision"], relations.get(figure), raising.entries.get(figure))
        for figure in outcome.reading.figures
    ]
    new_rows(connection, figures, rows)


def figure_row(figure: Figure, id: int, revision: int, relation: str | None, entry: int | None) -> dict[str, Any]:
    """One figure as its row of the table."""
    return {
        "article_id": id,
        "revision": revision,
        "company": figure.company,
        "kind": figure.kind,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "approximate": figure.approximate,
        "event": figure.event,
        "round": figure.round,
        "investors": list(figure.investors),
        "scope": figure.scope,
        "as_of": figure.as_of,
        "status": figure.status,
        "quote": figure.quote,
        "place": figure.where,
        "start": figure.start,
        "end": figure.end,
        "written": figure.written,
        "why": list(figure.why),
        "relation": relation,
        "known_id": entry,
    }


def _described(reading: Reading, page: Page, now: datetime) -> dict[str, Any]:
    article = reading.article
    return {
        "title": article.title,
        "author": article.author,
        "outlet": article.outlet or page.outlet,
        "origin": article.origin,
        "tier": page.tier,
        "published": article.published,
        "updated": article.updated,
        "fetched": page.fetched,
        "language": article.language,
        "truncated": article.truncated,
        "archived": page.archived,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "looked_at": now,
        "look_again": look_again_at(article.published, page.fetched, now) if _matters(reading) else None,
        "gone_at": None,
    }


def _matters(reading: Reading) -> bool:
    """Whether an edit of the article could change what is known: it is about a company, or gives a figure or a signal."""
    return bool(reading.figures or reading.signals or any(named.focus for named in reading.companies))


def _original(connection: Connection, copy_of: str | None) -> Any:
    """The article that a copy is a copy of: never a copy itself."""
    if copy_of is None:
        return None
    row = (
        connection.execute(
            select(articles.c.id, articles.c.story_id, articles.c.voice, articles.c.copy_of).where(
                articles.c.id == int(copy_of)
            )
        )
        .mappings()
        .one_or_none()
    )
    return _original(connection, str(row["copy_of"])) if row and row["copy_of"] is not None else row


def _open_story(connection: Connection, article: Article, page: Page) -> int:
    values = {
        "title": article.title,
        "first_published": article.published,
        "origin": article.origin or article.outlet or page.outlet,
        "independent": 1,
    }
    return new_row(connection, stories, values)
