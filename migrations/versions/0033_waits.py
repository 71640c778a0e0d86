"""Mark what each case waits for, so that a step writes only what it changes of it."""

from alembic import op

revision = "0033_waits"
down_revision = "0032_go_on"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks; null where they are not known yet."""
    op.execute("alter table cases add column waits bytea, drop column listens")


def downgrade() -> None:
    """Go back to saying only whether a case waits."""
    op.execute("alter table cases add column listens boolean not null default true, drop column waits")
