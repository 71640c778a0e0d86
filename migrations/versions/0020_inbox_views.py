"""Keep how somebody looks at his inbox: columns, and named filters that he may share with a seat."""

from alembic import op

revision = "0020_inbox_views"
down_revision = "0019_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.execute("""
create table inbox_columns (
    county smallint not null,
    person text not null,
    columns text[] default '{}' not null,
    constraint pk_inbox_columns primary key (county, person)
)""")
    op.execute("""
create table inbox_views (
    county smallint not null,
    id uuid not null,
    name text default '' not null,
    owner text default '' not null,
    owner_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    query jsonb default '{}' not null,
    at timestamptz not null,
    constraint pk_inbox_views primary key (county, id)
)""")
    op.execute("create index ix_inbox_views_owner on inbox_views (owner)")
    op.execute("create index ix_inbox_views_seat on inbox_views (role, unit) where role <> ''")


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table inbox_views")
    op.execute("drop table inbox_columns")
