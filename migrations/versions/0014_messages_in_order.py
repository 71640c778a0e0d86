"""Keep messages in the order in which those that ask for nothing in particular take them."""

from alembic import op

revision = "0014_messages_in_order"
down_revision = "0013_message_looks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Order the index."""
    op.execute("drop index ix_messages_buffered")
    op.execute("create index ix_messages_kept on messages (name, received_at, sender, id) where state = 'buffered'")


def downgrade() -> None:
    """Back to the names alone."""
    op.execute("drop index ix_messages_kept")
    op.execute("create index ix_messages_buffered on messages (name) where state = 'buffered'")
