"""Show in every list that a case stands still."""

from alembic import op

revision = "0012_case_suspended"
down_revision = "0011_timed_starts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; no case stands still yet."""
    op.execute("alter table cases add column suspended boolean not null default false")
    op.execute("alter table tasks add column suspended boolean not null default false")


def downgrade() -> None:
    """Drop it again; the state of a case still knows."""
    op.execute("alter table tasks drop column suspended")
    op.execute("alter table cases drop column suspended")
