"""Take rows of registers out of use without forgetting them."""

from alembic import op

revision = "0022_retired_rows"
down_revision = "0021_bigrams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note when a row was retired; its history says by whom and why."""
    op.execute("alter table register_rows add retired_at timestamptz")


def downgrade() -> None:
    """Forget which rows were retired; their histories still say it."""
    op.execute("alter table register_rows drop retired_at")
