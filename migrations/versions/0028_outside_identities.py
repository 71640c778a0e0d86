"""Keep which identity of an outside provider is whose account."""

from alembic import op

revision = "0028_outside_identities"
down_revision = "0027_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; one identity is one person's, and a person has one at a provider."""
    op.execute("""
create table outside_identities (
    county smallint not null,
    person_id uuid not null,
    issuer text not null,
    subject text not null,
    since timestamptz not null,
    constraint pk_outside_identities primary key (county, person_id, issuer)
)""")
    op.execute("create unique index ux_outside_identities_subject on outside_identities (issuer, subject)")


def downgrade() -> None:
    """Forget it."""
    op.execute("drop table outside_identities")
