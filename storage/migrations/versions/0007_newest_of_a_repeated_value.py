"""Tells PostgreSQL how often a value is repeated, and orders its index on values by what no other index is ordered by.

Taken for independent, company, kind and bounds let it expect one row where thousands are, and sort them all; and for an order
that the key has as well it walked all figures by their key.
"""

from __future__ import annotations

from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_figures_value")
        op.execute("CREATE INDEX ix_figures_value ON figures (company, kind, low, high, (id + 0))")
        op.execute("CREATE STATISTICS figures_values (mcv) ON company, kind, low, high, unit FROM figures")
