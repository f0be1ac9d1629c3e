"""Numbers in PostgreSQL's index on what figures say: the newest of a figure that thousands repeat are found without sorting them."""

from __future__ import annotations

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite's indexes end in the number by themselves
        op.execute("DROP INDEX ix_figures_value")
        op.execute("CREATE INDEX ix_figures_value ON figures (company, kind, low, high, id)")
