"""States of earlier releases, brought into the layout of today.

The codecs 2 (msgpack) and 3 (zstd over msgpack) had [process, version, record, visits, passed, last number, writes,
suspended, scopes], the first scope being the case, and rows of [number, parent, element, state with flags, stamps,
internal, variables]; passage, task and what has begun stood among the internal.
"""

from typing import Any

#: flag beside a token's state, as `state` writes it
BEGUN = 1 << 13


def renewed(body: list[Any]) -> list[Any]:
    """Bring the content of an earlier codec into the layout of today."""
    key, number, record, visits, passed, last, writes, suspended, ((*_, shared, rows), *inside) = body
    return [
        key, number, record["event"], record["counts"], record["limits"], record["milestones"], visits, passed, last,
        writes, suspended, shared, [_row(*row) for row in rows],
        [[*place, common, [_row(*row) for row in several]] for *place, common, several in inside],
    ]  # fmt: skip


def _row(
    number: int, parent: int | None, name: str, flags: int, stamps: Any, internal: Any, variables: Any
) -> list[Any]:
    kept = internal or {}
    nth, task = kept.pop("nth", 0), kept.pop("task", 0)
    if kept.pop("begun", False):
        flags |= BEGUN
    return [number, parent, name, flags, nth, task, stamps, kept or 0, variables]
