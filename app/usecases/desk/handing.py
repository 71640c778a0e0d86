"""Handing a task to somebody else: who may do so, to whom, and what is said; shared by the verbs that do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor, Assignment
from app.domain.errors import (
    DelegationAwaited,
    DelegationOpen,
    Forbidden,
    Invalid,
    NotFound,
    StaleRevision,
    TaskAlreadyClaimed,
    TaskAlreadyDone,
    TaskNotHeld,
)
from app.domain.facts import FactDraft
from app.domain.records import StoredCase, TaskInHand, TaskRow
from app.domain.records_city import SeatedRow
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.sight import OUTSIDE
from app.store.unit_of_work import UnitOfWork
from app.usecases.stepping import add_fact, command_of, seat_for

#: longest reason or opinion
LONGEST = 2000


@dataclass(frozen=True)
class Taker:
    """Somebody to whom a task may be handed."""

    id: UUID
    username: str
    name: str
    role: str
    unit: str
    #: tasks that he holds now; stops at 100
    held: int


def check_said(text: str, field: str) -> str:
    """Give the reason or opinion without its edges.

    Raises:
        Invalid: there is none, or it cannot be kept.
    """
    words = text.strip()
    if not words:
        raise Invalid(errors={field: [say("required")]})
    if len(words) > LONGEST:
        raise Invalid(errors={field: [say("too_long", n=LONGEST)]})
    if not is_clean(words):
        raise Invalid(errors={field: [say("characters")]})
    return words


def because(text: str) -> dict[str, str]:
    """Write a reason into a fact, where one was given.

    Raises:
        Invalid: it cannot be kept.
    """
    return {"reason": check_said(text, "reason")} if text.strip() else {}


def check_not_lent(task: TaskInHand, actor: Actor) -> None:
    """Refuse what only the owner of a delegated task may do, and he only when he has it back.

    Raises:
        DelegationOpen: the actor works on it for somebody else.
        DelegationAwaited: the actor has delegated it.
    """
    if task.state == "claimed" and task.owner:
        if task.holder == actor.desk:
            raise DelegationOpen()
        if task.owner == actor.desk:
            raise DelegationAwaited(holder=task.holder_name)


def check_hand(uow: UnitOfWork, task: TaskRow, actor: Actor, revision: int | None) -> None:
    """Refuse whoever may not hand the task on: its holder may, and for an open one who could claim it.

    Args:
        revision: the task's revision that the page was opened with.

    Raises:
        TaskAlreadyDone, TaskAlreadyClaimed, StaleRevision, DelegationOpen, DelegationAwaited: somebody was first.
        Forbidden: he sees it, but it is none of his.
    """
    if task.state in ("done", "cancelled"):
        raise TaskAlreadyDone()
    check_not_lent(task, actor)
    if task.holder != actor.desk:
        if not all(uow.hands.fit(task.id, [actor])[actor.id]):
            raise Forbidden()
        if task.state == "claimed":
            raise TaskAlreadyClaimed(holder=task.holder_name)
    if revision is not None and revision != task.revision:
        raise StaleRevision(expected=revision, found=task.revision)


def check_held(uow: UnitOfWork, task: TaskRow, actor: Actor, revision: int | None) -> None:
    """Refuse whoever may not delegate the task: its holder alone may.

    Raises:
        TaskNotHeld: nobody holds it; all that `check_hand` raises.
    """
    check_hand(uow, task, actor, revision)
    if task.state == "open":
        raise TaskNotHeld()


def find_taker(uow: UnitOfWork, task: TaskRow, actor: Actor, to: str, at: datetime) -> Actor:
    """Find the person to whom the actor hands a task, and ask of him what a claim asks.

    Args:
        to: id or user name.

    Raises:
        Invalid: field `to` says what is wrong with him.
    """
    person = _person(uow, to.strip(), at)
    if person is None:
        raise Invalid(errors={"to": [say("person")]})
    if person.id in (actor.id, actor.desk):
        raise Invalid(errors={"to": [say("oneself")]})
    seated, free = uow.hands.fit(task.id, [person])[person.id]
    # a citizen who may answer in a case of his own is nobody to whom work is handed
    in_office = any((a.role, a.unit) in task.candidates for a in person.assignments if a.role not in OUTSIDE)
    if not (seated and in_office):
        raise Invalid(errors={"to": [say("no_seat")]})
    if not free:
        raise Invalid(errors={"to": [say("excluded")]})
    return person


def _person(uow: UnitOfWork, to: str, at: datetime) -> Actor | None:
    try:
        person_id = UUID(to)
    except ValueError:
        row = uow.people.by_username(to) if is_clean(to) else None
        if row is None:
            return None
        person_id = row.id
    try:
        return uow.people.actor(person_id, at)
    except NotFound:
        return None


def takers_of(uow: UnitOfWork, task: TaskRow, actor: Actor, at: datetime, q: str = "") -> list[Taker]:
    """List the people to whom the actor may hand a task."""
    rows = uow.hands.seated(task.candidates, at, q)
    fit = uow.hands.fit(task.id, map(_acting, rows))
    return [_taker(row, task) for row in rows if str(row.id) not in (actor.id, actor.desk) and all(fit[str(row.id)])]


def _acting(row: SeatedRow) -> Actor:
    held = tuple(Assignment(role, unit) for role, unit in zip(row.roles, row.units, strict=True))
    return Actor(str(row.id), row.username, row.name, held, row.locale, person_id=row.id)


def _taker(row: SeatedRow, task: TaskRow) -> Taker:
    return Taker(row.id, row.username, row.name, *seat_for(_acting(row), task), row.held)


def record_hand(
    uow: UnitOfWork,
    case: StoredCase,
    task: TaskRow,
    actor: Actor,
    at: datetime,
    kind: str,
    body: dict[str, str],
) -> None:
    """Write the fact that a task went into other hands; the caller commits."""
    known = {"key": task.key, "name": task.name}
    draft = FactDraft(kind, task.process, task.node, task.nth, known | body)
    add_fact(uow, case, draft, command_of(actor, at, seat_for(actor, task)))


def named(person: Actor, task: TaskRow) -> dict[str, str]:
    """Write into a fact who gets a task, and in which seat."""
    role, unit = seat_for(person, task)
    return {"to": person.id, "to_name": shown(person), "to_role": role, "to_unit": unit}


def shown(person: Actor) -> str:
    """Say what a person is called."""
    return person.name or person.username


def tell_hand(
    uow: UnitOfWork, case: StoredCase, task: TaskRow, person_id: str, at: datetime, text: str, words: dict[str, str]
) -> None:
    """Leave a notice with whom the task has come to, or gone from."""
    params = {"event_no": case.event_no or "", "task": task.name, "task_en": task.name_en or task.name}
    uow.notices.add(case.county, at, text, person_id=person_id, case_id=case.id, params=params | words)


def may_have_back(uow: UnitOfWork, task: TaskRow, person_id: str, at: datetime) -> bool:
    """Say whether the owner of a delegated task is still there, and not excluded from it by now."""
    person = _person(uow, person_id, at)
    return person is not None and uow.hands.fit(task.id, [person])[person.id][1]
