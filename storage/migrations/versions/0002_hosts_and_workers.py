"""Where the workers of a fleet keep whose turn it is at each host, and their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hosts',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('asked_at', types.Moment(), nullable=False),
    sa.Column('spacing', sa.Float(), nullable=False),
    sa.Column('penalty', sa.Float(), nullable=False),
    sa.Column('rest_until', types.Moment(), nullable=True),
    sa.Column('told', types.Words(), nullable=True),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_hosts'))
    )
    op.create_table('workers',
    sa.Column('number', types.BigId, autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('lane', sa.String(), nullable=False),
    sa.Column('since', types.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_workers'))
    )
