"""What several people decide together at one activity: who takes part, whose turn it was, and when it is enough."""

from dataclasses import dataclass
from typing import Any

from app.domain.errors import TaskAlreadyDone
from app.engine import state, waiting
from app.engine.placing import find
from app.engine.tokens import Token
from app.engine.world import Command, World


@dataclass(frozen=True)
class Joint:
    """A set of instances as it stands now."""

    #: one after the other, not side by side
    sequential: bool
    total: int
    done: int
    #: taken away by hand
    removed: int
    #: {key of an open instance: what it was made for}
    present: dict[str, Any]
    #: what those who come later are made for, in their order
    coming: tuple[Any, ...]
    #: when it is enough before all are through, as FEEL; empty for all
    rule: str
    #: value that is voted for and the share that it needs, or None
    vote: tuple[Any, float] | None


def joint_of(world: World, command: Command, saved: bytes, key: str) -> Joint | None:
    """Read the set that an instance belongs to; None for work that one person does alone, or that is done."""
    flow = state.load(saved, world, command)
    try:
        token = find(flow, key)
    except TaskAlreadyDone:
        return None
    whole = token.workflow.tasks[token._parent] if token.is_instance else None
    loop = getattr(token.task_spec, "loop", None)
    if whole is None or loop is None or loop.standard or "loop" not in whole.internal_data:
        return None
    held = whole.internal_data["loop"]
    begun = held["done"] + held["stopped"] + 1
    vote = held.get("vote")
    return Joint(
        sequential=loop.sequential, total=held["total"], done=held["done"], removed=held["stopped"],
        present={waiting.task_key(flow, one): one.data.get(loop.item) for one in _open(whole)},
        coming=tuple(held["items"][begun:]) if loop.sequential else (),
        rule=str(held.get("rule", loop.condition) or ""),
        vote=(vote["value"], vote["share"]) if vote else None,
    )  # fmt: skip


def _open(whole: Token) -> list[Token]:
    found = [whole.workflow.tasks[number] for number in whole._children]
    return [one for one in found if one.is_instance and not one.triggered and one.here]
