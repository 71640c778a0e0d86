"""Read what may be done about a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import TaskNotFound
from app.domain.facts import Fact, signed_as
from app.domain.records import TaskRow
from app.store.origins import RelatedCase
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.case_summary import names_of
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.joint_view import JointView, joint_view
from app.usecases.desk.offers import Offer, offers_for
from app.usecases.desk.paper_values import BETWEEN, said_in
from app.usecases.element_names import ElementNames
from app.usecases.outsiders import has_part_in, is_outsider

#: earlier steps on one page
STEPS = 30


@dataclass(frozen=True)
class Step:
    """A step that somebody has finished, with what he answered."""

    seq: int
    at: datetime
    name: str
    name_en: str
    actor_name: str
    #: [(label, text)] of what was answered
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class TaskOffers:
    """What stands beside a task: acts with their reasons, who signs, earlier steps, events like this one."""

    row: InboxRow
    #: key of the task among those who sign
    key: str
    offers: Sequence[Offer]
    joint: JointView | None
    steps: Sequence[Step]
    related: Sequence[RelatedCase]
    lat: float | None
    lon: float | None
    #: place whose outlines the map shows
    area: str
    #: diagram in which the task stands
    diagram: tuple[str, int]


def read_offers(tools: Tools, *, actor: Actor, task_id: UUID) -> TaskOffers:
    """Read everything about a task that takes a while; its page asks for it after it is shown.

    Raises:
        TaskNotFound: no such task, or not for this actor.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        if is_outsider(actor) and not has_part_in(actor, task):
            raise TaskNotFound()
        case = uow.cases.get(task.case_id)
        waits = task.state in ("open", "claimed") and case.closed_at is None
        joint = joint_view(tools, uow, actor, case, task, now) if waits else None
        officer = not is_outsider(actor)
        return TaskOffers(
            row=InboxRow.of(task, now), key=task.key,
            offers=offers_for(tools, uow, actor, case, task, joint, now) if officer else (),
            joint=joint,
            steps=_steps(tools, uow, task, actor.locale) if officer else (),
            related=uow.origins.nearby(actor, case.id, now) if officer else (),
            lat=_number(case.record.get("lat")), lon=_number(case.record.get("lon")),
            area=str(case.record.get("street") or ""), diagram=(task.process, task.process_version),
        )  # fmt: skip


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _steps(tools: Tools, uow: UnitOfWork, task: TaskRow, locale: str) -> list[Step]:
    facts = uow.facts.of_kinds(task.case_id, ["TaskCompleted"])[-STEPS:]
    said = {fact.seq: said_in(tools, fact, locale) for fact in facts}
    # units and items are answered by their codes
    words = {word for lines in said.values() for _, text in lines for word in text.split(BETWEEN)}
    known = names_of(uow, [text for text in words if "." in text], locale)
    for code in words & set(tools.city.catalogue.items):
        item = tools.city.catalogue.items[code]
        known[code] = item.en if locale == "en" else item.zh
    names = ElementNames(tools.library)
    return [_step(names, fact, [(label, _named(text, known)) for label, text in said[fact.seq]])
            for fact in reversed(facts)]  # fmt: skip


def _named(text: str, known: Mapping[str, str]) -> str:
    return BETWEEN.join(known.get(word, word) for word in text.split(BETWEEN))


def _step(names: ElementNames, fact: Fact, said: Sequence[tuple[str, str]]) -> Step:
    return Step(fact.seq, fact.at, *names.of(fact.process, fact.node), signed_as(fact), said)
