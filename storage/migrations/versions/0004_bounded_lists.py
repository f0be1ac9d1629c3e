"""A state for every source, so that what is due is found among the states; indexes in the order in which PostgreSQL is asked."""

from __future__ import annotations

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

STATES = """
    INSERT INTO source_states (source, first_poll, failures, moved_polls, health)
    SELECT name, true, 0, 0, 'never' FROM sources WHERE name NOT IN (SELECT source FROM source_states)
"""
NEWEST = (("articles", "published"), ("stories", "first_published"))


def upgrade() -> None:
    op.execute(STATES)
    if op.get_bind().dialect.name == "postgresql":
        for table, column in NEWEST:
            op.execute(f"DROP INDEX ix_{table}_{column}")
            op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column} DESC NULLS LAST, id DESC)")
