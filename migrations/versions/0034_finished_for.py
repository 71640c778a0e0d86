"""Keep who finished a task in somebody's place: it lies in both their boxes."""

from alembic import op

revision = "0034_finished_for"
down_revision = "0033_waits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column with its index, and find out of the facts who did what was done so far."""
    op.execute("alter table tasks add column finished_self text not null default ''")
    op.execute(
        "create index ix_tasks_finished_for on tasks (finished_self, finished_at, id) where finished_self <> ''"
    )
    # substitutes are few: only names that say in whose place somebody signed are looked at
    op.execute(
        """update tasks t set finished_self = f.actor from facts f
        where t.state = 2 and strpos(t.finished_name, '（代') > 0 and f.county = t.county and f.case_id = t.case_id
            and f.kind = 'TaskCompleted' and f.at = t.finished_at and f.actor <> t.finished_by"""
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("alter table tasks drop column finished_self")
