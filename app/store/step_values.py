"""The values of a step, as the statement takes them: one JSON array per table."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.domain.correlation import comparable, fingerprint
from app.domain.errors import Invalid
from app.domain.facts import Fact
from app.domain.ids import derived_id
from app.domain.progress import OpenTask, Progress, Subscription, WaitingTimer
from app.store.case_columns import columns_of
from app.store.step import Shape
from app.store.step_parts import ONE_TASK
from app.store.waits import Waits

_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def dumped(value: Any) -> str:
    """Write JSON for a parameter."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # numbers past 64 bits, names that are no texts: the slower writer takes them, or says what is wrong
        return _encoded(value)


def _rows(values: Sequence[Any]) -> str:
    """Write rows of our own making, moments included; a column that the statement does not name is left out there."""
    try:
        return orjson.dumps(values).decode()
    except TypeError as cause:
        raise Invalid("The text holds characters that cannot be stored.") from cause


def _opened(task: OpenTask, task_id: UUID, versions: Mapping[str, int]) -> dict[str, Any]:
    role, unit = task.candidates[0] if task.candidates else ("", "")
    return {
        **task._asdict(), "id": task_id, "process_version": versions.get(task.process, 0), "role": role, "unit": unit,
        "limit_name": task.limit,
    }  # fmt: skip


def _alone(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write the row of a task that opens alone as parameters."""
    values = {name: row[name.removeprefix("one_")] for name in ONE_TASK}
    return values | {
        "one_candidates": _rows(row["candidates"]), "one_excluded_people": list(row["excluded_people"]),
        "one_excluded_units": list(row["excluded_units"]),
    }  # fmt: skip


def _timed(timer: WaitingTimer) -> dict[str, Any]:
    return {"timer_key": timer.key, "timer_process": timer.process, "timer_node": timer.node, "timer_due": timer.due_at}


def _subscription(waiting: Subscription) -> dict[str, Any]:
    asked = comparable(waiting.correlation)
    return {**vars(waiting), "correlation": asked, "fingerprint": fingerprint(asked)}


def fact_values(facts: Sequence[Fact]) -> dict[str, Any]:
    """Write the facts of one command for their table."""
    first = facts[0]
    rows = [
        {
            "seq": fact.seq, "kind": fact.kind, "process": fact.process, "node": fact.node, "nth": fact.nth,
            "body": fact.body, "previous": fact.previous.hex(), "hash": fact.hash.hex(),
        }
        for fact in facts
    ]  # fmt: skip
    return {
        "fact_at": first.at, "actor": first.actor, "actor_name": first.actor_name, "role": first.role,
        "unit": first.unit, "facts": _rows(rows), "seq": facts[-1].seq, "head": facts[-1].hash,
    }  # fmt: skip


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
    shape: Shape,
    progress: Progress,
    facts: Sequence[Fact],
    waits: Waits,
    *,
    case_id: UUID,
    county: int,
    at: datetime,
    task_ids: Mapping[str, UUID],
) -> dict[str, Any]:
    """Write what a command did as the parameters of the statement of this shape.

    Args:
        task_ids: ids of the tasks that open; a missing one is derived from the case, the key and the moment.
    """
    found = fact_values(facts) | (columns_of(progress.record) if shape.case != "stay" else {})
    found |= {
        "county": county, "id": case_id, "at": at, "state": progress.state, "closed": progress.closed,
        "record": dumped(progress.record), "finished_key": None, "finished_by": "", "finished_name": "",
        "machine": True, "guard": None, "waits": waits.marks, "calls_out": bool(progress.calls),
    }  # fmt: skip
    if shape.tasks == "changed":
        found["moved"] = _rows([task._asdict() for task in progress.moved])
        found["ended"] = _rows([{"key": key, "how": how} for key, how in progress.ended.items()])
    if shape.opened:
        ids = [task_ids.get(task.key) or derived_id(case_id, task.key, at) for task in progress.opened]
        rows = [_opened(*pair, progress.versions) for pair in zip(progress.opened, ids, strict=True)]
        found |= _alone(rows[0]) if shape.opened == "one" else {"opened": _rows(rows)}
    if shape.untimed:
        found["timer_keys"] = [timer.key for timer in progress.timers]
    if shape.timed:
        timers = [timer for timer in progress.timers if timer.key in progress.set_timers]
        found |= _timed(timers[0]) if shape.timed == "one" else {"timers": _rows([one._asdict() for one in timers])}
    if shape.unsubscribed:
        found["subscription_keys"] = [waiting.key for waiting in progress.subscriptions]
    if shape.uncalled:
        found["call_keys"] = [call.key for call in progress.calls]
    if shape.subscribed:
        found["subscriptions"] = dumped([_subscription(waiting) for waiting in waits.changed])
    if shape.called:
        found["calls"] = dumped([vars(call) for call in progress.calls])
    if shape.effects:
        found["effects"] = dumped(_effects(progress, case_id, facts[-1].seq, at))
    return found
