"""Keep who stands in for whom and until when, and a guarded history of what is done to people, units and rosters."""

from alembic import op

revision = "0018_substitutes"
down_revision = "0017_origins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables; the history is guarded as the facts of cases are."""
    op.execute("""
create table substitutes (
    county smallint not null,
    id uuid not null,
    person_id uuid not null,
    substitute_id uuid not null,
    role text default '' not null,
    process text default '' not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    reason text default '' not null,
    named_by text default '' not null,
    named_name text default '' not null,
    named_at timestamptz not null,
    ended_at timestamptz,
    constraint pk_substitutes primary key (county, id)
)""")
    op.execute("create index ix_substitutes_substitute_id_until_at on substitutes (substitute_id, until_at)")
    op.execute("create index ix_substitutes_person_id_until_at on substitutes (person_id, until_at)")
    op.execute("""
create table office_facts (
    county smallint not null,
    subject uuid not null,
    seq integer not null,
    at timestamptz not null,
    kind text default '' not null,
    actor text default '' not null,
    actor_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    body text default '' not null,
    previous bytea not null,
    hash bytea not null,
    constraint pk_office_facts primary key (county, subject, seq)
)""")
    op.execute("create index ix_office_facts_at on office_facts (at)")
    op.execute("""
create trigger office_facts_append_only before update or delete on office_facts
for each row execute function refuse_change()""")
    op.execute("""
create trigger office_facts_not_emptied before truncate on office_facts
for each statement execute function refuse_change()""")
    op.execute("revoke update, delete, truncate on office_facts from public")


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table office_facts")
    op.execute("drop table substitutes")
