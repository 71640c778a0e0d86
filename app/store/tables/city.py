"""Reference tables: the city, its people, its definitions."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
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

units = Table(
    "units", metadata,
    Column("code", Text(collation="C"), primary_key=True),
    county(),
    *words("kind", "name", "name_en"),
    Column("level", SmallInteger, nullable=False),
    Column("parent", Text(collation="C")),
    Column("valid_from", Date), Column("valid_to", Date),
    *several("predecessors"),
    *raw("area", null=True),
    *position(),
    Index(None, "parent"),
    Index(None, "level", "code"),
    Index("ix_units_level_areas", "level", postgresql_where="area is not null"),
)  # fmt: skip

people = Table(
    "people", metadata,
    key(), uuid_key(),
    *words("username", "name", "password_hash", "phone", "mail"),
    Column("locale", Text, nullable=False, server_default="zh"),
    Column("active", flag("active")[0].type, nullable=False, server_default="true"),
    *moment("created_at"),
    Column("unit", Text(collation="C"), nullable=False, server_default=""),
    UniqueConstraint("username"), Index(None, "unit"),
)  # fmt: skip

#: how a person wants to be told what happens; without a row as the product proposes
contact_preferences = Table(
    "contact_preferences", metadata,
    key(), uuid_key("person_id"), *record("choices"), *words("quiet_from", "quiet_to"), *moment("changed_at"),
)  # fmt: skip

person_roles = Table(
    "person_roles", metadata,
    key(), uuid_key("person_id"), key("role", Text), key("unit", Text(collation="C")),
    key("valid_from", moment("valid_from")[0].type), *moment("valid_to", null=True),
    Index(None, "role", "unit"), Index(None, "unit"),
)  # fmt: skip

rosters = Table(
    "rosters", metadata,
    key(), uuid_key(),
    Column("unit", Text(collation="C"), nullable=False), Column("role", Text, nullable=False),
    Column("person_id", Uuid, nullable=False),
    *moment("from_at", "to_at"),
    Index(None, "unit", "role", "from_at"),
)  # fmt: skip

substitutes = Table(
    "substitutes", metadata,
    key(), uuid_key(),
    Column("person_id", Uuid, nullable=False), Column("substitute_id", Uuid, nullable=False),
    *words("role", "process"), *moment("from_at", "until_at"), *words("reason", "named_by", "named_name"),
    *moment("named_at"), *moment("ended_at", null=True),
    *words("approved_by", "approved_name"), *moment("approved_at", null=True),
    Index(None, "substitute_id", "until_at"), Index(None, "person_id", "until_at"),
)  # fmt: skip

#: what was done to people, units and rosters; chained and guarded as the facts of cases are
office_facts = Table(
    "office_facts", metadata,
    key(), uuid_key("subject"), key("seq", Integer),
    *moment("at"), *words("kind", "actor", "actor_name", "role", "unit", "body"), *raw("previous", "hash"),
    Index(None, "at"),
)  # fmt: skip

second_factors = Table(
    "second_factors", metadata,
    key(), uuid_key("person_id"), *raw("secret"), *number("last_step", kind=BigInteger), *moment("since"),
)  # fmt: skip

recovery_codes = Table(
    "recovery_codes", metadata,
    key(), uuid_key("person_id"), key("code_hash", LargeBinary), *moment("used_at", null=True),
)  # fmt: skip

#: which identity of an outside provider is whose
outside_identities = Table(
    "outside_identities", metadata,
    key(), uuid_key("person_id"), key("issuer", Text), Column("subject", Text, nullable=False), *moment("since"),
    Index("ux_outside_identities_subject", "issuer", "subject", unique=True),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    *words("kind"),
    *moment("created_at", "expires_at", "last_seen_at"),
    Index(None, "person_id"),
)  # fmt: skip

sign_in_attempts = Table(
    "sign_in_attempts", metadata,
    uuid_key(),
    *words("username", "address"), *moment("at"), *flag("ok"),
    Index(None, "username", "at"), Index(None, "address", "at"),
)  # fmt: skip

#: what people without account tried: codes that did not fit, and reports
public_tries = Table(
    "public_tries", metadata,
    uuid_key(), *words("kind", "subject", "address"), *moment("at"),
    Index(None, "kind", "subject", "at"), Index(None, "kind", "address", "at"),
)  # fmt: skip

definitions = Table(
    "definitions", metadata,
    key("kind", Text), key("key", Text), key("number", Integer),
    *raw("sha256", "content"),
    *words("name", "name_en", "pack", "state", "author", "message"),
    *moment("proposed_at"),
    *words("decided_by"), *moment("decided_at", "published_at", null=True),
    *record("meta"),
    Index("ix_definitions_current", "kind", "key", "number", postgresql_where="state = 'published'"),
)  # fmt: skip

#: one row that changes with every publication, so that a process knows when to read again
publication = Table("publication", metadata, key("id"), *number("stamp"))

server_clock = Table(
    "server_clock", metadata, key("id"),
    Column("offset_seconds", Double, nullable=False, server_default="0"), *moment("moved_at", null=True),
)  # fmt: skip

calendar_days = Table(
    "calendar_days", metadata, Column("day", Date, primary_key=True), *flag("is_workday"), *words("note")
)  # fmt: skip
