"""Keep a file of rows between its check and its confirmation."""

from alembic import op

revision = "0024_register_uploads"
down_revision = "0023_register_exports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; what stands there is soon forgotten."""
    op.execute("""
create table register_uploads (
    id uuid not null,
    actor text default '' not null,
    register text default '' not null,
    at timestamptz not null,
    content text default '' not null,
    constraint pk_register_uploads primary key (id)
)""")
    op.execute("create index ix_register_uploads_actor on register_uploads (actor, register)")


def downgrade() -> None:
    """Drop what waits to be confirmed."""
    op.execute("drop table register_uploads")
