"""What an expression reads and what an assignment writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.domain.actor import Actor
from app.domain.errors import StepFailed
from app.engine import feel
from app.engine.feel.errors import ExpressionError

#: names that no variable and no form field may take
RESERVED = frozenset({"event", "limits", "milestones", "counts", "actor", "now"})
_WRITABLE = ("event", "counts")


class Counts(dict[str, int]):
    """Counters; a name that was never written reads 0."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> int:
        return 0

    def get(self, key: str, default: Any = None) -> Any:
        """Return the counter, 0 where it was never written."""
        return self[key]


@dataclass(frozen=True)
class Assignment:
    """One line of a script: `target = expression`."""

    #: empty for a variable, else `event` or `counts`
    record: str
    name: str
    expression: str
    line: int


def build_scope(
    variables: Mapping[str, Any], record: Mapping[str, Any], actor: Actor, role: str, unit: str, now: datetime
) -> dict[str, Any]:
    """Join the token's variables with the case's record; the record's names win."""
    return {
        **variables,
        "event": record["event"],
        "limits": record["limits"],
        "milestones": record["milestones"],
        "counts": Counts(record["counts"]),
        "actor": {"id": actor.id, "username": actor.username, "role": role, "unit": unit},
        "now": now,
    }


@lru_cache(maxsize=4096)
def read_script(script: str) -> tuple[Assignment, ...]:
    """Read assignments, one a line.

    Raises:
        ExpressionError: a line that is none, or that writes to a reserved name.
    """
    return tuple(_lines(script))


def _lines(script: str) -> Iterator[Assignment]:
    for number, line in enumerate(script.splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("//"):
            continue
        target, sign, expression = text.partition("=")
        record, _, name = target.strip().rpartition(".")
        if not sign or not expression.strip() or not name.isidentifier():
            raise ExpressionError(f"Line {number} is not `target = expression`.", expression=text)
        if (record and record not in _WRITABLE) or (not record and name in RESERVED):
            raise ExpressionError(f"Line {number} writes to `{target.strip()}`, which is reserved.", expression=text)
        feel.check(expression.strip())
        yield Assignment(record, name, expression.strip(), number)


def property_value(value: str | None, scope: Mapping[str, Any], now: datetime) -> Any:
    """Return a property: FEEL after `=`, else the text itself; None for no property."""
    if value is None or not value.startswith("="):
        return value
    return feel.normalise(feel.evaluate(value, scope, now=now))


def holds(condition: str, token: Any, **more: Any) -> bool:
    """Decide a condition of the diagram at a token; null counts as not true.

    Raises:
        ExpressionError: an unknown variable, so that no misspelling chooses a way.
        StepFailed: the value is neither true nor false nor null.
    """
    flow = token.workflow.top_workflow
    value = feel.evaluate(condition, flow.scope(token, **more), now=flow.now, strict=True)
    if value is None or isinstance(value, bool):
        return value is True
    raise StepFailed(f"The condition {condition} gives neither true nor false.", element=token.task_spec.bpmn_id)


def came_true(condition: str, token: Any, **more: Any) -> bool:
    """Look whether something awaited is true; what it reads need not be there yet."""
    flow = token.workflow.top_workflow
    return feel.evaluate(condition, flow.scope(token, **more), now=flow.now) is True


def as_texts(value: Any) -> tuple[str, ...]:
    """Read a list of codes from a property: comma separated text, a list, or nothing."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return _split(value)
    return tuple(str(part) for part in value if part not in (None, ""))


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
