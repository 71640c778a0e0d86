"""Every table, so that drift between these and the migrations is found.

Tables that belong to a case begin each key with `county`, so that the schema can be distributed by county.
"""

from app.store.tables._columns import metadata as metadata
from app.store.tables.city import (
    calendar_days,
    contact_preferences,
    definitions,
    office_facts,
    outside_identities,
    people,
    person_roles,
    public_tries,
    publication,
    recovery_codes,
    rosters,
    second_factors,
    server_clock,
    sessions,
    sign_in_attempts,
    substitutes,
    units,
)
from app.store.tables.desk import case_copies, case_watches, copy_reads, inbox_columns, inbox_views, phrases
from app.store.tables.registers import (
    register_changes,
    register_exports,
    register_keys,
    register_rows,
    register_uploads,
)
from app.store.tables.traffic import (
    attachments,
    bookmarks,
    counters,
    idempotency,
    messages,
    notice_reads,
    notices,
    outbox,
    refusals,
    reporter_messages,
    timed_starts,
)
from app.store.tables.work import (
    calls,
    cases,
    facts,
    incidents,
    report_keys,
    reports,
    subscriptions,
    task_candidates,
    tasks,
    timers,
)

__all__ = [
    "attachments", "bookmarks", "calendar_days", "calls", "case_copies", "case_watches", "cases",
    "contact_preferences", "copy_reads", "counters", "definitions", "facts", "idempotency", "inbox_columns",
    "inbox_views", "incidents", "messages", "metadata", "notice_reads", "notices", "office_facts", "outbox",
    "outside_identities", "people", "person_roles", "phrases", "public_tries", "publication",
    "recovery_codes", "refusals", "register_changes",
    "register_exports", "register_keys", "register_rows", "register_uploads", "report_keys", "reporter_messages",
    "reports", "rosters", "second_factors", "server_clock", "sessions", "sign_in_attempts", "subscriptions",
    "substitutes", "task_candidates", "tasks", "timed_starts", "timers", "units",
]  # fmt: skip
