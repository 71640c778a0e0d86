"""Find the places of a level by their codes: lists of streets and villages are read from an index."""

from alembic import op

revision = "0031_units_by_level"
down_revision = "0030_phrases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("create index ix_units_level_code on units (level, code)")


def downgrade() -> None:
    """Drop it."""
    op.execute("drop index ix_units_level_code")
