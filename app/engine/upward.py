"""Errors and escalations on their way up, to the nearest who catches them."""

from typing import Any

from app.domain.facts import FactDraft
from app.engine import edges, passing
from app.engine.tokens import Token
from app.engine.triggers import Trigger


def throw_error(token: Token, code: str, text: str) -> bool:
    """Pass an error to who catches it; say whether somebody did."""
    return _up(token, "error", code, {"errorCode": code, "errorMessage": text}, from_activity=True)


def throw_up(token: Token, trigger: Trigger) -> None:
    """Throw an error or escalation; an error that nobody catches ends the case."""
    flow = token.workflow.top_workflow
    kind = "ErrorThrown" if trigger.kind == "error" else "EscalationThrown"
    place = len(flow.facts)
    found = _up(token, trigger.kind, trigger.code, {f"{trigger.kind}Code": trigger.code})
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
            edge = matching(host.task_spec.boundary, kind, code)
            if edge is not None:
                outer = whole(host)
                outer.take({**_written(token, outer), **payload})
                edges.leave_at_the_edge(outer, edge, {})
                return True
        inside_event = host is not None and host.task_spec.started_by_event
        start = None if inside_event and not from_activity else matching(scope.spec.watchers, kind, code)
        if start is not None:
            edges.start_event_subprocess(None, start, start.triggers[0], {**_written(token, None), **payload}, scope)
            return True
        host, from_activity = getattr(scope, "host", None), False
        if host is None:
            return False
        scope = host.workflow


def matching(specs: tuple[Any, ...], kind: str, code: str) -> Any:
    """Find the event that catches a code; one that names it is preferred to one that catches any."""
    found = [(trigger.code, spec) for spec in specs for trigger in spec.triggers
             if trigger.kind == kind and trigger.code in ("", code)]
    return max(found, key=lambda pair: pair[0] != "")[1] if found else None


def whole(token: Token) -> Token:
    """Return the activity as a whole for one of its instances."""
    return token.workflow.tasks[token._parent] if token._parent is not None and token.is_instance else token


def _written(token: Token, host: Token | None) -> dict[str, Any]:
    """Return what a branch inside an embedded scope wrote, for who goes on outside."""
    if host is not None and token.workflow is host.workflow:
        return {}
    return {name: token.data[name] for name in token.stamps or () if name in token.data}
