"""Units, people, their roles, rosters and sessions; clock and calendar."""

from alembic import op

revision = "0001_city"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create table units (
    code text collate "C" not null,
    county smallint not null,
    kind text default '' not null,
    name text default '' not null,
    name_en text default '' not null,
    level smallint not null,
    parent text collate "C",
    valid_from date,
    valid_to date,
    predecessors text[] default '{}' not null,
    area bytea,
    lat double precision,
    lon double precision,
    constraint pk_units primary key (code)
)
    """,
    "create index ix_units_level_areas on units (level) where area is not null",
    "create index ix_units_parent on units (parent)",
    """
create table people (
    county smallint not null,
    id uuid not null,
    username text default '' not null,
    name text default '' not null,
    password_hash text default '' not null,
    phone text default '' not null,
    locale text default 'zh' not null,
    active boolean default true not null,
    created_at timestamptz not null,
    constraint pk_people primary key (county, id),
    constraint uq_people_username unique (username)
)
    """,
    """
create table person_roles (
    county smallint not null,
    person_id uuid not null,
    role text not null,
    unit text collate "C" not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    constraint pk_person_roles primary key (county, person_id, role, unit, valid_from)
)
    """,
    "create index ix_person_roles_role_unit on person_roles (role, unit)",
    """
create table rosters (
    county smallint not null,
    id uuid not null,
    unit text collate "C" not null,
    role text not null,
    person_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    constraint pk_rosters primary key (county, id)
)
    """,
    "create index ix_rosters_unit_role_from_at on rosters (unit, role, from_at)",
    """
create table sessions (
    token_hash bytea not null,
    person_id uuid not null,
    kind text default '' not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null,
    constraint pk_sessions primary key (token_hash)
)
    """,
    "create index ix_sessions_person_id on sessions (person_id)",
    """
create table sign_in_attempts (
    id uuid not null,
    username text default '' not null,
    address text default '' not null,
    at timestamptz not null,
    ok boolean default false not null,
    constraint pk_sign_in_attempts primary key (id)
)
    """,
    "create index ix_sign_in_attempts_address_at on sign_in_attempts (address, at)",
    "create index ix_sign_in_attempts_username_at on sign_in_attempts (username, at)",
    """
create table server_clock (
    id smallint not null,
    offset_seconds double precision default 0 not null,
    moved_at timestamptz,
    constraint pk_server_clock primary key (id)
)
    """,
    """
create table calendar_days (
    day date not null,
    is_workday boolean default false not null,
    note text default '' not null,
    constraint pk_calendar_days primary key (day)
)
    """,
    "insert into server_clock (id) values (1)",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    for table in (
        "calendar_days",
        "server_clock",
        "sign_in_attempts",
        "sessions",
        "rosters",
        "person_roles",
        "people",
        "units",
    ):
        op.execute(f"drop table {table}")
