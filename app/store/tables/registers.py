"""Tables of registers: the rows of all of them, their history, and what no two rows may have alike."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, LargeBinary, Table, Text, Uuid

from app.store.tables._columns import county, key, metadata, moment, number, record, uuid_key, words

register_rows = Table(
    "register_rows", metadata,
    key(), uuid_key(), Column("register", Text, nullable=False),
    # in the order in which rows were made, also within one moment
    Column("nr", BigInteger, Identity(always=True), nullable=False),
    Column("unit", Text(collation="C"), nullable=False), *number("version", default="1"), *record("data"),
    *words("search"), *moment("created_at"), *words("created_by", "created_name"), *moment("changed_at"),
    *words("changed_by", "changed_name"),
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
