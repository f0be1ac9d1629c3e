"""The first tables, and the search index beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search_index (revision_id bigint PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX ix_search_index_terms ON search_index USING gin (terms)",
    ),
}


def upgrade() -> None:
    op.create_table('bands',
    sa.Column('band', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('band', 'article_id', name=op.f('pk_bands')),
    sqlite_with_rowid=False
    )
    op.create_table('events',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('round', types.Words(), nullable=True),
    sa.Column('as_of', sa.String(), nullable=True),
    sa.Column('opened_at', types.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_events_company'), 'events', ['company'], unique=False)
    op.create_table('forgotten',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('what', types.Words(), nullable=False),
    sa.Column('at', types.Moment(), nullable=False),
    sa.Column('by', types.Words(), nullable=True),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.Column('note', types.Words(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forgotten'))
    )
    op.create_table('outbox',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('recipient', types.Words(), nullable=False),
    sa.Column('edition', types.Words(), nullable=False),
    sa.Column('message_id', types.Words(), nullable=False),
    sa.Column('subject', types.Words(), nullable=True),
    sa.Column('message', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('covers_until', types.Moment(), nullable=True),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.Column('next_try', types.Moment(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', types.Moment(), nullable=True),
    sa.Column('error', types.Words(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('recipient', 'edition', name=op.f('uq_outbox_recipient_edition')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_outbox_last', 'outbox', ['kind', 'recipient', 'id'], unique=False)
    op.create_index('ix_outbox_state', 'outbox', ['state', 'next_try'], unique=False)
    op.create_table('polls',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('at', types.Moment(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('leads', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('error', types.Words(), nullable=True),
    sa.Column('seconds', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls'))
    )
    op.create_index('ix_polls_source_at', 'polls', ['source', 'at'], unique=False)
    op.create_table('runs',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('due', types.Moment(), nullable=True),
    sa.Column('started', types.Moment(), nullable=False),
    sa.Column('finished', types.Moment(), nullable=True),
    sa.Column('summary', types.Json, nullable=True),
    sa.Column('error', types.Words(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_runs')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_runs_kind', 'runs', ['kind', 'id'], unique=False)
    op.create_table('settings',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', types.Json, nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_settings'))
    )
    op.create_table('source_states',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('etag', types.Words(), nullable=True),
    sa.Column('last_modified', types.Words(), nullable=True),
    sa.Column('body_hash', sa.String(), nullable=True),
    sa.Column('first_poll', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('moved_to', types.Words(), nullable=True),
    sa.Column('moved_polls', sa.Integer(), nullable=False),
    sa.Column('unconditional_at', types.Moment(), nullable=True),
    sa.Column('interval', sa.Float(), nullable=True),
    sa.Column('rhythm', types.Json, nullable=True),
    sa.Column('last_polled', types.Moment(), nullable=True),
    sa.Column('last_success', types.Moment(), nullable=True),
    sa.Column('last_new', types.Moment(), nullable=True),
    sa.Column('next_poll', types.Moment(), nullable=True),
    sa.Column('health', sa.String(), nullable=False),
    sa.Column('since', types.Moment(), nullable=True),
    sa.Column('error', types.Words(), nullable=True),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_states'))
    )
    op.create_index(op.f('ix_source_states_next_poll'), 'source_states', ['next_poll'], unique=False)
    op.create_table('sources',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('url', types.Words(), nullable=False),
    sa.Column('outlet', types.Words(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('timezone', sa.String(), nullable=True),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('region', types.Json, nullable=False),
    sa.Column('every', sa.String(), nullable=False),
    sa.Column('fetch', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('delay', sa.Float(), nullable=True),
    sa.Column('headers', types.Json, nullable=False),
    sa.Column('cookies', sa.Boolean(), nullable=False),
    sa.Column('proxy', sa.String(), nullable=False),
    sa.Column('options', types.Json, nullable=False),
    sa.Column('note', types.Words(), nullable=True),
    sa.Column('example', types.Words(), nullable=True),
    sa.Column('verified', types.When(), nullable=True),
    sa.Column('declared_by', sa.String(), nullable=False),
    sa.Column('enabled_by_desk', sa.Boolean(), nullable=True),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_sources'))
    )
    op.create_table('stories',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('title', types.Words(), nullable=True),
    sa.Column('first_published', types.When(), nullable=True),
    sa.Column('origin', types.Words(), nullable=True),
    sa.Column('independent', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_stories_first_published', 'stories', ['first_published', 'id'], unique=False)
    op.create_table('articles',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('url', types.Words(), nullable=False),
    sa.Column('title', types.Words(), nullable=True),
    sa.Column('author', types.Words(), nullable=True),
    sa.Column('outlet', types.Words(), nullable=True),
    sa.Column('origin', types.Words(), nullable=True),
    sa.Column('voice', types.Words(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('published', types.When(), nullable=True),
    sa.Column('updated', types.When(), nullable=True),
    sa.Column('fetched', types.Moment(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('truncated', sa.Boolean(), nullable=False),
    sa.Column('story_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('copy_of', types.BigId, autoincrement=False, nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('archived', types.Words(), nullable=True),
    sa.Column('etag', types.Words(), nullable=True),
    sa.Column('last_modified', types.Words(), nullable=True),
    sa.Column('looked_at', types.Moment(), nullable=False),
    sa.Column('look_again', types.Moment(), nullable=True),
    sa.Column('gone_at', types.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['copy_of'], ['articles.id'], name=op.f('fk_articles_copy_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_articles_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_articles')),
    sa.UniqueConstraint('url', name=op.f('uq_articles_url')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_articles_copy_of'), 'articles', ['copy_of'], unique=False)
    op.create_index(op.f('ix_articles_fetched'), 'articles', ['fetched'], unique=False)
    op.create_index(op.f('ix_articles_gone_at'), 'articles', ['gone_at'], unique=False)
    op.create_index(op.f('ix_articles_look_again'), 'articles', ['look_again'], unique=False)
    op.create_index('ix_articles_published', 'articles', ['published', 'id'], unique=False)
    op.create_index(op.f('ix_articles_source'), 'articles', ['source'], unique=False)
    op.create_index(op.f('ix_articles_story_id'), 'articles', ['story_id'], unique=False)
    op.create_table('known_figures',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('event_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('low', types.Amount(), nullable=True),
    sa.Column('high', types.Amount(), nullable=True),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('approximate', sa.Boolean(), nullable=False),
    sa.Column('round', types.Words(), nullable=True),
    sa.Column('investors', types.Json, nullable=False),
    sa.Column('scope', types.Words(), nullable=True),
    sa.Column('as_of', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('quote', types.Words(), nullable=True),
    sa.Column('first_reported', types.When(), nullable=True),
    sa.Column('last_reported', types.When(), nullable=True),
    sa.Column('note', types.Words(), nullable=True),
    sa.Column('added_by', sa.String(), nullable=False),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.Column('merged_into', types.BigId, autoincrement=False, nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_known_figures_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['merged_into'], ['known_figures.id'], name=op.f('fk_known_figures_merged_into'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_figures')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_known_figures_company', 'known_figures', ['company', 'id'], unique=False)
    op.create_index('ix_known_figures_kind', 'known_figures', ['company', 'kind', 'id'], unique=False)
    op.create_index('ix_known_figures_standing', 'known_figures', ['company', 'kind', 'state', 'as_of', 'scope', 'merged_into'], unique=False)
    op.create_index(op.f('ix_known_figures_event_id'), 'known_figures', ['event_id'], unique=False)
    op.create_index(op.f('ix_known_figures_merged_into'), 'known_figures', ['merged_into'], unique=False)
    op.create_index(op.f('ix_known_figures_state'), 'known_figures', ['state'], unique=False)
    op.create_table('article_companies',
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('article_id', types.BigId, nullable=False),
    sa.Column('mentions', sa.Integer(), nullable=False),
    sa.Column('focus', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_companies_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company', 'article_id', name=op.f('pk_article_companies')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_article_companies_article_id'), 'article_companies', ['article_id'], unique=False)
    op.create_table('figures',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('low', types.Amount(), nullable=True),
    sa.Column('high', types.Amount(), nullable=True),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('approximate', sa.Boolean(), nullable=False),
    sa.Column('event', types.Words(), nullable=False),
    sa.Column('round', types.Words(), nullable=True),
    sa.Column('investors', types.Json, nullable=False),
    sa.Column('scope', types.Words(), nullable=True),
    sa.Column('as_of', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('quote', types.Words(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('written', types.Words(), nullable=False),
    sa.Column('why', types.Json, nullable=False),
    sa.Column('relation', sa.String(), nullable=True),
    sa.Column('known_id', types.BigId, autoincrement=False, nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_figures_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['known_id'], ['known_figures.id'], name=op.f('fk_figures_known_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures'))
    )
    op.create_index(op.f('ix_figures_article_id'), 'figures', ['article_id'], unique=False)
    op.create_index(op.f('ix_figures_known_id'), 'figures', ['known_id'], unique=False)
    op.create_index('ix_figures_value', 'figures', ['company', 'kind', 'low', 'high'], unique=False)
    op.create_table('fingerprints',
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('exact', sa.BigInteger(), nullable=False),
    sa.Column('sketch', sa.LargeBinary(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('bands', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_fingerprints_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_fingerprints'))
    )
    op.create_index(op.f('ix_fingerprints_exact'), 'fingerprints', ['exact'], unique=False)
    op.create_table('flags',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('topic', sa.String(), nullable=True),
    sa.Column('signal', sa.String(), nullable=True),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=True),
    sa.Column('event_id', types.BigId, autoincrement=False, nullable=True),
    sa.Column('known_id', types.BigId, autoincrement=False, nullable=True),
    sa.Column('figure', types.Json, nullable=True),
    sa.Column('before', types.Json, nullable=True),
    sa.Column('known', types.Json, nullable=False),
    sa.Column('quote', types.Words(), nullable=True),
    sa.Column('judged', types.Words(), nullable=True),
    sa.Column('merged_into', types.BigId, autoincrement=False, nullable=True),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.Column('decided_by', types.Words(), nullable=True),
    sa.Column('decided_at', types.Moment(), nullable=True),
    sa.Column('note', types.Words(), nullable=True),
    sa.Column('cause', types.Words(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_flags_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_flags_event_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['known_id'], ['known_figures.id'], name=op.f('fk_flags_known_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['merged_into'], ['flags.id'], name=op.f('fk_flags_merged_into'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flags')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_flags_article_id'), 'flags', ['article_id'], unique=False)
    op.create_index('ix_flags_company', 'flags', ['company', 'reason', 'state', 'id'], unique=False)
    op.create_index('ix_flags_measure', 'flags', ['company', 'kind', 'state', 'id'], unique=False)
    op.create_index('ix_flags_queue', 'flags', ['state', 'reason', 'id'], unique=False)
    op.create_index('ix_flags_waiting', 'flags', ['state', 'company'], unique=False)
    op.create_index(op.f('ix_flags_created_at'), 'flags', ['created_at'], unique=False)
    op.create_index(op.f('ix_flags_event_id'), 'flags', ['event_id'], unique=False)
    op.create_index(op.f('ix_flags_known_id'), 'flags', ['known_id'], unique=False)
    op.create_index(op.f('ix_flags_merged_into'), 'flags', ['merged_into'], unique=False)
    op.create_index('ix_flags_state', 'flags', ['state', 'id'], unique=False)
    op.create_table('reports',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('known_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=True),
    sa.Column('url', types.Words(), nullable=True),
    sa.Column('outlet', types.Words(), nullable=True),
    sa.Column('voice', types.Words(), nullable=False),
    sa.Column('published', types.When(), nullable=True),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_reports_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['known_id'], ['known_figures.id'], name=op.f('fk_reports_known_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('known_id', 'article_id', 'url', name=op.f('uq_reports_known_id_article_id_url'))
    )
    op.create_index(op.f('ix_reports_article_id'), 'reports', ['article_id'], unique=False)
    op.create_table('revisions',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fetched', types.Moment(), nullable=False),
    sa.Column('title', types.Words(), nullable=True),
    sa.Column('text', types.Words(), nullable=False),
    sa.Column('updated', types.When(), nullable=True),
    sa.Column('archived', types.Words(), nullable=True),
    sa.Column('tags', types.Json, nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_revisions_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    sa.UniqueConstraint('article_id', 'number', name=op.f('uq_revisions_article_id_number'))
    )
    op.create_table('seen',
    sa.Column('url', types.Words(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('ended', sa.String(), nullable=False),
    sa.Column('at', types.Moment(), nullable=False),
    sa.Column('article_id', types.BigId, autoincrement=False, nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('retry_at', types.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_seen_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('url', name=op.f('pk_seen')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_seen_article_id'), 'seen', ['article_id'], unique=False)
    op.create_table('decisions',
    sa.Column('id', types.BigId, autoincrement=True, nullable=False),
    sa.Column('flag_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('by', types.Words(), nullable=False),
    sa.Column('at', types.Moment(), nullable=False),
    sa.Column('note', types.Words(), nullable=True),
    sa.Column('cause', types.Words(), nullable=True),
    sa.Column('changes', types.Json, nullable=False),
    sa.Column('into', types.BigId, nullable=True),
    sa.Column('before', types.Json, nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flags.id'], name=op.f('fk_decisions_flag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    op.create_index(op.f('ix_decisions_flag_id'), 'decisions', ['flag_id'], unique=False)
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
