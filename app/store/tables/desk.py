"""What officers keep beside the work itself: who was told of a case, who watches it, how one looks at an inbox."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, Text, Uuid, text

from app.store.tables._columns import key, metadata, moment, record, several, uuid_key, words

#: a case that somebody was told of: a person, everybody of a unit, or the holders of one of its roles
case_copies = Table(
    "case_copies", metadata,
    key(), uuid_key(), Column("case_id", Uuid, nullable=False),
    *words("person_id", "person_name", "role", "unit", "reason", "sender", "sender_name"), *moment("at"),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"], name="fk_case_copies_cases"),
    Index("ix_case_copies_case", "case_id", "county"),
    Index("ix_case_copies_person", "person_id", text("at desc"), postgresql_where="person_id <> ''"),
    Index("ix_case_copies_unit", "unit", text("at desc"), postgresql_where="unit <> ''"),
)  # fmt: skip

#: each of those who were told reads for himself
copy_reads = Table(
    "copy_reads", metadata, key(), uuid_key("copy_id"), key("person", Text), *words("person_name"), *moment("read_at"),
)  # fmt: skip

case_watches = Table(
    "case_watches", metadata, key(), key("case_id", Uuid), key("person", Text), *moment("at"),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"], name="fk_case_watches_cases"),
    Index("ix_case_watches_person", "person", text("at desc")),
)  # fmt: skip

#: how somebody looks at his inbox, and whether the next task opens by itself
inbox_columns = Table(
    "inbox_columns", metadata, key(), key("person", Text), *several("columns"),
    Column("go_on", Boolean, nullable=False, server_default="true"),
)  # fmt: skip

#: a filter with a name; with a role and a unit it is shared with whoever holds the role there or below
inbox_views = Table(
    "inbox_views", metadata,
    key(), uuid_key(), *words("name", "owner", "owner_name", "role", "unit"), *record("query"), *moment("at"),
    Index("ix_inbox_views_owner", "owner"),
    Index("ix_inbox_views_seat", "role", "unit", postgresql_where="role <> ''"),
)  # fmt: skip

#: what one writes again and again
phrases = Table(
    "phrases", metadata, key(), uuid_key(), *words("person", "text"), *moment("at"),
    Index("ix_phrases_person", "person", "at"),
)  # fmt: skip
