"""Remember when the processes that begin by the clock begin next."""

from alembic import op

revision = "0011_timed_starts"
down_revision = "0010_case_waits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table: one row for each timer start event of a published process."""
    op.execute("""
create table timed_starts (
    process text not null,
    node text not null,
    expression text default '' not null,
    due jsonb default '{}' not null,
    due_at timestamptz,
    constraint pk_timed_starts primary key (process, node)
)""")
    op.execute("create index ix_timed_starts_due_at on timed_starts (due_at)")


def downgrade() -> None:
    """Forget them; after an upgrade they are counted from then."""
    op.execute("drop table timed_starts")
