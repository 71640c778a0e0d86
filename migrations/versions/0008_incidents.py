"""Keep what a machine could not do, until somebody has it repeated."""

from alembic import op

revision = "0008_incidents"
down_revision = "0007_task_owner"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of one thing that fails there is one open incident."""
    op.execute("""
create table incidents (
    county smallint not null,
    id uuid not null,
    case_id uuid,
    kind text default '' not null,
    key text default '' not null,
    process text default '' not null,
    node text default '' not null,
    cause text default '' not null,
    note text default '' not null,
    attempts integer default 1 not null,
    opened_at timestamptz not null,
    failed_at timestamptz not null,
    retried_at timestamptz,
    resolved_at timestamptz,
    resolved_by text default '' not null,
    constraint pk_incidents primary key (county, id),
    constraint fk_incidents_cases foreign key(county, case_id) references cases (county, id)
)""")
    op.execute("create unique index uq_incidents_open on incidents (county, case_id, kind, key)"
               " nulls not distinct where resolved_at is null")
    op.execute("create index ix_incidents_county_case_id on incidents (county, case_id)")
    op.execute("create index ix_incidents_failed on incidents (failed_at desc, id desc) where resolved_at is null")


def downgrade() -> None:
    """Forget them; their facts stay in the histories."""
    op.execute("drop table incidents")
