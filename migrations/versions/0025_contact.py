"""Keep where and when people want to be told, and which notices and messages are still to be told outside."""

from alembic import op

revision = "0025_contact"
down_revision = "0024_register_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the address, the preferences and the marks; what was written before counts as told."""
    op.execute("alter table people add column mail text default '' not null")
    op.execute("""
create table contact_preferences (
    county smallint not null,
    person_id uuid not null,
    choices jsonb default '{}' not null,
    quiet_from text default '' not null,
    quiet_to text default '' not null,
    changed_at timestamptz not null,
    constraint pk_contact_preferences primary key (county, person_id)
)""")
    for table in ("notices", "reporter_messages"):
        op.execute(f"alter table {table} add column told boolean default true not null")
        op.execute(f"alter table {table} alter column told set default false")
        op.execute(f"create index ix_{table}_untold on {table} (at) where not told")
    op.execute("create index ix_notices_at on notices (at)")
    op.execute("""
create table bookmarks (
    name text not null,
    at timestamptz not null,
    constraint pk_bookmarks primary key (name)
)""")


def downgrade() -> None:
    """Forget it."""
    op.execute("drop table bookmarks")
    op.execute("drop index ix_notices_at")
    for table in ("notices", "reporter_messages"):
        op.execute(f"alter table {table} drop column told")
    op.execute("drop table contact_preferences")
    op.execute("alter table people drop column mail")
