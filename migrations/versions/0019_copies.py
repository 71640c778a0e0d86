"""Keep to whom a case was copied, who has read that, and who watches it."""

from alembic import op

revision = "0019_copies"
down_revision = "0018_substitutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.execute("""
create table case_copies (
    county smallint not null,
    id uuid not null,
    case_id uuid not null,
    person_id text default '' not null,
    person_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    reason text default '' not null,
    sender text default '' not null,
    sender_name text default '' not null,
    at timestamptz not null,
    constraint pk_case_copies primary key (county, id),
    constraint fk_case_copies_cases foreign key (county, case_id) references cases (county, id)
)""")
    op.execute("create index ix_case_copies_case on case_copies (case_id, county)")
    op.execute("create index ix_case_copies_person on case_copies (person_id, at desc) where person_id <> ''")
    op.execute("create index ix_case_copies_unit on case_copies (unit, at desc) where unit <> ''")
    op.execute("""
create table copy_reads (
    county smallint not null,
    copy_id uuid not null,
    person text not null,
    person_name text default '' not null,
    read_at timestamptz not null,
    constraint pk_copy_reads primary key (county, copy_id, person)
)""")
    op.execute("""
create table case_watches (
    county smallint not null,
    case_id uuid not null,
    person text not null,
    at timestamptz not null,
    constraint pk_case_watches primary key (county, case_id, person),
    constraint fk_case_watches_cases foreign key (county, case_id) references cases (county, id)
)""")
    op.execute("create index ix_case_watches_person on case_watches (person, at desc)")


def downgrade() -> None:
    """Forget them; the histories still say it."""
    op.execute("drop table case_watches")
    op.execute("drop table copy_reads")
    op.execute("drop table case_copies")
