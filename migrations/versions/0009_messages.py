"""Keep messages until somebody waits for them, find waiters over all cases, and remember outside calls."""

from alembic import op

revision = "0009_messages"
down_revision = "0008_incidents"
branch_labels = None
depends_on = None

UP = (
    "alter table inbound_messages rename to messages",
    "alter table messages drop constraint pk_inbound_messages",
    "alter table messages rename column outcome to state",
    """
alter table messages
    add column sender text default '' not null,
    add column kind text default 'message' not null,
    add column correlation jsonb default '{}' not null,
    add column payload jsonb default '{}' not null,
    add column role text default '' not null,
    add column unit text default '' not null,
    add column hops smallint default 0 not null,
    add column expires_at timestamptz,
    add column rests_until timestamptz,
    add column cause text default '' not null
    """,
    "alter table messages alter column sender drop default",
    "alter table messages add constraint pk_messages primary key (sender, id)",
    "create index ix_messages_buffered on messages (name) where state = 'buffered'",
    """
create index ix_messages_correlation on messages using gin (correlation jsonb_path_ops) where state = 'buffered'
    """,
    "create index ix_messages_received on messages (received_at)",
    """
alter table subscriptions
    add column kind text default 'message' not null,
    add column correlation jsonb default '{}' not null,
    add column fingerprint text default '' not null
    """,
    "drop index ix_subscriptions_message_county_case_id",
    "create index ix_subscriptions_waiting on subscriptions (kind, message, fingerprint, case_id)",
    """
create table calls (
    county smallint not null,
    case_id uuid not null,
    key text not null,
    process text default '' not null,
    node text default '' not null,
    operation text default '' not null,
    params jsonb default '{}' not null,
    retries smallint default 0 not null,
    pause text default '' not null,
    requested_at timestamptz not null,
    fire_at timestamptz not null,
    attempts smallint default 0 not null,
    state text default 'waiting' not null,
    leased_until timestamptz,
    answer jsonb,
    code text default '' not null,
    error text default '' not null,
    constraint pk_calls primary key (county, case_id, key),
    constraint fk_calls_cases foreign key(county, case_id) references cases (county, id)
)
    """,
    "create index ix_calls_waiting on calls (fire_at) where state in ('waiting', 'leased')",
)

DOWN = (
    "drop table calls",
    "drop index ix_subscriptions_waiting",
    "alter table subscriptions drop column fingerprint, drop column correlation, drop column kind",
    "create index ix_subscriptions_message_county_case_id on subscriptions (message, county, case_id)",
    "drop index ix_messages_received",
    "drop index ix_messages_correlation",
    "drop index ix_messages_buffered",
    # the number alone was the key; of several senders' equal numbers one is kept
    "delete from messages m using messages o where m.id = o.id and m.sender > o.sender",
    "alter table messages drop constraint pk_messages",
    """
alter table messages
    drop column cause, drop column rests_until, drop column expires_at, drop column hops, drop column unit,
    drop column role, drop column payload, drop column correlation, drop column kind, drop column sender
    """,
    "alter table messages rename column state to outcome",
    "alter table messages rename to inbound_messages",
    "alter table inbound_messages add constraint pk_inbound_messages primary key (id)",
)


def upgrade() -> None:
    """Make the message store of the list of received numbers, and add the calls."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Go back to the list of received numbers; what is still buffered or called is forgotten."""
    for statement in DOWN:
        op.execute(statement)
