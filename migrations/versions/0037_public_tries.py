"""Keep what strangers tried, to hold back who guesses codes or floods the city with reports."""

from alembic import op

revision = "0037_public_tries"
down_revision = "0036_lean_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.execute("""
create table public_tries (
    id uuid not null,
    kind text default '' not null,
    subject text default '' not null,
    address text default '' not null,
    at timestamptz not null,
    constraint pk_public_tries primary key (id)
)""")
    op.execute("create index ix_public_tries_kind_subject_at on public_tries (kind, subject, at)")
    op.execute("create index ix_public_tries_kind_address_at on public_tries (kind, address, at)")


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table public_tries")
