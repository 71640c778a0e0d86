"""What may go on when nothing runs: gateways that waited for tokens that cannot come, conditions that hold now."""

from typing import Any

from app.engine import raising, watching
from app.engine.scope import came_true


def wake(flow: Any) -> bool:
    """Let waiting gateways fire and conditions come true; say whether anything moved."""
    if not flow.waits:
        return False
    return _gateways(flow) or _conditions(flow)


def _gateways(flow: Any) -> bool:
    seen = set()
    for token in list(flow.waits.values()):
        place = (id(token.workflow), token.task_spec.name)
        if "via" in token.internal_data and token.here and place not in seen:
            seen.add(place)
            if token.task_spec.awake(token.workflow):
                return True
    return False


def _conditions(flow: Any) -> bool:
    """Fire conditions that have become true; one that stays true does not fire again."""
    for token, trigger in watching.conditions(flow):
        if not token.here:
            continue
        board = token.workflow.board or {}
        true = came_true(trigger.expression, token, **board)
        held = token.internal_data.get("held", {}).get(trigger.slot, False)
        if true != held:
            token.internal_data.setdefault("held", {})[trigger.slot] = true
        if true and not held:
            raising.catch(token, trigger, {})
            return True
    return False
