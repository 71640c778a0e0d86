"""What begins and ends with an activity: limits, status, milestones, human tasks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.domain import org
from app.domain.clocks import moment
from app.domain.errors import StepFailed
from app.domain.progress import OpenTask
from app.engine import feel, follow, limits
from app.engine.sameness import same
from app.engine.scope import as_texts, property_value
from app.engine.tokens import Token

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: due moments of a task without limit
_NO_LIMIT = (None, None, None, False)
_ANCHORS = ("grid", "village", "street", "command_room", "county", "city", "lead_unit")
#: where to look for a place when the wanted anchor is unknown, nearest first
_CLIMB = ("grid", "village", "street", "county", "city")
#: what an element without properties reads
_NO_SCOPE: Mapping[str, Any] = {}


def write_record(flow: "Flow", task: Token | None, record: str, changes: Mapping[str, Any]) -> None:
    """Write to `event` or `counts`; what really changes is recorded."""
    target = flow.record[record]
    real = {name: value for name, value in changes.items() if name not in target or not same(target[name], value)}
    if not real:
        return
    target.update(real)
    flow.tell("RecordChanged", task, {record: real})


def reach(flow: "Flow", task: Token | None, milestone: str) -> None:
    """Stamp a milestone; the first time counts, each repetition is a fact."""
    at = flow.now.isoformat()
    flow.record["milestones"].setdefault(milestone, at)
    flow.tell("MilestoneReached", task, {"milestone": milestone, "at": at})


def begin(flow: "Flow", task: Token) -> None:
    """Start limit, status and milestone of an activity, and open its human task."""
    spec = task.task_spec
    props = spec.props
    if props:
        # only what is computed reads the variables
        scope = flow.scope(task) if spec.computes else _NO_SCOPE
        if "limit" in props or "limitAmount" in props:
            start_limit(flow, task, _limit_name(task, props), props, scope)
        if "status" in props or "phase" in props:
            _mark(flow, task, props, scope)
        if "milestoneOnStart" in props:
            reach(flow, task, props["milestoneOnStart"])
    if spec.is_human:
        # once more: the limit that has just started is read by what follows
        open_task(flow, task, props, flow.scope(task) if spec.computes else _NO_SCOPE)


def passed(flow: "Flow", task: Token) -> None:
    """Carry out status, phase and milestone of an element that is no activity of its own length."""
    props = task.task_spec.props
    if props:
        _mark(flow, task, props, flow.scope(task))
        if "milestone" in props:
            reach(flow, task, props["milestone"])


def _mark(flow: "Flow", task: Token, props: Mapping[str, str], scope: Mapping[str, Any]) -> None:
    changes = {name: value for name in ("status", "phase")
               if (value := property_value(props.get(name), scope, flow.now))}
    if changes:
        write_record(flow, task, "event", changes)


def end(flow: "Flow", task: Token, *, cancelled: bool = False) -> None:
    """Stamp the milestone and end the limit of an activity."""
    props = task.task_spec.props
    if not props:
        return
    if "milestone" in props and not cancelled:
        reach(flow, task, props["milestone"])
    name = _limit_name(task, props)
    limit = flow.record["limits"].get(name)
    if limit and limit["state"] != "ended":
        late = limit["state"] == "running" and flow.now > moment(limit["due_at"])
        flow.record["limits"][name] = {**limit, "state": "ended", "ended_at": flow.now.isoformat()}
        flow.tell("LimitEnded", task, {"limit": name, "late": late, "cancelled": cancelled})


def start_limit(flow: "Flow", task: Token, name: str, props: Mapping[str, Any], scope: Mapping[str, Any]) -> None:
    """Start a limit from `limitAmount` or from the row of decision `sla`."""
    amount = property_value(props.get("limitAmount"), scope, flow.now)
    source: dict[str, Any] = {"source": "amount"}
    if amount is None:
        amount, source = _sla(flow, task, name, scope)
    if not amount:
        return
    factor = property_value(props.get("limitFactor"), scope, flow.now)
    least = property_value(props.get("limitMinimum"), scope, flow.now)
    limit = flow.world.remembered(name)
    if limit is None:
        limit = limits.plan(name, str(amount), flow.now, flow.world.calendar, factor, least)
    flow.record["limits"][name] = limit
    flow.tell("LimitStarted", task, {**limit, **source})


def _sla(flow: "Flow", task: Token, step: str, scope: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    number, table = flow.world.library.decision("sla")
    inputs = {"item_code": None, "urgency": None, "level": None, "nature": None, **flow.record["event"], **scope,
              "step": step}
    decided = table.decide("sla", inputs, now=flow.now)
    outputs = feel.normalise(decided.outputs)
    amount = outputs.get("amount") if isinstance(outputs, dict) else outputs
    source = {"source": "sla", "version": number, "rules": list(decided.matched)}
    if amount is None:
        raise StepFailed(f"The table of limits has no amount for the step {step!r}.", step=step)
    return amount, source


def open_task(flow: "Flow", task: Token, props: Mapping[str, str], scope: Mapping[str, Any]) -> None:
    """Open a human task; of all that is told about it, the state keeps only form and limit."""
    spec, event, now = task.task_spec, flow.record["event"], flow.now
    roles, unit, assignee, people, units, form = (), None, None, (), (), ""  # type: Any, Any, Any, Any, Any, str
    if props:
        roles = as_texts(property_value(props.get("candidateRoles"), scope, now))
        unit = _unit(flow, props.get("orgScope", ""), scope)
        assignee = property_value(props.get("assignee"), scope, now) if "assignee" in props else None
        people = as_texts(property_value(props.get("excludedPeople"), scope, now))
        units = as_texts(property_value(props.get("excludedUnits"), scope, now))
        form = str(property_value(props.get("form"), scope, now) or "") if "form" in props else ""
    accused = as_texts(event.get("accused_unit"))
    limit = _limit_name(task, props) or _enclosing_limit(flow, task)
    number = flow.world.library.form_number(form) if form else 0
    task.internal_data["task"] = [form, number, limit]
    found = flow.record["limits"].get(limit) if limit else None
    key = task.key = key_of(flow, task)
    name, name_en = spec.bpmn_name or spec.bpmn_id, props.get("name_en", "")
    evidence, reads, phase = props.get("evidence", ""), props.get("readsReporter") == "true", event.get("phase") or ""
    candidates = _candidates(flow, roles, unit, accused)
    task.opened = OpenTask(
        key, task.workflow.version.key, spec.bpmn_id, task.internal_data["nth"], name, name_en, form, number,
        tuple(candidates), assignee, people, (*units, *accused), limit, *moments(found), evidence, reads, phase,
    )  # fmt: skip
    flow.tell("TaskOpened", task, {
        "key": key, "name": name, "name_en": name_en, "form": form, "form_version": number,
        "candidates": [list(pair) for pair in candidates], "assignee": assignee, "excluded_people": list(people),
        "excluded_units": [*units, *accused], "limit": limit, "evidence": evidence, "reads_reporter": reads,
        "phase": phase, **follow.due_fields(found),
    })  # fmt: skip


def moments(limit: Mapping[str, Any] | None) -> tuple[Any, Any, Any, bool]:
    """Return what a task shows of its limit: (started, due, yellow, paused)."""
    if limit is None:
        return _NO_LIMIT
    return moment(limit["started_at"]), moment(limit["due_at"]), moment(limit["yellow_at"]), limit["state"] == "paused"


def _unit(flow: "Flow", value: str, scope: Mapping[str, Any]) -> str | None:
    if value in _ANCHORS:
        found = flow.record["event"].get(value)
        if found:
            return str(found)
        wanted = _CLIMB.index(value) if value in _CLIMB else _CLIMB.index("street")
        return next((flow.record["event"][a] for a in _CLIMB[wanted:] if flow.record["event"].get(a)), None)
    found = property_value(value, scope, flow.now)
    return str(found) if found else None


def _candidates(
    flow: "Flow", roles: tuple[str, ...], unit: str | None, accused: tuple[str, ...]
) -> list[tuple[str, str]]:
    pairs = []
    for code in roles:
        role = flow.world.roles.get(code)
        seat = org.seat_of(role, unit) if role and unit else None
        if seat is None and role and unit and (not role.anchor or role.suffix.endswith("*")):
            seat = unit
        if seat and not _below(seat, accused):
            pairs.append((code, seat))
    return pairs or _fallback(flow, accused)


def _below(unit: str, accused: tuple[str, ...]) -> bool:
    """Say whether a unit is one that is complained about, or lies below it."""
    return any(org.is_within(unit, one) for one in accused)


def _fallback(flow: "Flow", accused: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the duty that takes what nobody owns: the nearest level that is known and not accused."""
    event, last = flow.record["event"], None
    for role, anchor in flow.world.fallback:
        if event.get(anchor):
            last = (role, str(event[anchor]))
            if not accused or not _below(last[1], accused):
                return [last]
    # where even the city is complained about, its duty keeps the case from being lost
    if last is not None:
        return [last]
    raise StepFailed("Nobody can be found for this task: the case has no unit, not even a city.")


def key_of(flow: "Flow", task: Token) -> str:
    """Return the token's stable name within the case: `process/node#nth`."""
    return f"{task.workflow.version.key}/{task.task_spec.bpmn_id}#{flow.passage(task)}"


def _limit_name(task: Token, props: Mapping[str, str]) -> str:
    """Return the name of the activity's own limit; one with only an amount is named after its element."""
    if not props:
        return ""
    return props.get("limit") or (str(task.task_spec.bpmn_id) if "limitAmount" in props else "")


def _enclosing_limit(flow: "Flow", task: Token) -> str:
    """Return the nearest running limit of a scope around the task."""
    workflow = task.workflow
    while workflow is not flow:
        scope = workflow.host
        name = _limit_name(scope, scope.task_spec.props)
        if name in flow.record["limits"]:
            return name
        workflow = scope.workflow
    return ""
