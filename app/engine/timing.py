"""Due moments of waiting tokens: computed once, kept per event, moved in place."""

from datetime import datetime
from typing import Any

from app.engine import limits
from app.engine.scope import property_value
from app.engine.tokens import Token
from app.engine.triggers import Trigger


def compute(token: Token, trigger: Trigger) -> dict[str, Any]:
    """Return {at, every, left}: the due moment, the seconds between repetitions, how many are left."""
    flow = token.workflow.top_workflow
    value = property_value(trigger.expression, flow.scope(token), flow.now)
    return limits.due_of(value, trigger.form, flow.now, flow.world.calendar)


def arm(token: Token, triggers: tuple[Trigger, ...]) -> None:
    """Fix the due moment of each timer that a token waits for."""
    for trigger in triggers:
        if trigger.kind == "timer":
            token.internal_data.setdefault("due", {})[trigger.slot] = compute(token, trigger)


def due_at(token: Token, trigger: Trigger) -> datetime | None:
    """Return when a timer fires; None for one that fires no more."""
    due = token.internal_data.get("due", {}).get(trigger.slot)
    return datetime.fromisoformat(due["at"]) if due else None


def repeat(token: Token, trigger: Trigger) -> bool:
    """Set a timer that fired to its next moment; say whether there is one."""
    flow = token.workflow.top_workflow
    due = limits.repeated(token.internal_data["due"][trigger.slot], flow.world.calendar, flow.now)
    if due is None:
        del token.internal_data["due"][trigger.slot]
        return False
    token.internal_data["due"][trigger.slot] = due
    return True
