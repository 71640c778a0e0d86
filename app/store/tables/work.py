"""The tables of a case: the hot path."""

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from app.store.tables._columns import (
    county,
    flag,
    key,
    metadata,
    moment,
    number,
    position,
    raw,
    record,
    several,
    uuid_key,
    words,
)

#: the places of an event, by the number of parts in their unit code
PLACES = {2: "unit_city", 3: "unit_county", 4: "unit_street", 5: "unit_village", 6: "unit_grid"}


def _of_case(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"], name=name)


def _case_id(*, primary: bool = False, null: bool = False) -> Column[object]:
    return Column("case_id", Uuid, primary_key=primary, nullable=null)


def _sorted_due(name: str = "due_order") -> Column[object]:
    """No due time sorts last, and keyset pages need a value to compare with."""
    return Column(
        name,
        DateTime(timezone=True),
        Computed("coalesce(due_at, 'infinity'::timestamptz)", persisted=True),
        nullable=False,
    )


cases = Table(
    "cases", metadata,
    key(), uuid_key(),
    *words("event_no", null=True),
    *words("process"), *number("version", "revision", "seq"),
    *raw("state", "head"),
    *moment("opened_at"), *moment("closed_at", null=True),
    *words("status", "summary"), *record("record"),
    *words("nature", "channel", "item_code", "affair_code", "platform", "urgency"),
    *words(*PLACES.values(), "command_room", "lead_unit", "accused_unit"), *several("assist_units"),
    *words("reported_by", "started_by"), *flag("confidential"),
    *moment("business_due_at", null=True), *words("close_reason"), *position(), *words("search"),
    # number of the case that it comes from
    *words("origin_no"),
    # marks of the messages that the last step left it waiting for, and whether it waits for calls
    *raw("waits", null=True),
    Column("calls", Boolean, nullable=False, server_default="true"),
    # somebody lets it stand still
    Column("suspended", Boolean, nullable=False, server_default="false"),
    UniqueConstraint("event_no", "county"),
    *(Index(f"ix_cases_{unit}", unit, text("opened_at desc"), text("id desc"), postgresql_where=f"{unit} <> ''")
      for unit in (*PLACES.values(), "lead_unit", "reported_by", "started_by")),
    Index("ix_cases_opened", text("opened_at desc"), text("id desc")),
    Index("ix_cases_near", "affair_code", "lat"),
    Index("ix_cases_origin", "origin_no", postgresql_where="origin_no <> ''"),
    # text is found by pairs of letters
    Index("ix_cases_bigrams", text("bigrams(search)"), postgresql_using="gin"),
    postgresql_with={"fillfactor": 70},
)  # fmt: skip

reports = Table(
    "reports", metadata,
    key(), uuid_key(), _case_id(),
    *words("channel", "source_system", "source_id"), *moment("received_at"), *words("nature", "content"),
    *position(), *words("address_text", "item_hint"), *flag("anonymous", "confidential", "wants_callback"),
    *words("reported_by"), *raw("reporter_enc", "phone_hash", "tracking_hash", null=True), *record("details"),
    _of_case("fk_reports_cases"),
    Index(None, "county", "case_id"),
    Index(None, "tracking_hash", postgresql_where="tracking_hash is not null"),
    Index(None, "phone_hash", "received_at", postgresql_where="phone_hash is not null"),
    Index(None, "reported_by", postgresql_where="reported_by <> ''"),
)  # fmt: skip

#: holds over the whole city, so the county is not part of its key
report_keys = Table(
    "report_keys", metadata,
    key("channel", Text), key("source_system", Text), key("source_id", Text),
    county(), Column("report_id", Uuid, nullable=False), _case_id(),
)  # fmt: skip

tasks = Table(
    "tasks", metadata,
    key(), uuid_key(), _case_id(),
    *words("key", "process"), *number("process_version"), *words("node"), *number("nth"),
    *words("name", "name_en", "form"), *number("form_version"), *words("unit", "role"),
    Column("candidates", record("candidates")[0].type, nullable=False, server_default="[]"),
    *number("state", kind=SmallInteger),
    *words("holder", "holder_name", "owner", "owner_name"), *moment("claimed_at", null=True),
    # on whose desk it was finished; by whom in that one's place, or empty
    *words("finished_by", "finished_name", "finished_self"), *moment("finished_at", null=True),
    *moment("created_at"), *moment("due_at", "yellow_at", "started_at", null=True), _sorted_due(),
    *flag("paused"), *number("revision"), *record("draft", null=True), *moment("draft_at", null=True),
    *words("evidence"), *flag("reads_reporter"), *words("phase", "limit_name"),
    *several("excluded_people", "excluded_units"),
    *words("event_no", "summary", "urgency", "item_code", *PLACES.values(), "accused_unit"), *flag("confidential"),
    Column("suspended", Boolean, nullable=False, server_default="false"),
    # an index that begins with the county may look to the planner as good as the primary key, and is not
    UniqueConstraint("case_id", "key", "county"), _of_case("fk_tasks_cases"),
    Index("ix_tasks_open", "case_id", "county", postgresql_where="state < 2"),
    Index("ix_tasks_held", "holder", "due_order", "id", postgresql_where="state = 1"),
    Index("ix_tasks_lent", "owner", "due_order", "id", postgresql_where="state = 1 and owner <> ''"),
    Index("ix_tasks_finished", "finished_by", "finished_at", "id", postgresql_where="state = 2"),
    Index("ix_tasks_finished_for", "finished_self", "finished_at", "id", postgresql_where="finished_self <> ''"),
    *(Index(f"ix_tasks_{unit}", unit, "due_order", "id", postgresql_where=f"state < 2 and {unit} <> ''")
      for unit in PLACES.values()),
    postgresql_with={"fillfactor": 80},
)  # fmt: skip

#: one row per (role, unit) that may take an open task; gone as soon as somebody holds it
task_candidates = Table(
    "task_candidates", metadata,
    key(), uuid_key("task_id"), key("role", Text), key("unit", Text(collation="C")),
    *moment("due_order"), *moment("yellow_at", null=True), *flag("paused", "guarded"),
    Index("ix_task_candidates_inbox", "role", "unit", "due_order", "task_id",
          postgresql_include=["county", "yellow_at", "paused", "guarded"]),
    postgresql_with={"fillfactor": 80},
)  # fmt: skip

timers = Table(
    "timers", metadata,
    key(), _case_id(primary=True), key("key", Text),
    *words("process", "node"), *moment("due_at", "fire_at"), *number("attempts", kind=SmallInteger),
    Column("state", Text, nullable=False, server_default="waiting"), *words("error"),
    _of_case("fk_timers_cases"),
    Index("ix_timers_waiting", "fire_at", postgresql_where="state = 'waiting'"),
)  # fmt: skip

#: what a machine could not do and somebody must look at; without a case where none could begin
incidents = Table(
    "incidents", metadata,
    key(), uuid_key(), _case_id(null=True),
    *words("kind", "key", "process", "node", "cause", "note"), *number("attempts", default="1"),
    *moment("opened_at", "failed_at"), *moment("retried_at", "resolved_at", null=True), *words("resolved_by"),
    _of_case("fk_incidents_cases"), Index(None, "county", "case_id"),
    Index("uq_incidents_open", "county", "case_id", "kind", "key", unique=True,
          postgresql_where="resolved_at is null", postgresql_nulls_not_distinct=True),
    Index("ix_incidents_failed", text("failed_at desc"), text("id desc"), postgresql_where="resolved_at is null"),
)  # fmt: skip

subscriptions = Table(
    "subscriptions", metadata,
    key(), _case_id(primary=True), key("key", Text),
    *words("message", "process", "node", "name", "name_en", "task_key", "form"), *several("offered_to"),
    *words("unit"), *flag("open"), *words("closed_text", "closed_text_en"),
    Column("kind", Text, nullable=False, server_default="message"), *record("correlation"), *words("fingerprint"),
    _of_case("fk_subscriptions_cases"),
    Index("ix_subscriptions_waiting", "kind", "message", "fingerprint", "case_id"),
)  # fmt: skip

#: service tasks that wait for an answer from outside
calls = Table(
    "calls", metadata,
    key(), _case_id(primary=True), key("key", Text),
    *words("process", "node", "operation"), *record("params"), *number("retries", kind=SmallInteger), *words("pause"),
    *moment("requested_at", "fire_at"), *number("attempts", kind=SmallInteger),
    Column("state", Text, nullable=False, server_default="waiting"), *moment("leased_until", null=True),
    *record("answer", null=True), *words("code", "error"),
    _of_case("fk_calls_cases"),
    Index("ix_calls_waiting", "fire_at", postgresql_where="state in ('waiting', 'leased')"),
)  # fmt: skip

facts = Table(
    "facts", metadata,
    key(), _case_id(primary=True), key("seq", number("seq")[0].type),
    *moment("at"), *words("kind", "actor", "actor_name", "role", "unit", "process", "node"), *number("nth"),
    *words("body"), *raw("previous", "hash"),
    # no key to the case: only the statement that moves a case adds facts, and a trigger keeps cases from being deleted
    Index(None, "at"),
    Index("ix_facts_deductions", "at", postgresql_where="kind = 'Noted' and (body like '%\"deduction\"%' or body like"
          " '%\"card_revoked\"%')"),
)  # fmt: skip
