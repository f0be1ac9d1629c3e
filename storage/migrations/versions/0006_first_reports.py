"""An index in which the first report of each tier is found without reading all who report a figure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

STANDING = sa.text("NOT withdrawn")


def upgrade() -> None:
    op.create_index(
        'ix_reports_first', 'reports', ['known_id', 'tier', 'status', 'id'],
        sqlite_where=STANDING, postgresql_where=STANDING,
    )
