"""Find the facts that cost points by their moment, for assessments."""

from alembic import op

revision = "0029_deductions"
down_revision = "0028_outside_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index them: few facts cost points, so the index stays small."""
    op.execute("create index ix_facts_deductions on facts (at)"
               " where kind = 'Noted' and (body like '%\"deduction\"%' or body like '%\"card_revoked\"%')")


def downgrade() -> None:
    """Drop the index."""
    op.execute("drop index ix_facts_deductions")
