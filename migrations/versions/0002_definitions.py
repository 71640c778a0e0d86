"""Versions of diagrams, tables and forms."""

from alembic import op

revision = "0002_definitions"
down_revision = "0001_city"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create table definitions (
    kind text not null,
    key text not null,
    number integer not null,
    sha256 bytea not null,
    content bytea not null,
    name text default '' not null,
    name_en text default '' not null,
    pack text default '' not null,
    state text default '' not null,
    author text default '' not null,
    message text default '' not null,
    proposed_at timestamptz not null,
    decided_by text default '' not null,
    decided_at timestamptz,
    published_at timestamptz,
    meta jsonb default '{}' not null,
    constraint pk_definitions primary key (kind, key, number)
)
    """,
    "create index ix_definitions_current on definitions (kind, key, number) where state = 'published'",
    """
create table publication (
    id smallint not null,
    stamp integer default 0 not null,
    constraint pk_publication primary key (id)
)
    """,
    "insert into publication (id) values (1)",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    for table in ("publication", "definitions"):
        op.execute(f"drop table {table}")
