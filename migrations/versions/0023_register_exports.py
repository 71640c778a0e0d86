"""Record which rows of registers left as a file, and with whom."""

from alembic import op

revision = "0023_register_exports"
down_revision = "0022_retired_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; it is only ever added to."""
    op.execute("""
create table register_exports (
    county smallint not null,
    id uuid not null,
    register text default '' not null,
    at timestamptz not null,
    actor text default '' not null,
    actor_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    asked jsonb default '{}' not null,
    rows integer default 0 not null,
    constraint pk_register_exports primary key (county, id)
)""")
    op.execute("create index ix_register_exports_register on register_exports (register, at desc, id desc)")
    op.execute("""
create trigger register_exports_append_only before update or delete on register_exports
for each row execute function refuse_change()""")
    op.execute("""
create trigger register_exports_not_emptied before truncate on register_exports
for each statement execute function refuse_change()""")
    op.execute("revoke update, delete, truncate on register_exports from public")


def downgrade() -> None:
    """Drop the record."""
    op.execute("drop table register_exports")
