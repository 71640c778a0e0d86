"""What a case waits for: people, moments, messages; and what changed about it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from app.domain.progress import OpenTask, Progress, Subscription, WaitingCall, WaitingTimer
from app.engine import duties, raising, state, timing
from app.engine.flow import Flow
from app.engine.follow import all_tokens, timers_of, watchers
from app.engine.scope import as_texts, property_value
from app.engine.tokens import CANCELLED, Token
from app.engine.triggers import Trigger
from app.engine.versions import ProcessVersion


class Before(NamedTuple):
    """What waited before a command."""

    tasks: tuple[Token, ...] = ()
    timers: Mapping[str, WaitingTimer] = {}

    @classmethod
    def of(cls, flow: Flow) -> "Before":
        """Read it off a loaded flow."""
        return cls(tuple(flow.work.values()), {timer.key: timer for timer in timers(flow)} if flow.waits else {})


def name_of(token: Token) -> str:
    """Return the name of the element a token stands on, its id where it has none."""
    name: str = token.task_spec.bpmn_name or token.task_spec.bpmn_id
    return name


def open_tasks(flow: Flow) -> list[Token]:
    """List the tokens that wait for a person, in the order in which they were opened."""
    work = flow.work
    return [work[number] for number in sorted(work)] if len(work) > 1 else list(work.values())


def task_key(flow: Flow, token: Token) -> str:
    """Return `process/node#nth`; a token that was migrated keeps the key it had."""
    if not token.key:
        kept: str | None = token.internal_data.get("key")
        token.key = kept or f"{token.workflow.version.key}/{token.task_spec.bpmn_id}#{flow.passage(token)}"
    return token.key


def _moved(flow: Flow, token: Token) -> OpenTask:
    """Describe a task whose limit moved; who may take it has not changed and is not told again."""
    spec, props = token.task_spec, token.task_spec.props
    form, number, limit = token.internal_data["task"]
    return OpenTask(
        task_key(flow, token), token.workflow.version.key, spec.bpmn_id, flow.passage(token), name_of(token),
        props.get("name_en", ""), form, number, (), None, (), (), limit,
        *duties.moments(flow.record["limits"].get(limit)), props.get("evidence", ""),
        props.get("readsReporter") == "true", flow.record["event"].get("phase") or "",
    )  # fmt: skip


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
    found: dict[str, str] = next(spec.props for one, _, spec in token.task_spec.awaits() if one == node)
    return found


def subscriptions(flow: Flow) -> list[Subscription]:
    """List the messages and signals the case waits for."""
    if flow.suspended:
        return []
    return [_subscription(flow, token, node, trigger, spec) for token in watchers(flow)
            for node, trigger, spec in raising.pending(token) if trigger.kind in ("message", "signal")]


def _subscription(flow: Flow, token: Token, node: str, trigger: Trigger, spec: Any) -> Subscription:
    props = spec.props
    place: Any = ""
    condition = True
    offered: tuple[str, ...] = ()
    if props:
        scope = flow.scope(token)
        condition = "condition" not in props or property_value(props["condition"], scope, flow.now) is True
        unit = props.get("orgScope", "")
        place = property_value(unit, scope, flow.now) if unit.startswith("=") else flow.record["event"].get(unit)
        offered = as_texts(property_value(props.get("offeredTo"), scope, flow.now))
    return Subscription(
        key=event_key(flow, token, node), process=token.workflow.version.key, node=node, message=trigger.name,
        name=spec.bpmn_name or trigger.name, name_en=props.get("name_en", ""), task_key=_attached(flow, token),
        form=props.get("form", ""), offered_to=offered, unit=str(place or ""), open=condition,
        closed_text=props.get("conditionText", ""), closed_text_en=props.get("conditionText_en", ""),
        kind=trigger.kind, correlation=token.internal_data.get("correlation", {}).get(node) or {},
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


def progress(flow: Flow, before: Before, completed: str | None) -> Progress:
    """Compare what waits now with what waited before."""
    waits = bool(flow.waits) and not flow.completed
    now_timers = {timer.key: timer for timer in timers(flow)} if waits else {}
    gone = [token for token in before.tasks if token.id not in flow.work]
    ended = {task_key(flow, token): "completed" if token.key == completed else "cancelled" for token in gone}
    for token in sorted(gone, key=lambda one: one.key):
        if token.key != completed:
            flow.tell("TaskCancelled", None, {"key": token.key, "name": name_of(token)})
    due = {key: timer.due_at for key, timer in before.timers.items()}
    events_open = tuple(subscriptions(flow)) if waits else ()
    calls_open = tuple(calls(flow)) if waits else ()
    if not (flow.completed or flow.suspended or flow.work or now_timers or events_open or calls_open) and flow.facts:
        # for example a join that one of its branches can never reach: told, so that somebody sees it
        flow.tell("CaseStranded", None, {"at": sorted({node for _, node in standing(flow)})})
    return Progress(
        facts=tuple(flow.facts),
        opened=tuple([token.opened for token in open_tasks(flow) if token.opened is not None]),
        moved=tuple([_moved(flow, flow.work[number]) for number in sorted(flow.moved)
                     if number in flow.work and flow.work[number].opened is None]) if flow.moved else (),
        ended=ended,
        timers=tuple(now_timers.values()),
        subscriptions=events_open,
        dropped_timers=tuple([key for key in due if key not in now_timers or now_timers[key].due_at != due[key]]),
        set_timers=tuple([key for key, timer in now_timers.items() if due.get(key) != timer.due_at]),
        record={**flow.record["event"], **{name: flow.record[name] for name in ("limits", "milestones", "counts")}},
        state=state.dump(flow),
        closed=flow.completed,
        versions={one.version.key: one.version.number for one in (flow, *flow.subprocesses.values())},
        effects=tuple(flow.effects),
        thrown=tuple(flow.thrown),
        calls=calls_open,
    )  # fmt: skip


def elements_of(token: Token) -> Iterator[str]:
    """List the elements that a waiting token stands for."""
    return (node for node, _, _ in token.task_spec.awaits())


def standing(flow: Flow) -> list[tuple[ProcessVersion, str]]:
    """List the elements on which a token stands; watchers only watch and do not count."""
    seen: dict[tuple[str, str], tuple[ProcessVersion, str]] = {}
    for token in all_tokens(flow):
        node = token.task_spec.bpmn_id
        if node and token.task_spec.drawn and not token.triggered and token._state < CANCELLED:
            version = token.workflow.version
            seen.setdefault((version.key, node), (version, node))
    return list(seen.values())
