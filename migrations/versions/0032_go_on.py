"""Keep whether somebody's next task opens by itself."""

from alembic import op

revision = "0032_go_on"
down_revision = "0031_units_by_level"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("alter table inbox_columns add column go_on boolean not null default true")


def downgrade() -> None:
    """Drop it."""
    op.execute("alter table inbox_columns drop column go_on")
