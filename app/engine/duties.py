"""What begins and ends with an activity: limits, status, milestones, human tasks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.domain.clocks import moment
from app.domain.errors import StepFailed
from app.engine import feel, limits, opening
from app.engine.instances import key_of, own_key
from app.engine.sameness import same
from app.engine.scope import property_value
from app.engine.tokens import Token

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: what an amount depends on besides its step
_DEPENDS: Mapping[str, None] = dict.fromkeys(("item_code", "urgency", "level", "nature"))
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


def note_stand_in(flow: "Flow") -> None:
    """Remember for whom the command's actor stands in: who is excluded as having acted is excluded with him."""
    actor = flow.command.actor
    if actor.absent is None:
        return
    known = flow.record["event"].get(opening.STOOD_IN) or {}
    of_whom = sorted({*known.get(actor.username, ()), actor.absent.id, actor.absent.username} - {""})
    names = {actor.id: of_whom, actor.username: of_whom}
    write_record(flow, None, "event", {opening.STOOD_IN: {**known, **names}})


def reach(flow: "Flow", task: Token | None, milestone: str) -> None:
    """Stamp a milestone; the first time counts, each repetition is a fact."""
    at = flow.now.isoformat()
    flow.record["milestones"].setdefault(milestone, at)
    flow.tell("MilestoneReached", task, {"milestone": milestone, "at": at})


def begin(flow: "Flow", task: Token) -> None:
    """Start limit, status and milestone of an activity, and open its human task."""
    spec = task.task_spec
    if spec.begins:
        props = spec.props
        # only what is computed reads the variables
        scope = flow.scope(task) if spec.computes else _NO_SCOPE
        if "limit" in props or "limitAmount" in props:
            start_limit(flow, task, spec.limit, props, scope)
        if "status" in props or "phase" in props:
            _mark(flow, task, props, scope)
        if "milestoneOnStart" in props:
            reach(flow, task, props["milestoneOnStart"])
    if spec.is_human:
        # once more: the limit that has just started is read by what follows
        opening.open_task(flow, task, flow.scope(task) if spec.computes else _NO_SCOPE)


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
    if "milestone" in props and not cancelled:
        reach(flow, task, props["milestone"])
    name = task.task_spec.limit and key_of(flow, task, task.task_spec.limit)
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
        amount, source = usual_amount(flow, name, scope)
    if not amount:
        return
    factor = property_value(props.get("limitFactor"), scope, flow.now)
    least = property_value(props.get("limitMinimum"), scope, flow.now)
    key, instance = own_key(flow, task, name)
    limit = flow.world.remembered(key)
    if limit is None:
        limit = limits.plan(key, str(amount), flow.now, flow.world.calendar, factor, least)
        if instance:
            limit["instance"] = instance
    flow.record["limits"][key] = limit
    flow.tell("LimitStarted", task, {**limit, **source})


def usual_amount(flow: "Flow", step: str, scope: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Find a step's amount in the table of limits; return it and what is recorded of the decision.

    Raises:
        StepFailed: the table has no row for it.
    """
    number, table = flow.world.library.decision("sla")
    event = flow.record["event"]
    # what the record knows counts, also where a variable of that name was left over from before a change
    known = {name: event[name] for name in _DEPENDS if event.get(name) is not None}
    inputs = {**_DEPENDS, **event, **scope, **known, "step": step}
    decided = table.decide("sla", inputs, now=flow.now)
    outputs = feel.normalise(decided.outputs)
    amount = outputs.get("amount") if isinstance(outputs, dict) else outputs
    source = {"source": "sla", "version": number, "rules": list(decided.matched)}
    if amount is None:
        raise StepFailed(f"The table of limits has no amount for the step {step!r}.", step=step)
    return amount, source
