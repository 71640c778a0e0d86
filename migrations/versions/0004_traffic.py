"""What comes in, goes out or is kept beside the cases."""

from alembic import op

revision = "0004_traffic"
down_revision = "0003_cases"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create table attachments (
    county smallint not null,
    id uuid not null,
    case_id uuid,
    task_id uuid,
    name text default '' not null,
    media_type text default '' not null,
    size bigint default 0 not null,
    sha256 bytea not null,
    path text default '' not null,
    phase text default '' not null,
    lat double precision,
    lon double precision,
    taken_at timestamptz,
    uploaded_by text default '' not null,
    uploaded_at timestamptz not null,
    constraint pk_attachments primary key (county, id),
    constraint fk_attachments_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_attachments_county_case_id on attachments (county, case_id)",
    "create index ix_attachments_id on attachments (id)",
    """
create table outbox (
    county smallint not null,
    id uuid not null,
    case_id uuid,
    kind text default '' not null,
    payload jsonb default '{}' not null,
    created_at timestamptz not null,
    due_at timestamptz not null,
    state text default 'waiting' not null,
    attempts integer default 0 not null,
    error text default '' not null,
    constraint pk_outbox primary key (county, id)
)
    """,
    "create index ix_outbox_waiting on outbox (due_at) where state = 'waiting'",
    """
create table notices (
    county smallint not null,
    id uuid not null,
    person_id text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    case_id uuid,
    text text default '' not null,
    params jsonb default '{}' not null,
    at timestamptz not null,
    constraint pk_notices primary key (county, id)
)
    """,
    "create index ix_notices_person on notices (person_id, at desc, id desc) where person_id <> ''",
    "create index ix_notices_seat on notices (role, unit, at desc, id desc) where person_id = ''",
    """
create table notice_reads (
    county smallint not null,
    notice_id uuid not null,
    person text not null,
    read_at timestamptz not null,
    constraint pk_notice_reads primary key (county, notice_id, person)
)
    """,
    """
create table reporter_messages (
    county smallint not null,
    id uuid not null,
    case_id uuid not null,
    at timestamptz not null,
    text text default '' not null,
    params jsonb default '{}' not null,
    constraint pk_reporter_messages primary key (county, id),
    constraint fk_reporter_messages_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_reporter_messages_county_case_id_at on reporter_messages (county, case_id, at)",
    """
create table idempotency (
    actor text not null,
    key text not null,
    route text default '' not null,
    request_hash bytea not null,
    status smallint,
    body bytea,
    media_type text default '' not null,
    created_at timestamptz not null,
    constraint pk_idempotency primary key (actor, key)
)
    """,
    "create index ix_idempotency_created_at on idempotency (created_at)",
    """
create table inbound_messages (
    id text not null,
    name text default '' not null,
    received_at timestamptz not null,
    case_id uuid,
    outcome text default '' not null,
    constraint pk_inbound_messages primary key (id)
)
    """,
    """
create table counters (
    name text not null,
    day date not null,
    value integer default 0 not null,
    constraint pk_counters primary key (name, day)
)
    """,
    """
create table refusals (
    county smallint not null,
    id uuid not null,
    at timestamptz not null,
    actor text default '' not null,
    actor_name text default '' not null,
    route text default '' not null,
    reason text default '' not null,
    detail text default '' not null,
    constraint pk_refusals primary key (id)
)
    """,
    "create index ix_refusals_at_id on refusals (at, id)",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    for table in (
        "refusals",
        "counters",
        "inbound_messages",
        "idempotency",
        "reporter_messages",
        "notice_reads",
        "notices",
        "outbox",
        "attachments",
    ):
        op.execute(f"drop table {table}")
