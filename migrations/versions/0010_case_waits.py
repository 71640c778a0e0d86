"""Remember on a case whether it waits for messages or calls, so that a step need not look."""

from alembic import op

revision = "0010_case_waits"
down_revision = "0009_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of cases from before it is not known."""
    op.execute("alter table cases add column listens boolean not null default true,"
               " add column calls boolean not null default true")  # fmt: skip


def downgrade() -> None:
    """Drop them again; the step then looks."""
    op.execute("alter table cases drop column calls, drop column listens")
