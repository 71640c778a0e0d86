"""Keep the number of the case that a case comes from in a column of its own, so that the origin finds its offspring.

An index on the record itself would cost every step that changes the record.
"""

from alembic import op

revision = "0017_origins"
down_revision = "0016_task_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, fill it from the records and index it."""
    op.execute("alter table cases add column origin_no text not null default ''")
    op.execute(
        "update cases set origin_no = record ->> 'origin_no' where jsonb_typeof(record -> 'origin_no') = 'string'"
    )
    op.execute("create index ix_cases_origin on cases (origin_no) where origin_no <> ''")


def downgrade() -> None:
    """Forget it; the records still say it."""
    op.execute("alter table cases drop column origin_no")
