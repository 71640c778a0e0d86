"""Remember whose task it is while somebody else works on it for him."""

from alembic import op

revision = "0007_task_owner"
down_revision = "0006_own_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index of the box."""
    kind = "text not null default ''"
    op.execute(f"alter table tasks add column owner {kind}, add column owner_name {kind}")
    op.execute("create index ix_tasks_lent on tasks (owner, due_order, id) where state = 1 and owner <> ''")


def downgrade() -> None:
    """Forget it again; who works on a task then holds it."""
    op.execute("drop index ix_tasks_lent")
    op.execute("alter table tasks drop column owner_name, drop column owner")
