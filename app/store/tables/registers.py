"""Tables of registers: the rows of all of them, their history, what no two rows may have alike, files out and in."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, LargeBinary, Table, Text, Uuid, text

from app.store.tables._columns import county, key, metadata, moment, number, record, uuid_key, words

register_rows = Table(
    "register_rows", metadata,
    key(), uuid_key(), Column("register", Text, nullable=False),
    # in the order in which rows were made, also within one moment
    Column("nr", BigInteger, Identity(always=True), nullable=False),
    Column("unit", Text(collation="C"), nullable=False), *number("version", default="1"), *record("data"),
    *words("search"), *moment("created_at"), *words("created_by", "created_name"), *moment("changed_at"),
    *words("changed_by", "changed_name"), *moment("retired_at", null=True),
    Index(None, "register", "nr"), Index(None, "register", "unit", "nr"),
    Index("ix_register_rows_data", "data", postgresql_using="gin", postgresql_ops={"data": "jsonb_path_ops"}),
)  # fmt: skip

#: only ever added to: what was there before and after, by whom, in which case
register_changes = Table(
    "register_changes", metadata,
    key(), uuid_key("row_id"), key("version", Integer), *words("register"), *moment("at"),
    *words("actor", "actor_name", "role", "unit"), Column("case_id", Uuid), *record("changes"), *words("reason"),
)  # fmt: skip

register_keys = Table(
    "register_keys", metadata,
    key("register", Text), Column("digest", LargeBinary, primary_key=True), county(),
    Column("row_id", Uuid, nullable=False),
    Index(None, "county", "row_id"),
)  # fmt: skip

#: only ever added to: what was asked for, and how many rows went out
register_exports = Table(
    "register_exports", metadata,
    key(), uuid_key(), *words("register"), *moment("at"), *words("actor", "actor_name", "role", "unit"),
    *record("asked"), *number("rows", default="0"),
    Index("ix_register_exports_register", "register", text("at desc"), text("id desc")),
)  # fmt: skip

#: a file between its check and its confirmation
register_uploads = Table(
    "register_uploads", metadata,
    Column("id", Uuid, primary_key=True), *words("actor", "register"), *moment("at"), *words("content"),
    Index("ix_register_uploads_actor", "actor", "register"),
)  # fmt: skip
