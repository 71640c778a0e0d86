"""Read a whistle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.facts import Fact, signed_as
from app.domain.records import StoredCase, TaskRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.relatives import Relative, linked_to
from app.usecases.desk.whistle_lines import (
    KINDS,
    Department,
    Problem,
    departments_of,
    last_answers,
    problems_of,
)

AFTERCARE = "whistle_aftercare"


class NoWhistle(NotFound):
    """No whistle has been sounded in this case."""

    slug = "no-whistle"


@dataclass(frozen=True)
class WhistleView:
    """The whistle desk."""

    case: CaseSummary
    #: daily, hard, emergency
    kind: str
    sounded_at: datetime | None
    place: tuple[float, float] | None
    place_text: str
    departments: Sequence[Department]
    #: who sat together, [(unit, name)]
    attendees: Sequence[tuple[str, str]]
    minutes: str
    consulted_at: datetime | None
    problems: Sequence[Problem]
    #: solved, escalate, or empty before
    conclusion: str
    conclusion_text: str
    concluded_at: datetime | None
    concluded_by: str
    #: every task that waits, of the whistle and of its ratings, and the unit that it waits for
    tasks: Sequence[tuple[InboxRow, str]]
    #: the case in which both sides rate each other, if one may see it
    aftercare: UUID | None
    #: other events that it takes along, as far as one may see them
    linked: Sequence[Relative]


def read_whistle(tools: Tools, *, actor: Actor, case_id: UUID) -> WhistleView:
    """Read a whistle: its departments, what they agreed, what came of it, and how both sides rated each other.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        NoWhistle: it is no case of a whistle.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        record = case.record
        if not record.get("whistle_parties"):
            raise NoWhistle
        facts = uow.facts.of_kinds(case_id, KINDS)
        aftercare, after = _aftercare(uow, actor, case)
        tasks = [*uow.tasks.of_case(case_id), *(uow.tasks.of_case(aftercare) if aftercare else ())]
        waiting = [task for task in tasks if task.state in ("open", "claimed")]
        agreed, consulted = last_answers(facts, "consult")
        said, concluded = last_answers(facts, "conclude")
        labels = names_of(uow, _units(record, agreed, waiting), actor.locale)
        parties = departments_of(record, facts, after, waiting, labels)
        places = [str(record.get(one) or "") for one in ("county", "street", "village", "grid", "lead_unit")]
        return WhistleView(
            case=summarise(tools, case, names_of(uow, places, actor.locale), now, actor.locale),
            kind=str(record.get("whistle_kind") or ""), sounded_at=_moment(record, "whistle_at"), place=_place(record),
            place_text=str(record.get("address_text") or ""), departments=parties,
            attendees=[(labels.get(str(one.get("unit")), str(one.get("unit") or "")), str(one.get("name") or ""))
                       for one in agreed.get("attendees") or ()],
            minutes=str(agreed.get("minutes") or ""), consulted_at=consulted.at if consulted else None,
            problems=problems_of(record, facts, labels),
            conclusion=str(said.get("decision") or ""), conclusion_text=str(said.get("conclusion") or ""),
            concluded_at=concluded.at if concluded else None, concluded_by=signed_as(concluded) if concluded else "",
            tasks=[(InboxRow.of(task, now), labels.get(_seat(task), "")) for task in waiting], aftercare=aftercare,
            linked=linked_to(uow, actor, record.get("linked_events")),
        )  # fmt: skip


def _units(record: Mapping[str, Any], agreed: Mapping[str, Any], waiting: Sequence[TaskRow]) -> list[str]:
    told = [*(one.get("unit") for one in agreed.get("attendees") or ()),
            *(one.get("value") for one in record.get("whistle_parties") or ()),
            *(one.get("lead") for name in ("whistle_rows", "whistle_results") for one in record.get(name) or ())]
    return sorted({*map(str, filter(None, told)), *map(_seat, waiting)})


def _seat(task: TaskRow) -> str:
    return task.candidates[0][1] if task.candidates else ""


def _aftercare(uow: UnitOfWork, actor: Actor, case: StoredCase) -> tuple[UUID | None, Sequence[Fact]]:
    found = [row for row in uow.origins.offspring(actor, case.event_no or "") if row.process == AFTERCARE]
    return (found[-1].id, uow.facts.of_kinds(found[-1].id, KINDS)) if found else (None, ())


def _moment(record: Mapping[str, Any], name: str) -> datetime | None:
    text = (record.get("milestones") or {}).get(name)
    return datetime.fromisoformat(text) if text else None


def _place(record: Mapping[str, Any]) -> tuple[float, float] | None:
    spot = record.get("whistle_place") or record
    lat, lon = spot.get("lat"), spot.get("lon")
    return (float(lat), float(lon)) if isinstance(lat, int | float) and isinstance(lon, int | float) else None
