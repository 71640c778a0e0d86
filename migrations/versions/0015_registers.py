"""Keep the rows of declared registers, with their history and what no two of them may have alike."""

from alembic import op

revision = "0015_registers"
down_revision = "0014_messages_in_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables; the history is guarded as the facts are."""
    op.execute("""
create table register_rows (
    county smallint not null,
    id uuid not null,
    register text not null,
    nr bigint generated always as identity not null,
    unit text collate "C" not null,
    version integer default 1 not null,
    data jsonb default '{}' not null,
    search text default '' not null,
    created_at timestamptz not null,
    created_by text default '' not null,
    created_name text default '' not null,
    changed_at timestamptz not null,
    changed_by text default '' not null,
    changed_name text default '' not null,
    constraint pk_register_rows primary key (county, id)
)""")
    op.execute("create index ix_register_rows_register_nr on register_rows (register, nr)")
    op.execute("create index ix_register_rows_register_unit_nr on register_rows (register, unit, nr)")
    op.execute("create index ix_register_rows_data on register_rows using gin (data jsonb_path_ops)")
    op.execute("""
create table register_changes (
    county smallint not null,
    row_id uuid not null,
    version integer not null,
    register text default '' not null,
    at timestamptz not null,
    actor text default '' not null,
    actor_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    case_id uuid,
    changes jsonb default '{}' not null,
    reason text default '' not null,
    constraint pk_register_changes primary key (county, row_id, version)
)""")
    op.execute("""
create trigger register_changes_append_only before update or delete on register_changes
for each row execute function refuse_change()""")
    op.execute("""
create trigger register_changes_not_emptied before truncate on register_changes
for each statement execute function refuse_change()""")
    op.execute("revoke update, delete, truncate on register_changes from public")
    op.execute("""
create table register_keys (
    register text not null,
    digest bytea not null,
    county smallint not null,
    row_id uuid not null,
    constraint pk_register_keys primary key (register, digest)
)""")
    op.execute("create index ix_register_keys_county_row_id on register_keys (county, row_id)")


def downgrade() -> None:
    """Drop rows, history and keys."""
    op.execute("drop table register_keys")
    op.execute("drop table register_changes")
    op.execute("drop table register_rows")
