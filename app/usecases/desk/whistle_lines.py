"""A whistle as one table shows it: what the case's record and its facts say of each department and each problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.domain.facts import Fact, signed_as
from app.domain.records import TaskRow

#: facts that a whistle's page reads
KINDS = ("TaskCompleted", "Noted")
#: the step of the county's decision
ARBITRATED = ("jurisdiction_arbitration", "decide")
_OPEN = ("open", "claimed")


@dataclass(frozen=True)
class TaskLink:
    """A task of the whistle that waits."""

    id: UUID
    name: str
    name_en: str
    holder_name: str
    due_at: datetime | None


@dataclass(frozen=True)
class CheckIn:
    """Who came where, when."""

    at: datetime
    by: str
    lat: float | None
    lon: float | None
    officers: str


@dataclass(frozen=True)
class Department:
    """A department that the whistle called."""

    unit: str
    label: str
    lead: bool
    #: accept, object, deemed, or empty while it has not answered
    ack: str
    acked_at: datetime | None
    acked_by: str
    #: accepted, arrived, absent …, as its report says; empty before
    state: str
    check_in: CheckIn | None
    #: points that the street gave it, with the parts of them; None before
    points: float | None
    parts: Mapping[str, Any]
    comment: str
    #: how it rated the whistle: need, preparation, coordination
    rated: Mapping[str, Any]
    tasks: Sequence[TaskLink]


@dataclass(frozen=True)
class Problem:
    """One row of what was agreed."""

    no: int
    problem: str
    measure: str
    lead: str
    lead_label: str
    due: date | None
    basis: str
    disputed: bool
    #: done, unsolved, or empty while it is worked on
    state: str
    state_text: str
    #: what came of the work: filed, transferred, not_illegal, other_agency, corrected …
    outcome: str
    rounds: int


def departments_of(
    record: Mapping[str, Any], facts: Sequence[Fact], after: Sequence[Fact], tasks: Iterable[TaskRow],
    labels: Mapping[str, str],
) -> list[Department]:  # fmt: skip
    """Put together what is known of each department.

    Args:
        facts: of the whistle; after: of the case in which both sides rate each other.
        tasks: of both.
        labels: {unit: what it is called}.
    """
    reports = {str(one.get("unit")): one for one in _rows(record.get("whistle_reports"))}
    waiting = [task for task in tasks if task.state in _OPEN]
    called = _rows(record.get("whistle_parties"))
    return [_department(party, record, reports, facts, after, waiting, labels) for party in called]


def _department(
    party: Mapping[str, Any], record: Mapping[str, Any], reports: Mapping[str, Mapping[str, Any]],
    facts: Sequence[Fact], after: Sequence[Fact], waiting: Sequence[TaskRow], labels: Mapping[str, str],
) -> Department:  # fmt: skip
    unit = str(party.get("value") or "")
    answered = _done(facts, "ack", unit)
    came = _done(facts, "check_in", unit)
    report = reports.get(unit, {})
    rating = next((one.content for one in reversed(after) if one.kind == "Noted" and one.content.get("unit") == unit
                   and one.content.get("kind") == "department_rating"), {})
    rated = _done(after, "rate_whistle", unit)
    said = answered.content["answers"] if answered else {}
    return Department(
        unit=unit, label=labels.get(unit) or str(party.get("label") or unit), lead=unit == record.get("lead_unit"),
        ack=_ack(said, report) or ("deemed" if _late(facts, unit) else ""),
        acked_at=answered.at if answered else None, acked_by=signed_as(answered) if answered else "",
        state=str(report.get("state") or ""), check_in=_check_in(came),
        points=_number(rating.get("points")), comment=str(rating.get("comment") or ""),
        parts={name: rating.get(name) for name in ("ack", "arrival", "action", "result") if name in rating},
        rated=rated.content["answers"] if rated else {},
        tasks=[link_of(task) for task in waiting if _is_of(task, unit)],
    )  # fmt: skip


def _ack(said: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    # a department's own system reports what its officers would have chosen
    told = str(said.get("decision") or report.get("ack") or "")
    return {"accepted": "accept", "objected": "object"}.get(told, told)


def link_of(task: TaskRow) -> TaskLink:
    """Point to a task that waits."""
    return TaskLink(task.id, task.name, task.name_en, task.holder_name, task.due_at)


def problems_of(record: Mapping[str, Any], facts: Sequence[Fact], labels: Mapping[str, str]) -> list[Problem]:
    """List what was agreed, each with what came of it.

    Args:
        labels: {unit: what it is called}.
    """
    agreed, _ = last_answers(facts, "consult")
    decided = _arbitrated(facts)
    details = {str(one.get("problem")): one for one in _rows(agreed.get("rows"))}
    results = {str(one.get("no")): one for one in _rows(record.get("whistle_results"))}
    found = []
    for number, row in enumerate(_rows(record.get("whistle_rows")) or _rows(agreed.get("rows")), 1):
        more, result = details.get(str(row.get("problem")), {}), results.get(str(row.get("no") or number), {})
        disputed = more.get("disputed") is True
        lead = str(result.get("lead") or (decided if disputed else "") or row.get("lead") or "")
        found.append(Problem(
            number, str(row.get("problem") or ""), str(row.get("measure") or more.get("measure") or ""), lead,
            labels.get(lead, lead), _date(row.get("due") or more.get("due")), str(more.get("basis") or ""),
            disputed, str(result.get("state") or ""), str(result.get("state_text") or ""),
            str(result.get("outcome") or ""), int(_number(result.get("rounds")) or 0),
        ))  # fmt: skip
    return found


def _arbitrated(facts: Sequence[Fact]) -> str:
    """Find who leads what was disputed, as the county decided."""
    return next((str(one.content["answers"].get("lead") or "") for one in reversed(facts)
                 if one.kind == "TaskCompleted" and (one.process, one.node) == ARBITRATED), "")  # fmt: skip


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def last_answers(facts: Sequence[Fact], node: str) -> tuple[Mapping[str, Any], Fact | None]:
    """Find what was answered last at a step."""
    done = next((one for one in reversed(facts) if one.kind == "TaskCompleted" and one.node == node), None)
    return (done.content["answers"], done) if done else ({}, None)


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _in(unit: str, of: str) -> bool:
    return bool(of) and (unit == of or unit.startswith(f"{of}."))


def _done(facts: Sequence[Fact], node: str, unit: str) -> Fact | None:
    return next((one for one in reversed(facts)
                 if one.kind == "TaskCompleted" and one.node == node and _in(one.unit, unit)), None)


def _late(facts: Sequence[Fact], unit: str) -> bool:
    return any(one.kind == "Noted" and one.content.get("kind") == "late_ack" and one.content.get("unit") == unit
               for one in facts)  # fmt: skip


def _is_of(task: TaskRow, unit: str) -> bool:
    return any(_in(seat, unit) for _, seat in task.candidates)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _check_in(fact: Fact | None) -> CheckIn | None:
    if fact is None:
        return None
    answers = fact.content["answers"]
    place = answers.get("position") if isinstance(answers.get("position"), Mapping) else answers
    names = [str(one.get("name") or "") for one in _rows(answers.get("officers"))]
    return CheckIn(fact.at, signed_as(fact), _number(place.get("lat")), _number(place.get("lon")),
                   "、".join(filter(None, names)))  # fmt: skip
