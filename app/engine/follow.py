"""Timers and tasks follow their limit when it moves; claim and draft stay where they are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.engine import timing
from app.engine.instances import key_of
from app.engine.tokens import Token
from app.engine.triggers import Trigger

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: due moment of a timer whose limit stands still
NEVER = "9999-12-31T00:00:00+00:00"


def due_fields(limit: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a task shows of its limit."""
    if limit is None:
        return {"started_at": None, "due_at": None, "yellow_at": None, "paused": False}
    return {
        "started_at": limit["started_at"],
        "due_at": limit["due_at"],
        "yellow_at": limit["yellow_at"],
        "paused": limit["state"] == "paused",
    }


def limits_moved(flow: "Flow", names: Iterable[str]) -> None:
    """Move the open tasks and the waiting timers of these limits to the new moments."""
    for name in names:
        limit, plain = flow.record["limits"][name], name.partition("#")[0]
        flow.moved = (flow.moved or set()) | {number for number, token in flow.work.items() if token.task[2] == name}
        for token in list(all_tokens(flow)):
            for trigger in timers_of(token):
                if follows(trigger, plain) and key_of(flow, token, plain) == name:
                    _move(flow, token, trigger, limit)


def _move(flow: "Flow", token: Token, trigger: Trigger, limit: Mapping[str, Any]) -> None:
    """Set a timer to its new moment; one that has fired waits again if that lies in the future."""
    due = token.internal_data.get("due", {})
    if trigger.slot in due:
        due[trigger.slot] = {"at": NEVER} if limit["state"] == "paused" else timing.compute(token, trigger)
    elif token.triggered and limit["state"] != "paused":
        found = timing.compute(token, trigger)
        if found["at"] > flow.now.isoformat():
            token.internal_data.setdefault("due", {})[trigger.slot] = found
            token.nth = 0


def follows(trigger: Trigger, name: str) -> bool:
    """Say whether a timer's expression reads the limit."""
    return trigger.expression.startswith("=") and f"limits.{name}." in trigger.expression


def timers_of(token: Token) -> list[Trigger]:
    """List the timers that a waiting token stands on: one, or those of an event-based gateway."""
    if token.id not in token.workflow.top_workflow.waits:
        return []
    return [trigger for _, trigger, _ in token.task_spec.awaited if trigger.kind == "timer"]


def all_tokens(flow: "Flow") -> Iterator[Token]:
    """List every token of the case and of the processes and sub-processes that it runs."""
    yield from flow.tasks.values()
    for child in flow.subprocesses.values():
        yield from child.tasks.values()


def watchers(flow: "Flow") -> list[Token]:
    """List the tokens that wait for events, in the order in which they began."""
    return [flow.waits[number] for number in sorted(flow.waits)]


