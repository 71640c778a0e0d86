"""What a case waits for: people, moments, messages."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.domain.progress import Subscription, WaitingCall, WaitingTimer
from app.engine import raising, timing
from app.engine.flow import Flow
from app.engine.follow import all_tokens, timers_of, watchers
from app.engine.scope import as_texts, property_value
from app.engine.tokens import CANCELLED, Token
from app.engine.triggers import Trigger
from app.engine.versions import ProcessVersion


def open_tasks(flow: Flow) -> list[Token]:
    """List the tokens that wait for a person, in the order in which they were opened."""
    work = flow.work
    return [work[number] for number in sorted(work)] if len(work) > 1 else list(work.values())


def task_key(flow: Flow, token: Token) -> str:
    """Return `process/node#nth`; a token that was migrated keeps the key it had."""
    if not token.key:
        kept: str | None = token.internal_data.get("key")
        token.key = kept or f"{token.task_spec.place}#{token.nth or flow.passage(token)}"
    return token.key


def event_key(flow: Flow, token: Token, node: str) -> str:
    """Return the stable key of a waiting element: `process/node#nth` of the token that waits."""
    kept: str | None = token.internal_data.get("key")
    if kept and node == token.task_spec.bpmn_id:
        return kept
    return f"{token.workflow.version.key}/{node}#{flow.passage(token)}"


def timers(flow: Flow) -> list[WaitingTimer]:
    """List the moments the case waits for."""
    if flow.suspended:
        return []
    found = []
    for token in watchers(flow):
        for trigger in timers_of(token):
            due = timing.due_at(token, trigger)
            if due is not None:
                key = event_key(flow, token, trigger.slot)
                found.append(WaitingTimer(key, token.workflow.version.key, trigger.slot.partition("~")[0], due))
    return found


def calls(flow: Flow) -> list[WaitingCall]:
    """List the answers from outside that the case waits for."""
    found = []
    for token in watchers(flow):
        call = token.internal_data.get("call")
        if call is not None:
            spec = token.task_spec
            key = event_key(flow, token, spec.bpmn_id)
            found.append(WaitingCall(key, token.workflow.version.key, spec.bpmn_id, call["operation"], call["params"],
                                     spec.retries, spec.pause))
    return found


def find_call(flow: Flow, key: str) -> Token | None:
    """Return the token that waits for an answer under this key."""
    return next((token for token in watchers(flow) if "call" in token.internal_data
                 and event_key(flow, token, token.task_spec.bpmn_id) == key), None)


def events(flow: Flow, kind: str, name: str) -> list[tuple[Token, str, Trigger]]:
    """List the tokens and elements that wait for a message or signal."""
    return [(token, node, trigger) for token in watchers(flow) for node, trigger, _ in raising.pending(token)
            if trigger.kind == kind and trigger.name == name]


def node_properties(token: Token, node: str) -> dict[str, str]:
    """Return the vocabulary properties of a waiting element."""
    found: dict[str, str] = next(spec.props for one, _, spec in token.task_spec.awaited if one == node)
    return found


def subscriptions(flow: Flow) -> list[Subscription]:
    """List the messages and signals the case waits for."""
    if flow.suspended:
        return []
    scopes: dict[Any, dict[str, Any]] = {}
    return [_subscription(flow, token, node, trigger, spec, scopes) for token in watchers(flow)
            for node, trigger, spec in raising.pending(token) if trigger.kind in ("message", "signal")]


def _subscription(
    flow: Flow, token: Token, node: str, trigger: Trigger, spec: Any, scopes: dict[Any, dict[str, Any]]
) -> Subscription:
    """Describe what a token waits for.

    Args:
        scopes: what expressions read, of those that were asked for before it.
    """
    props = spec.props
    condition, unit, to = props.get("condition"), props.get("orgScope", ""), props.get("offeredTo", "")
    is_open, place = True, flow.record["event"].get(unit)
    if condition is not None or unit.startswith("=") or to.startswith("="):
        # nothing changes while it is listed what waits, and many tokens stand in one place with the same variables
        where = id(token.workflow), id(token.data), token._parent, token.internal_data.get("turn")
        scope = scopes.get(where) or scopes.setdefault(where, flow.scope(token))
        is_open = condition is None or property_value(condition, scope, flow.now) is True
        place = property_value(unit, scope, flow.now) if unit.startswith("=") else place
        to = property_value(to, scope, flow.now)
    known = _described(
        spec, trigger.kind, trigger.name, event_key(flow, token, node), token.workflow.version.key, node,
        _attached(flow, token), as_texts(to), str(place or ""), is_open,
    )  # fmt: skip
    asked = token.internal_data.get("correlation", {}).get(node)
    return replace(known, correlation=asked) if asked else known


@lru_cache(maxsize=16_384)
def _described(
    spec: Any, kind: str, message: str, key: str, process: str, node: str, task_key: str, offered: tuple[str, ...],
    unit: str, is_open: bool,
) -> Subscription:
    """Describe what many cases wait for alike, once for all of them."""
    props = spec.props
    return Subscription(
        key=key, process=process, node=node, message=message, name=spec.bpmn_name or message,
        name_en=props.get("name_en", ""), task_key=task_key, form=props.get("form", ""), offered_to=offered, unit=unit,
        open=is_open, closed_text=props.get("conditionText", ""),
        closed_text_en=props.get("conditionText_en", ""), kind=kind,
    )  # fmt: skip


def _attached(flow: Flow, token: Token) -> str:
    """Find the human task a boundary event belongs to; on a scope, the first open task inside."""
    if token._parent is None:
        return ""
    host = token.workflow.tasks[token._parent]
    if host.id in flow.work:
        return task_key(flow, host)
    inside = next((one for one in open_tasks(flow) if _within(one, host)), None)
    return task_key(flow, inside) if inside is not None else ""


def _within(token: Token, host: Token) -> bool:
    while True:
        if token._parent is not None:
            token = token.workflow.tasks[token._parent]
        else:
            outer: Token | None = getattr(token.workflow, "host", None)
            if outer is None:
                return False
            token = outer
        if token is host:
            return True


def elements_of(token: Token) -> Iterator[str]:
    """List the elements that a waiting token stands for."""
    return (node for node, _, _ in token.task_spec.awaited)


def standing(flow: Flow) -> list[tuple[ProcessVersion, str]]:
    """List the elements on which a token stands; watchers only watch and do not count."""
    seen: dict[tuple[str, str], tuple[ProcessVersion, str]] = {}
    for token in all_tokens(flow):
        node = token.task_spec.bpmn_id
        if node and token.task_spec.drawn and not token.triggered and token._state < CANCELLED:
            version = token.workflow.version
            seen.setdefault((version.key, node), (version, node))
    return list(seen.values())
