"""Keep the phrases that people use again and again."""

from alembic import op

revision = "0030_phrases"
down_revision = "0029_deductions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; a phrase is one person's."""
    op.execute("""
create table phrases (
    county smallint not null,
    id uuid not null,
    person text not null default '',
    text text not null default '',
    at timestamptz not null,
    constraint pk_phrases primary key (county, id)
)""")
    op.execute("create index ix_phrases_person on phrases (person, at)")


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table phrases")
