"""What comes in, goes out or is kept beside the cases."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
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
    uuid_key,
    words,
)

attachments = Table(
    "attachments", metadata,
    key(), uuid_key(), Column("case_id", Uuid), Column("task_id", Uuid),
    *words("name", "media_type"), *number("size", kind=BigInteger), *raw("sha256"), *words("path", "phase"),
    *position(), *moment("taken_at", null=True), *words("uploaded_by"), *moment("uploaded_at"),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"], name="fk_attachments_cases"),
    Index(None, "county", "case_id"),
    Index(None, "id"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    key(), uuid_key(), Column("case_id", Uuid),
    *words("kind"), *record("payload"), *moment("created_at", "due_at"),
    Column("state", Text, nullable=False, server_default="waiting"), *number("attempts"), *words("error"),
    Index("ix_outbox_waiting", "due_at", postgresql_where="state = 'waiting'"),
)  # fmt: skip

notices = Table(
    "notices", metadata,
    key(), uuid_key(), *words("person_id", "role", "unit"), Column("case_id", Uuid),
    *words("text"), *record("params"), *moment("at"), *flag("told"),
    Index(None, "at"), Index("ix_notices_untold", "at", postgresql_where="not told"),
    Index("ix_notices_seat", "role", "unit", text("at desc"), text("id desc"), postgresql_where="person_id = ''"),
    Index("ix_notices_person", "person_id", text("at desc"), text("id desc"), postgresql_where="person_id <> ''"),
)  # fmt: skip

#: a notice to a role is read by each holder for himself
notice_reads = Table(
    "notice_reads", metadata, key(), uuid_key("notice_id"), key("person", Text), *moment("read_at"),
)  # fmt: skip

reporter_messages = Table(
    "reporter_messages", metadata,
    key(), uuid_key(), Column("case_id", Uuid, nullable=False), *moment("at"), *words("text"), *record("params"),
    *flag("told"),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"], name="fk_reporter_messages_cases"),
    Index("ix_reporter_messages_untold", "at", postgresql_where="not told"),
    Index(None, "county", "case_id", "at"),
)  # fmt: skip

idempotency = Table(
    "idempotency", metadata,
    key("actor", Text), key("key", Text), *words("route"),
    Column("request_hash", LargeBinary, nullable=False), Column("status", SmallInteger), *raw("body", null=True),
    *words("media_type"), *moment("created_at"),
    Index(None, "created_at"),
)  # fmt: skip

#: messages and signals, by the sender's own number; those that nobody waits for yet are kept until they expire
messages = Table(
    "messages", metadata,
    key("sender", Text), key("id", Text),
    Column("kind", Text, nullable=False, server_default="message"), *words("name"), *record("correlation", "payload"),
    *words("role", "unit"), *number("hops", "looks", kind=SmallInteger), *moment("received_at"),
    *moment("expires_at", "rests_until", null=True), Column("case_id", Uuid), *words("state", "cause"),
    Index("ix_messages_kept", "name", "received_at", "sender", "id", postgresql_where="state = 'buffered'"),
    Index("ix_messages_correlation", "correlation", postgresql_using="gin",
          postgresql_ops={"correlation": "jsonb_path_ops"}, postgresql_where="state = 'buffered'"),
    Index("ix_messages_received", "received_at"),
    Index("ix_messages_resting", "rests_until", postgresql_where="state = 'buffered' and rests_until is not null"),
)  # fmt: skip

#: one row for each timer start event of a published process; no due moment where it begins no more
timed_starts = Table(
    "timed_starts", metadata,
    key("process", Text), key("node", Text), *words("expression"), *record("due"), *moment("due_at", null=True),
    Index(None, "due_at"),
)  # fmt: skip

#: how far a look that is repeated has come, by its name
bookmarks = Table("bookmarks", metadata, key("name", Text), *moment("at"))

counters = Table(
    "counters", metadata,
    key("name", Text), key("day", Date), Column("value", Integer, nullable=False, server_default="0"),
)  # fmt: skip

refusals = Table(
    "refusals", metadata,
    county(), uuid_key(), *moment("at"), *words("actor", "actor_name", "route", "reason", "detail"),
    Index(None, "at", "id"),
)  # fmt: skip
