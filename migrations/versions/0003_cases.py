"""Cases and everything that a step of a case writes."""

from alembic import op

revision = "0003_cases"
down_revision = "0002_definitions"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create table cases (
    county smallint not null,
    id uuid not null,
    event_no text,
    process text default '' not null,
    version integer default 0 not null,
    revision integer default 0 not null,
    seq integer default 0 not null,
    state bytea not null,
    head bytea not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    status text default '' not null,
    summary text default '' not null,
    record jsonb default '{}' not null,
    nature text default '' not null,
    channel text default '' not null,
    item_code text default '' not null,
    affair_code text default '' not null,
    platform text default '' not null,
    urgency text default '' not null,
    unit_city text default '' not null,
    unit_county text default '' not null,
    unit_street text default '' not null,
    unit_village text default '' not null,
    unit_grid text default '' not null,
    command_room text default '' not null,
    lead_unit text default '' not null,
    accused_unit text default '' not null,
    assist_units text[] default '{}' not null,
    reported_by text default '' not null,
    started_by text default '' not null,
    confidential boolean default false not null,
    business_due_at timestamptz,
    close_reason text default '' not null,
    lat double precision,
    lon double precision,
    search text default '' not null,
    constraint pk_cases primary key (county, id),
    constraint uq_cases_event_no_county unique (event_no, county)
) with (fillfactor = 70)
    """,
    "create index ix_cases_lead_unit on cases (lead_unit, opened_at desc, id desc) where lead_unit <> ''",
    "create index ix_cases_near on cases (affair_code, lat)",
    "create index ix_cases_opened on cases (opened_at desc, id desc)",
    """
create index ix_cases_reported_by on cases (reported_by, opened_at desc, id desc) where reported_by <> ''
    """,
    """
create index ix_cases_started_by on cases (started_by, opened_at desc, id desc) where started_by <> ''
    """,
    "create index ix_cases_unit_city on cases (unit_city, opened_at desc, id desc) where unit_city <> ''",
    """
create index ix_cases_unit_county on cases (unit_county, opened_at desc, id desc) where unit_county <> ''
    """,
    "create index ix_cases_unit_grid on cases (unit_grid, opened_at desc, id desc) where unit_grid <> ''",
    """
create index ix_cases_unit_street on cases (unit_street, opened_at desc, id desc) where unit_street <> ''
    """,
    """
create index ix_cases_unit_village on cases (unit_village, opened_at desc, id desc) where unit_village <> ''
    """,
    """
create table reports (
    county smallint not null,
    id uuid not null,
    case_id uuid not null,
    channel text default '' not null,
    source_system text default '' not null,
    source_id text default '' not null,
    received_at timestamptz not null,
    nature text default '' not null,
    content text default '' not null,
    lat double precision,
    lon double precision,
    address_text text default '' not null,
    item_hint text default '' not null,
    anonymous boolean default false not null,
    confidential boolean default false not null,
    wants_callback boolean default false not null,
    reported_by text default '' not null,
    reporter_enc bytea,
    phone_hash bytea,
    tracking_hash bytea,
    details jsonb default '{}' not null,
    constraint pk_reports primary key (county, id),
    constraint fk_reports_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_reports_county_case_id on reports (county, case_id)",
    """
create index ix_reports_phone_hash_received_at on reports (phone_hash, received_at)
    where phone_hash is not null
    """,
    "create index ix_reports_tracking_hash on reports (tracking_hash) where tracking_hash is not null",
    """
create table report_keys (
    channel text not null,
    source_system text not null,
    source_id text not null,
    county smallint not null,
    report_id uuid not null,
    case_id uuid not null,
    constraint pk_report_keys primary key (channel, source_system, source_id)
)
    """,
    """
create table tasks (
    county smallint not null,
    id uuid not null,
    case_id uuid not null,
    key text default '' not null,
    process text default '' not null,
    process_version integer default 0 not null,
    node text default '' not null,
    nth integer default 0 not null,
    name text default '' not null,
    name_en text default '' not null,
    form text default '' not null,
    form_version integer default 0 not null,
    unit text default '' not null,
    role text default '' not null,
    candidates jsonb default '[]' not null,
    state smallint default 0 not null,
    holder text default '' not null,
    holder_name text default '' not null,
    claimed_at timestamptz,
    finished_by text default '' not null,
    finished_name text default '' not null,
    finished_at timestamptz,
    created_at timestamptz not null,
    due_at timestamptz,
    yellow_at timestamptz,
    started_at timestamptz,
    due_order timestamptz generated always as (coalesce(due_at, 'infinity'::timestamptz)) stored not null,
    paused boolean default false not null,
    revision integer default 0 not null,
    draft jsonb,
    draft_at timestamptz,
    evidence text default '' not null,
    reads_reporter boolean default false not null,
    phase text default '' not null,
    limit_name text default '' not null,
    excluded_people text[] default '{}' not null,
    excluded_units text[] default '{}' not null,
    event_no text default '' not null,
    summary text default '' not null,
    urgency text default '' not null,
    item_code text default '' not null,
    unit_city text default '' not null,
    unit_county text default '' not null,
    unit_street text default '' not null,
    unit_village text default '' not null,
    unit_grid text default '' not null,
    accused_unit text default '' not null,
    confidential boolean default false not null,
    constraint pk_tasks primary key (county, id),
    constraint uq_tasks_county_case_id_key unique (county, case_id, key),
    constraint fk_tasks_cases foreign key(county, case_id) references cases (county, id)
) with (fillfactor = 80)
    """,
    "create index ix_tasks_finished on tasks (finished_by, finished_at, id) where state = 2",
    "create index ix_tasks_held on tasks (holder, due_order, id) where state = 1",
    "create index ix_tasks_open on tasks (county, case_id) where state < 2",
    "create index ix_tasks_unit_city on tasks (unit_city, due_order, id) where state < 2",
    "create index ix_tasks_unit_county on tasks (unit_county, due_order, id) where state < 2",
    "create index ix_tasks_unit_grid on tasks (unit_grid, due_order, id) where state < 2",
    "create index ix_tasks_unit_street on tasks (unit_street, due_order, id) where state < 2",
    "create index ix_tasks_unit_village on tasks (unit_village, due_order, id) where state < 2",
    """
create table task_candidates (
    county smallint not null,
    task_id uuid not null,
    role text not null,
    unit text collate "C" not null,
    due_order timestamptz not null,
    yellow_at timestamptz,
    paused boolean default false not null,
    guarded boolean default false not null,
    constraint pk_task_candidates primary key (county, task_id, role, unit)
) with (fillfactor = 80)
    """,
    """
create index ix_task_candidates_inbox on task_candidates (role, unit, due_order, task_id)
    include (county, yellow_at, paused, guarded)
    """,
    """
create table timers (
    county smallint not null,
    case_id uuid not null,
    key text not null,
    process text default '' not null,
    node text default '' not null,
    due_at timestamptz not null,
    fire_at timestamptz not null,
    attempts smallint default 0 not null,
    state text default 'waiting' not null,
    error text default '' not null,
    constraint pk_timers primary key (county, case_id, key),
    constraint fk_timers_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_timers_waiting on timers (fire_at) where state = 'waiting'",
    """
create table subscriptions (
    county smallint not null,
    case_id uuid not null,
    key text not null,
    message text default '' not null,
    process text default '' not null,
    node text default '' not null,
    name text default '' not null,
    name_en text default '' not null,
    task_key text default '' not null,
    form text default '' not null,
    offered_to text[] default '{}' not null,
    unit text default '' not null,
    open boolean default false not null,
    closed_text text default '' not null,
    closed_text_en text default '' not null,
    constraint pk_subscriptions primary key (county, case_id, key),
    constraint fk_subscriptions_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_subscriptions_message_county_case_id on subscriptions (message, county, case_id)",
    """
create table facts (
    county smallint not null,
    case_id uuid not null,
    seq integer not null,
    at timestamptz not null,
    kind text default '' not null,
    actor text default '' not null,
    actor_name text default '' not null,
    role text default '' not null,
    unit text default '' not null,
    process text default '' not null,
    node text default '' not null,
    nth integer default 0 not null,
    body text default '' not null,
    previous bytea not null,
    hash bytea not null,
    constraint pk_facts primary key (county, case_id, seq),
    constraint fk_facts_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_facts_actor_at on facts (actor, at)",
    "create index ix_facts_at on facts (at)",
    "alter table cases alter column state set storage external",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    for table in ("facts", "subscriptions", "timers", "task_candidates", "tasks", "report_keys", "reports", "cases"):
        op.execute(f"drop table {table}")
