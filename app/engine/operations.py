"""Operations of service tasks: those of the clockwork here, all others from the world."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from app.domain.errors import StepFailed
from app.engine import duties, follow, limits, raising
from app.engine.instances import key_of
from app.engine.tokens import Token
from app.engine.world import Call

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: facts that only the engine may write; a diagram cannot forge them
_OWN = frozenset({"CaseStarted", "TaskCompleted", "TimerFired", "MessageReceived",
                  "SignalReceived", "StepPassed", "CaseClosed"})


def perform(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    """Carry out one operation, write its effects and record it.

    Raises:
        StepFailed: no such operation, or it cannot be done with these parameters.
    """
    own = _CLOCKWORK.get(operation)
    if own is not None:
        return own(flow, task, operation, params)
    event = flow.record["event"]
    try:
        found = flow.world.operations(Call(operation, params, event, task.data, flow.now))
    except raising.FOR_DIAGRAMS as cause:
        # stays in the history only where an error event catches it; else the whole command is undone
        failed = {"operation": operation, "text": cause.message, "code": raising.code_of(cause)}
        flow.tell("OperationFailed", task, failed)
        raise
    body = {
        "operation": operation,
        "params": dict(params),
        "value": found.value,
        "event": dict(found.event),
        "milestones": list(found.milestones),
        "facts": [[draft.kind, dict(draft.body or {})] for draft in found.facts],
        "effects": [[kind, dict(payload)] for kind, payload in found.effects],
    }
    flow.tell("OperationDone", task, body)
    if found.event:
        duties.write_record(flow, task, "event", found.event)
    for milestone in found.milestones:
        duties.reach(flow, task, milestone)
    for draft in found.facts:
        flow.tell(draft.kind, task, draft.body)
    flow.effects.extend(found.effects)
    return found.value


def _limits_start(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    name = str(params.get("name") or "")
    props = {"limitAmount": params["amount"]} if params.get("amount") else {}
    duties.start_limit(flow, task, name, props, flow.scope(task))
    return flow.record["limits"].get(key_of(flow, task, name))


def _limits_change(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    names = params.get("names") or [params.get("name")]
    keys = [key_of(flow, task, str(name)) for name in ([names] if isinstance(names, str) else names)]
    return _change(flow, task, operation.partition(".")[2], {**params, "names": keys})


def _limits_renew(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    """Give the running limits of some steps the amounts that the table of limits has for them now."""
    steps = set(params.get("names") or [])
    changed = {}
    for name, limit in list(flow.record["limits"].items()):
        step = name.partition("#")[0]
        if step not in steps or limit["state"] == "ended":
            continue
        amount, source = duties.usual_amount(flow, step, {})
        found = flow.world.remembered(name) or limits.renewed(limit, str(amount), flow.now, flow.world.calendar)
        changed[name] = flow.record["limits"][name] = found
        flow.tell("LimitMoved", task, {"limit": name, "change": "renew", **found, **source})
    follow.limits_moved(flow, changed)
    return sorted(changed)


def _change(flow: "Flow", task: Token, kind: str, params: Mapping[str, Any]) -> Any:
    changed = limits.change(flow.record["limits"], kind, params, flow.now, flow.world.calendar)
    changed = {name: flow.world.remembered(name) or limit for name, limit in changed.items()}
    flow.record["limits"].update(changed)
    for name, limit in changed.items():
        amount = {"by": str(params["amount"])} if "amount" in params else {}
        flow.tell("LimitMoved", task, {"limit": name, "change": kind, **limit, **amount})
    follow.limits_moved(flow, changed)
    return changed


def _fact_record(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    kind = str(params.get("kind") or "")
    if not kind or kind in _OWN:
        raise StepFailed(f"fact.record cannot record the kind {kind!r}.")
    flow.tell("Noted", task, dict(params))
    return True


def _event_close(flow: "Flow", task: Token, operation: str, params: Mapping[str, Any]) -> Any:
    reason = str(params.get("reason") or "solved")
    duties.write_record(flow, task, "event", {"status": "closed", "close_reason": reason})
    duties.reach(flow, task, "closed_at")
    running = [name for name, limit in flow.record["limits"].items() if limit["state"] != "ended"]
    if running:
        _change(flow, task, "stop", {"names": running})
    return reason


_CLOCKWORK: dict[str, Callable[["Flow", Token, str, Mapping[str, Any]], Any]] = {
    "limits.start": _limits_start,
    "limits.extend": _limits_change,
    "limits.pause": _limits_change,
    "limits.resume": _limits_change,
    "limits.stop": _limits_change,
    "limits.renew": _limits_renew,
    "fact.record": _fact_record,
    "event.close": _event_close,
}
