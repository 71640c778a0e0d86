"""The values of a step, as the statement takes them: one JSON array per table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.correlation import comparable, fingerprint
from app.domain.facts import Fact
from app.domain.ids import derived_id
from app.domain.progress import OpenTask, Progress, Subscription
from app.store.case_columns import columns_of


def dumped(value: Any) -> str:
    """Write JSON for a parameter."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _clocks(task: OpenTask) -> dict[str, Any]:
    return {
        "key": task.key,
        "due_at": _iso(task.due_at),
        "yellow_at": _iso(task.yellow_at),
        "started_at": _iso(task.started_at),
        "paused": task.paused,
    }


def _opened(task: OpenTask, task_id: UUID, versions: Mapping[str, int]) -> dict[str, Any]:
    role, unit = task.candidates[0] if task.candidates else ("", "")
    names = (
        "process", "node", "nth", "name", "name_en", "form", "form_version", "assignee", "evidence", "reads_reporter",
        "phase",
    )  # fmt: skip
    return (
        _clocks(task)
        | {name: getattr(task, name) for name in names}
        | {
            "id": str(task_id),
            "process_version": versions.get(task.process, 0),
            "role": role,
            "unit": unit,
            "candidates": [list(pair) for pair in task.candidates],
            "limit_name": task.limit,
            "excluded_people": list(task.excluded_people),
            "excluded_units": list(task.excluded_units),
        }
    )


def _subscription(waiting: Subscription) -> dict[str, Any]:
    asked = comparable(waiting.correlation)
    return {**vars(waiting), "correlation": asked, "fingerprint": fingerprint(asked)}


def fact_rows(facts: Iterable[Fact]) -> str:
    """Write facts for their table."""
    names = ("seq", "kind", "actor", "actor_name", "role", "unit", "process", "node", "nth", "body")
    return dumped(
        [
            {name: getattr(fact, name) for name in names}
            | {"at": fact.at.isoformat(), "previous": fact.previous.hex(), "hash": fact.hash.hex()}
            for fact in facts
        ]
    )


def _effects(progress: Progress, case_id: UUID, seq: int, at: datetime) -> list[dict[str, Any]]:
    rows = []
    for number, (kind, payload) in enumerate(progress.effects):
        # a reporter is told by his case; a unit in a message to him is one of its words
        address = {"text"} if kind == "notify.reporter" else {"role", "unit", "person", "text"}
        rest = {key: value for key, value in payload.items() if key not in address}
        row = {
            "id": str(derived_id(case_id, f"effect/{seq}/{number}", at)),
            "kind": kind,
            "payload": dict(payload),
        }
        row |= {name: str(payload.get(name) or "") for name in ("role", "unit", "person", "text")}
        rows.append(row | {"params": rest})
    return rows


def step_values(
    progress: Progress,
    facts: Sequence[Fact],
    *,
    case_id: UUID,
    county: int,
    at: datetime,
    task_ids: Mapping[str, UUID],
) -> dict[str, Any]:
    """Write what a command did as the parameters of the statement.

    Args:
        task_ids: ids of the tasks that open; a missing one is derived from the case, the key and the moment.
    """
    record = progress.record
    found = columns_of(record)
    opened = [
        _opened(task, task_ids.get(task.key) or derived_id(case_id, task.key, at), progress.versions)
        for task in progress.opened
    ]
    return found | {
        "county": county,
        "id": case_id,
        "at": at,
        "state": progress.state,
        "closed": progress.closed,
        "record": dumped(record),
        "seq": facts[-1].seq,
        "head": facts[-1].hash,
        "opened": dumped(opened),
        "moved": dumped([_clocks(task) for task in progress.moved]),
        "ended": dumped([{"key": key, "how": how} for key, how in progress.ended.items()]),
        "timer_keys": [timer.key for timer in progress.timers],
        "timers": dumped([vars(timer) | {"due_at": timer.due_at.isoformat()} for timer in progress.timers]),
        "subscription_keys": [waiting.key for waiting in progress.subscriptions],
        "subscriptions": dumped([_subscription(waiting) for waiting in progress.subscriptions]),
        "call_keys": [call.key for call in progress.calls],
        "calls": dumped([vars(call) for call in progress.calls]),
        "facts": fact_rows(facts),
        "effects": dumped(_effects(progress, case_id, facts[-1].seq, at)),
        "finished_key": None,
        "finished_by": "",
        "finished_name": "",
        "machine": True,
        "guard": None,
    }
