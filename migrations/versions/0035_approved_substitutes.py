"""Keep who approved a substitute for a sensitive post, besides whoever named him."""

from alembic import op

revision = "0035_approved_substitutes"
down_revision = "0034_finished_for"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what others have named for sensitive posts so far waits from now on."""
    op.execute(
        """alter table substitutes add column approved_by text not null default '',
            add column approved_name text not null default '', add column approved_at timestamptz"""
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("alter table substitutes drop column approved_by, drop column approved_name, drop column approved_at")
