"""Events on their way: caught from outside, thrown inside, passed up to who catches them."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.errors import ActNotOpen, Invalid, InvalidAnswers, NotFound, StepFailed, YongzhiError
from app.domain.progress import Thrown
from app.engine import compensation, edges, feel, passing, timing, upward, watching
from app.engine.tokens import READY, WAITING, Token
from app.engine.triggers import Trigger

#: what goes back to a person as it is, never to an error event
_FOR_PEOPLE = (ActNotOpen, InvalidAnswers)
#: what an error event of the diagram may catch; a conflict or a database that is away is none of its business
FOR_DIAGRAMS = (StepFailed, Invalid, NotFound)


def code_of(cause: YongzhiError) -> str:
    """Return the error code by which an event catches a failure: its own, else the name of its kind."""
    own = cause.attributes.get("code") if isinstance(cause, StepFailed) else ""
    return str(own or type(cause).__name__)


def run(token: Token, act: Callable[[], Any]) -> None:
    """Do something with a token; what fails goes to the error event that catches it.

    Raises:
        StepFailed and others of the element, where nothing catches them.
    """
    try:
        act()
    except FOR_DIAGRAMS as cause:
        failed(token, cause)


def failed(token: Token, cause: YongzhiError) -> None:
    """Pass what failed at a token to the error event that catches it.

    Raises:
        The cause itself, where nothing catches it.
    """
    if isinstance(cause, _FOR_PEOPLE) or not token.here:
        raise cause
    if not upward.throw_error(token, code_of(cause), str(cause)):
        raise cause


def wait(token: Token) -> bool | None:
    """Let a token wait for its events; what a gateway before it has caught already lets it pass."""
    flow = token.workflow.top_workflow
    if "caught" in token.internal_data:
        payload = token.internal_data.pop("caught")
        if payload:
            flow.write(token, payload)
        return True
    token._set_state(WAITING)
    for _, trigger, _ in token.task_spec.awaited:
        timing.arm(token, (trigger,))
    watching.correlate(flow, token)
    flow.waits[token.id] = token
    return None


def pending(token: Token) -> list[tuple[str, Trigger, Any]]:
    """List what a token still waits for: (element id, trigger, element)."""
    came = token.internal_data.get("came", ())
    return [one for one in token.task_spec.awaited if one[1].slot not in came]


def catch(token: Token, trigger: Trigger, payload: Mapping[str, Any]) -> None:
    """Give an event that came to the token that waits for it."""
    token.task_spec.caught(token, trigger, dict(payload))


def received(token: Token, payload: dict[str, Any]) -> None:
    """Go on with what the event brought."""
    flow = token.workflow.top_workflow
    flow.waits.pop(token.id, None)
    if payload:
        flow.write(token, payload)
    token.complete()


def throw_all(token: Token, triggers: tuple[Trigger, ...]) -> bool | None:
    """Throw everything that an event throws; None where the token has to wait or is gone."""
    for trigger in triggers:
        if trigger.kind in ("error", "escalation"):
            upward.throw_up(token, trigger)
        elif trigger.kind in ("message", "signal"):
            throw_out(token, trigger)
        elif trigger.kind == "compensate" and compensation.start(token, trigger.activity):
            return None
        if not token.here:
            return None
    return True


def throw_out(token: Token, trigger: Trigger) -> None:
    """Throw a message or signal out of the case; a signal also reaches everybody in it who waits."""
    flow = token.workflow.top_workflow
    props = token.task_spec.props
    scope = flow.scope(token)
    payload = _context(flow, props.get("payload"), scope)
    correlation = _context(flow, props.get("correlation"), scope)
    kind = "MessageThrown" if trigger.kind == "message" else "SignalThrown"
    body = {"name": trigger.name, **({"payload": payload} if payload else {}),
            **({"correlation": correlation} if correlation else {})}
    flow.tell(kind, token, body)
    key = f"{token.workflow.version.key}/{token.task_spec.bpmn_id}#{flow.passage(token)}"
    flow.thrown.append(Thrown(key, trigger.kind, trigger.name, payload, correlation))
    if trigger.kind == "signal":
        spread(flow, trigger.name, payload, correlation)


def _context(flow: Any, text: str | None, scope: Mapping[str, Any]) -> dict[str, Any]:
    if not text:
        return {}
    found = feel.normalise(feel.evaluate(text, scope, now=flow.now))
    if not isinstance(found, dict):
        raise StepFailed(f"{text} does not give a context of names and values.")
    if _has_nul(found):
        raise StepFailed(f"{text} gives a text with the character NUL, which cannot be kept.")
    return found


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    return isinstance(value, list) and any(map(_has_nul, value))


def spread(flow: Any, name: str, payload: dict[str, Any], correlation: Mapping[str, Any]) -> None:
    """Give a signal to all of the case who wait for it now."""
    for number in sorted(flow.waits):
        token = flow.waits.get(number)
        if token is None or not token.here:
            continue
        for node, trigger, _ in pending(token):
            if trigger.kind == "signal" and trigger.name == name and meant(token, node, correlation):
                catch(token, trigger, payload)
                break


def meant(token: Token, node: str, correlation: Mapping[str, Any]) -> bool:
    """Say whether a message carries everything that the token asks for."""
    wanted = token.internal_data.get("correlation", {}).get(node) or {}
    return all(name in correlation and correlation[name] == value for name, value in wanted.items())


def throw_at(token: Token, trigger: Trigger) -> None:
    """Throw an event of a loop at the edge of its activity; what nobody catches there goes its ordinary way."""
    for edge in token.task_spec.boundary:
        for one in edge.triggers:
            if one.kind == trigger.kind and (one.name, one.code) == (trigger.name, trigger.code):
                edges.leave_at_the_edge(token, edge, {})
                return
    if trigger.kind == "signal":
        spread(token.workflow.top_workflow, trigger.name, {}, {})


def terminate(token: Token) -> None:
    """End the scope at once with everything in it."""
    scope = token.workflow
    scope.collect(token)
    passing.clear(scope)
    scope.ended()


def cancel_transaction(token: Token) -> None:
    """Cancel the transaction around: its activities are compensated, then it is left by its cancel event."""
    scope = token.workflow
    passing.clear(scope, keep=token)
    token.internal_data["then"] = "cancel"
    if not compensation.start(token, ""):
        leave_cancelled(token)


def leave_cancelled(token: Token) -> None:
    """Leave a cancelled transaction by its edge; without a cancel event its path ends there."""
    scope = token.workflow
    host = upward.whole(scope.host)
    edge = upward.matching(host.task_spec.boundary, "cancel", "")
    if edge is not None:
        edges.leave_at_the_edge(host, edge, {})
    else:
        passing.cancel(host)


def compensated(token: Token, child: Token) -> None:
    """Go on after one compensation: with the next, or past the event that threw it."""
    if compensation.next_one(token, child):
        return
    if token.internal_data.get("then") == "cancel":
        leave_cancelled(token)
    else:
        token._set_state(READY)
        token.complete()
