"""Find what a person with an account reported, also where his case does not name him."""

from alembic import op

revision = "0006_own_reports"
down_revision = "0005_facts_guard"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("create index ix_reports_reported_by on reports (reported_by) where reported_by <> ''")


def downgrade() -> None:
    """Drop it again."""
    op.execute("drop index ix_reports_reported_by")
