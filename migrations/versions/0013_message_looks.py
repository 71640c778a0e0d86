"""Look at a kept message a few times, and then leave it to those that begin to wait."""

from alembic import op

revision = "0013_message_looks"
down_revision = "0012_case_suspended"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the looks, and find what is to be looked at."""
    op.execute("alter table messages add column looks smallint default 0 not null")
    op.execute("create index ix_messages_resting on messages (rests_until)"
               " where state = 'buffered' and rests_until is not null")  # fmt: skip


def downgrade() -> None:
    """Look at everything again and again."""
    op.execute("drop index ix_messages_resting")
    op.execute("alter table messages drop column looks")
