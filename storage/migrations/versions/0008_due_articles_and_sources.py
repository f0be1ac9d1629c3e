"""What is due among a million is found without reading the rest.

An article that was taken down has no next look, so that nothing is asked beside what is due: told only of a sample, SQLite
took the index of those that are gone for a short way to those that are not, and read all articles for each tick. Sources
that are due at one moment, as all are that were never asked, stand in the index by name, which is the order they are asked in.
"""

from __future__ import annotations

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE articles SET look_again = NULL WHERE gone_at IS NOT NULL")
    op.drop_index('ix_source_states_next_poll', 'source_states')
    op.create_index('ix_source_states_next_poll', 'source_states', ['next_poll', 'source'])
