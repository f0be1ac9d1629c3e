"""Views for people who open the database with any SQL tool; explained in ``docs/database.md``."""

from __future__ import annotations

from sqlalchemy import Connection

V_ARTICLES = """
CREATE VIEW v_articles AS
SELECT a.id, a.published, a.outlet, a.title, a.url, a.language, a.origin, a.source, a.fetched,
       a.story_id AS story, a.copy_of, a.revision,
       (SELECT {list}(c.company, ',') FROM article_companies c WHERE c.article_id = a.id) AS companies,
       s.independent AS independent_outlets, r.text
FROM articles a
JOIN stories s ON s.id = a.story_id
JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
"""

V_FIGURES = """
CREATE VIEW v_figures AS
SELECT k.id, k.company, k.kind, CAST(k.low AS {real}) AS low, CAST(k.high AS {real}) AS high, k.unit, k.approximate,
       k.round, k.scope, k.as_of, k.status, k.state, k.event_id AS event, k.first_reported, k.last_reported,
       (SELECT count(DISTINCT p.voice) FROM reports p
        WHERE p.known_id = k.id AND NOT p.withdrawn AND p.status <> 'denied') AS independent_reports,
       (SELECT {list}(DISTINCT p.outlet{comma}) FROM reports p
        WHERE p.known_id = k.id AND NOT p.withdrawn AND p.status <> 'denied') AS outlets,
       k.quote, k.note
FROM known_figures k
WHERE k.merged_into IS NULL AND k.state <> 'rejected'
"""

V_FLAGS = """
CREATE VIEW v_flags AS
SELECT f.id, f.state, f.reason, f.company, f.kind, f.signal,
       CAST({low} AS {real}) AS low, CAST({high} AS {real}) AS high, {unit} AS unit,
       coalesce({quote}, f.quote) AS quote, a.published, a.outlet, a.title, a.url, f.event_id AS event,
       f.created_at, f.decided_by, f.decided_at, f.note
FROM flags f
LEFT JOIN articles a ON a.id = f.article_id
"""

_SPELLED = {
    "sqlite": {"list": "group_concat", "comma": "", "real": "REAL"},
    "postgresql": {"list": "string_agg", "comma": ", ','", "real": "double precision"},
}
_FIELD = {"sqlite": "json_extract(f.figure, '$.{0}')", "postgresql": "f.figure ->> '{0}'"}


def create_views(connection: Connection) -> None:
    """Makes the views; they hold nothing, so they are made anew whenever the tables change."""
    dialect = connection.dialect.name
    spelled = _SPELLED[dialect] | {name: _FIELD[dialect].format(name) for name in ("low", "high", "unit", "quote")}
    for view in (V_ARTICLES, V_FIGURES, V_FLAGS):
        connection.exec_driver_sql(view.strip().format(**spelled))


def drop_views(connection: Connection) -> None:
    """Takes the views away, so that the tables under them can change."""
    for name in ("v_articles", "v_figures", "v_flags"):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
