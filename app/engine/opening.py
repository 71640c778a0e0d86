"""Human tasks: what the diagram says of one, read once, and how it is opened."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain import org
from app.domain.clocks import moment
from app.domain.errors import StepFailed
from app.domain.progress import OpenTask
from app.domain.successors import Heirs, Seats, follow_seats
from app.engine import follow
from app.engine.instances import key_of
from app.engine.named import filled
from app.engine.scope import as_texts, property_value
from app.engine.tokens import Token

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: field of the record: who acted in whose place, {id or user name: [id, user name]}
STOOD_IN = "stood_in"
#: due moments of a task without limit
_NO_LIMIT: tuple[Any, Any, Any, bool] = (None, None, None, False)
_ANCHORS = ("grid", "village", "street", "command_room", "county", "city", "lead_unit")
#: where to look for a place when the wanted anchor is unknown, nearest first
_CLIMB = ("grid", "village", "street", "county", "city")
_COMPUTED = ("candidateRoles", "orgScope", "assignee", "excludedPeople", "excludedUnits", "form")


class Wanted(NamedTuple):
    """Who is to do a task, and with which form."""

    roles: tuple[str, ...] = ()
    #: fields of the record, the first that is known names the unit
    anchors: tuple[str, ...] = ()
    #: without anchors, the unit itself
    unit: str | None = None
    assignee: str | None = None
    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    form: str = ""


class Opening(NamedTuple):
    """What the diagram says of a human task."""

    name: str
    name_en: str
    evidence: str
    reads_reporter: bool
    #: None where the case has to compute some of it
    wanted: Wanted | None
    #: content of the fact that it was opened, before the case is known
    told: dict[str, Any]


def read_opening(name: str, props: Mapping[str, str]) -> Opening:
    """Read the properties of a human task."""
    computed = any(props.get(one, "").startswith("=") for one in _COMPUTED)
    english, evidence, reads = props.get("name_en", ""), props.get("evidence", ""), props.get("readsReporter") == "true"
    wanted = Wanted() if computed else _wanted(props, {}, None)
    told = {
        "key": "", "name": name, "name_en": english, "form": wanted.form, "form_version": 0, "candidates": [],
        "assignee": wanted.assignee, "excluded_people": [*wanted.people], "excluded_units": [*wanted.units],
        "limit": "", "evidence": evidence, "reads_reporter": reads, "phase": "", **follow.due_fields(None),
    }  # fmt: skip
    return Opening(name, english, evidence, reads, None if computed else wanted, told)


def _wanted(props: Mapping[str, str], scope: Mapping[str, Any], now: Any) -> Wanted:
    def of(name: str) -> Any:
        return property_value(props.get(name), scope, now)

    place = props.get("orgScope", "")
    anchors = (place, *_CLIMB[_CLIMB.index(place if place in _CLIMB else "street"):]) if place in _ANCHORS else ()
    unit = of("orgScope")
    return Wanted(as_texts(of("candidateRoles")), anchors, str(unit) if unit and not anchors else None, of("assignee"),
                  as_texts(of("excludedPeople")), as_texts(of("excludedUnits")), str(of("form") or ""))


def open_task(flow: "Flow", task: Token, scope: Mapping[str, Any]) -> None:
    """Open a human task; of all that is told about it, the state keeps only form and limit."""
    spec, event = task.task_spec, flow.record["event"]
    name, name_en, evidence, reads, wanted, told = spec.opening
    roles, anchors, unit, assignee, people, units, form = wanted or _wanted(spec.props, scope, flow.now)
    accused = as_texts(event["accused_unit"]) if "accused_unit" in event else ()
    if spec.limit:
        limit = key_of(flow, task, spec.limit)
    else:
        limit = _enclosing_limit(flow, task) if task.workflow is not flow else ""
    number = flow.world.library.form_number(form) if form else 0
    task.task = [form, number, limit]
    found = flow.record["limits"].get(limit) if limit else None
    nth = task.nth or flow.passage(task)
    key = task.key = f"{spec.place}#{nth}"
    started, due, yellow, paused = _NO_LIMIT if found is None else moments(found)
    phase = event.get("phase") or ""
    candidates = _seats(flow, roles, _place(event, anchors, unit), accused) if roles else ()
    candidates = candidates or _fallback(flow, accused)
    heirs = flow.world.heirs(key)
    if heirs:
        candidates, told = _follow(candidates, heirs, accused, told)
    excluded = (*units, *accused) if accused else units
    if people and STOOD_IN in event:
        people = tuple(dict.fromkeys((*people, *(name for one in people for name in event[STOOD_IN].get(one, ())))))
    task.opened = filled(OpenTask, (
        key, spec.process, spec.bpmn_id, nth, name, name_en, form, number, candidates, assignee, people,
        excluded, limit, started, due, yellow, paused, evidence, reads, phase,
    ))  # fmt: skip
    flow.opened.append(task)
    told = told.copy()
    told["key"], told["form_version"], told["phase"] = key, number, phase
    told["candidates"] = [*map(list, candidates)]
    if limit:
        told["limit"] = limit
        told.update(follow.due_fields(found))
    if accused:
        told["excluded_units"] = [*excluded]
    if wanted is None:
        told.update(form=form, assignee=assignee, excluded_people=[*people], excluded_units=[*excluded])
    flow.tell("TaskOpened", task, told)


def moments(limit: Mapping[str, Any] | None) -> tuple[Any, Any, Any, bool]:
    """Return what a task shows of its limit: (started, due, yellow, paused)."""
    if limit is None:
        return _NO_LIMIT
    return moment(limit["started_at"]), moment(limit["due_at"]), moment(limit["yellow_at"]), limit["state"] == "paused"


def _place(event: Mapping[str, Any], anchors: tuple[str, ...], unit: str | None) -> str | None:
    for anchor in anchors:
        if event.get(anchor):
            return str(event[anchor])
    return unit


def _seats(
    flow: "Flow", roles: tuple[str, ...], unit: str | None, accused: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for code in roles:
        role = flow.world.roles.get(code)
        seat = org.seat_of(role, unit) if role and unit else None
        if seat is None and role and unit and (not role.anchor or role.suffix.endswith("*")):
            seat = unit
        if seat and not _below(seat, accused):
            pairs.append((code, seat))
    return tuple(pairs)


def _follow(
    candidates: Seats, heirs: Heirs, accused: tuple[str, ...], told: dict[str, Any]
) -> tuple[Seats, dict[str, Any]]:
    """Move seats in units that are gone to their heirs, and tell which ones."""
    candidates, used = follow_seats(candidates, heirs, accused)
    if not used:
        return candidates, told
    return candidates, {**told, "heirs": {gone: [heir.unit, *heir.roles] for gone, heir in used.items()}}


def _below(unit: str, accused: tuple[str, ...]) -> bool:
    """Say whether a unit is one that is complained about, or lies below it."""
    return any(org.is_within(unit, one) for one in accused)


def _fallback(flow: "Flow", accused: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the duty that takes what nobody owns: the nearest level that is known and not accused."""
    event, last = flow.record["event"], None
    for role, anchor in flow.world.fallback:
        if event.get(anchor):
            last = (role, str(event[anchor]))
            if not accused or not _below(last[1], accused):
                return (last,)
    # where even the city is complained about, its duty keeps the case from being lost
    if last is not None:
        return (last,)
    raise StepFailed("Nobody can be found for this task: the case has no unit, not even a city.")


def _enclosing_limit(flow: "Flow", task: Token) -> str:
    """Return the nearest running limit of a scope around the task."""
    workflow = task.workflow
    while workflow is not flow:
        scope = workflow.host
        name = scope.task_spec.limit and key_of(flow, scope, scope.task_spec.limit)
        if name in flow.record["limits"]:
            return name
        workflow = scope.workflow
    return ""
