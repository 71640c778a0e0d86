"""Events on their way: caught from outside, thrown inside, passed up to who catches them."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.errors import ActNotOpen, InvalidAnswers, StepFailed, YongzhiError
from app.domain.facts import FactDraft
from app.domain.progress import Thrown
from app.engine import compensation, feel, passing, timing, watching
from app.engine.tokens import READY, WAITING, Token, forked
from app.engine.triggers import Trigger

#: what goes back to a person as it is, never to a boundary event
_FOR_PEOPLE = (ActNotOpen, InvalidAnswers)


def run(token: Token, act: Callable[[], Any] | None = None) -> None:
    """Run a token whose turn has come; what fails goes to the error event that catches it.

    Args:
        act: what is to be done with the token, where that is not to run it.

    Raises:
        StepFailed and others of the element, where nothing catches them.
    """
    try:
        (act or token.run)()
    except _FOR_PEOPLE:
        raise
    except YongzhiError as cause:
        code = str(cause.attributes.get("code") or "") if isinstance(cause, StepFailed) else ""
        if not token.here or not throw_error(token, code or type(cause).__name__, str(cause)):
            raise


def wait(token: Token) -> bool | None:
    """Let a token wait for its events; what a gateway before it has caught already lets it pass."""
    flow = token.workflow.top_workflow
    if "caught" in token.internal_data:
        payload = token.internal_data.pop("caught")
        if payload:
            flow.write(token, payload)
        return True
    token._set_state(WAITING)
    for _, trigger, _ in token.task_spec.awaits():
        timing.arm(token, (trigger,))
    correlate(flow, token)
    flow.waits[token.id] = token
    return None


def pending(token: Token) -> list[tuple[str, Trigger, Any]]:
    """List what a token still waits for: (element id, trigger, element)."""
    came = token.internal_data.get("came", ())
    return [one for one in token.task_spec.awaits() if one[1].slot not in came]


def correlate(flow: Any, token: Token) -> None:
    """Fix what a message must carry to be meant for this token."""
    for node, _, spec in token.task_spec.awaits():
        text = spec.props.get("correlation")
        if text:
            value = feel.normalise(feel.evaluate(text, flow.scope(token), now=flow.now))
            token.internal_data.setdefault("correlation", {})[node] = value


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


def leave_at_the_edge(host: Token, spec: Any, payload: dict[str, Any], watcher: Token | None = None) -> None:
    """Go on behind a boundary event; an interrupting one cancels its activity."""
    scope = host.workflow
    if spec.cancel_activity:
        token = passing.put(scope, spec, host.data, host.stamps)
        if watcher is not None:
            # it is the same passage that was waited for
            token.internal_data["nth"] = scope.top_workflow.passage(watcher)
        passing.cancel(host)
    else:
        token = passing.put(scope, spec, *forked(host))
        if watcher is not None and "nth" in watcher.internal_data:
            token.internal_data["nth"] = watcher.internal_data.pop("nth")
    if payload:
        scope.top_workflow.write(token, payload)


def start_event_subprocess(token: Token | None, start: Any, trigger: Trigger, payload: dict[str, Any],
                           scope: Any = None) -> None:  # fmt: skip
    """Start an event sub-process; an interrupting one cancels everything else in its scope."""
    scope = token.workflow if token is not None else scope
    container = scope.version.nodes[start.container]
    host = passing.put(scope, container, watching.variables_of(scope), {})
    host.internal_data["started_by"] = start.name
    if payload:
        host.take(payload)
    if start.interrupting:
        passing.clear(scope, keep=host)
    elif token is not None:
        token.internal_data.pop("nth", None)
        token.internal_data.pop("came", None)
        if trigger.kind == "timer" and not timing.repeat(token, trigger):
            passing.drop(token)


def throw_all(token: Token, triggers: tuple[Trigger, ...]) -> bool | None:
    """Throw everything that an event throws; None where the token has to wait or is gone."""
    for trigger in triggers:
        if trigger.kind in ("error", "escalation"):
            _throw_up(token, trigger)
        elif trigger.kind in ("message", "signal"):
            throw_out(token, trigger)
        elif trigger.kind == "compensate" and compensation.start(token, trigger.activity):
            return None
        if not token.here:
            return None
    return True


def throw_error(token: Token, code: str, text: str) -> bool:
    """Pass an error to who catches it; say whether somebody did."""
    return _up(token, "error", code, {"errorCode": code, "errorMessage": text}, from_activity=True)


def _throw_up(token: Token, trigger: Trigger) -> None:
    flow = token.workflow.top_workflow
    kind = "ErrorThrown" if trigger.kind == "error" else "EscalationThrown"
    place = len(flow.facts)
    found = _up(token, trigger.kind, trigger.code, {})
    body = {"node": token.task_spec.bpmn_id, "code": trigger.code, "caught": found}
    flow.facts.insert(place, FactDraft(kind, token.workflow.version.key, body=body))
    if trigger.kind == "error" and not found:
        # the standard leaves it open; nobody expects the rest to go on as if nothing had happened
        flow.step_passed(token)
        passing.clear(flow)
        flow.ended()


def _up(token: Token, kind: str, code: str, payload: dict[str, Any], *, from_activity: bool = False) -> bool:
    """Look for who catches an error or escalation, from the inside to the outside."""
    scope, host = token.workflow, token if from_activity else None
    while True:
        if host is not None:
            edge = _matching(host.task_spec.boundary, kind, code)
            if edge is not None:
                outer = _whole(host)
                outer.take({**_written(token, outer), **payload})
                leave_at_the_edge(outer, edge, {})
                return True
        inside_event = host is not None and host.task_spec.started_by_event
        start = None if inside_event and not from_activity else _matching(scope.spec.watchers, kind, code)
        if start is not None:
            start_event_subprocess(None, start, start.triggers[0], {**_written(token, None), **payload}, scope)
            return True
        host, from_activity = getattr(scope, "host", None), False
        if host is None:
            return False
        scope = host.workflow


def _matching(specs: tuple[Any, ...], kind: str, code: str) -> Any:
    """Find the event that catches a code; one that names it is preferred to one that catches any."""
    found = [(trigger.code, spec) for spec in specs for trigger in spec.triggers
             if trigger.kind == kind and trigger.code in ("", code)]
    return max(found, key=lambda pair: pair[0] != "")[1] if found else None


def _whole(token: Token) -> Token:
    """Return the activity as a whole for one of its instances."""
    return token.workflow.tasks[token._parent] if token._parent is not None and token.is_instance else token


def _written(token: Token, host: Token | None) -> dict[str, Any]:
    """Return what a branch inside an embedded scope wrote, for who goes on outside."""
    if host is not None and token.workflow is host.workflow:
        return {}
    return {name: token.data[name] for name in token.stamps or () if name in token.data}


def throw_out(token: Token, trigger: Trigger) -> None:
    """Throw a message or signal out of the case; a signal also reaches everybody in it who waits."""
    flow = token.workflow.top_workflow
    props = token.task_spec.props
    scope = flow.scope(token)
    payload = _context(flow, props.get("payload"), scope)
    correlation = _context(flow, props.get("correlation"), scope)
    kind = "MessageThrown" if trigger.kind == "message" else "SignalThrown"
    body = {trigger.kind: trigger.name, **({"payload": payload} if payload else {}),
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
    return found


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
                leave_at_the_edge(token, edge, {})
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
    """Leave a cancelled transaction by its edge; without a cancel event its path ends."""
    scope = token.workflow
    host = _whole(scope.host)
    edge = _matching(host.task_spec.boundary, "cancel", "")
    if edge is not None:
        leave_at_the_edge(host, edge, {})
    else:
        passing.clear(scope)
        scope.ended()


def compensated(token: Token, child: Token) -> None:
    """Go on after one compensation: with the next, or past the event that threw it."""
    if compensation.next_one(token, child):
        return
    if token.internal_data.get("then") == "cancel":
        leave_cancelled(token)
    else:
        token._set_state(READY)
        token.complete()
