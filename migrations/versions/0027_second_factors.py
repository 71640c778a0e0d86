"""Keep the second factors of accounts, sealed, with the codes that help whoever has lost his."""

from alembic import op

revision = "0027_second_factors"
down_revision = "0026_home_units"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.execute("""
create table second_factors (
    county smallint not null,
    person_id uuid not null,
    secret bytea not null,
    last_step bigint default 0 not null,
    since timestamptz not null,
    constraint pk_second_factors primary key (county, person_id)
)""")
    op.execute("""
create table recovery_codes (
    county smallint not null,
    person_id uuid not null,
    code_hash bytea not null,
    used_at timestamptz,
    constraint pk_recovery_codes primary key (county, person_id, code_hash)
)""")


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table recovery_codes")
    op.execute("drop table second_factors")
