"""Hand over everything that somebody who leaves leaves behind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, YongzhiError
from app.domain.office import check_not_oneself
from app.domain.records import TaskRow
from app.schemas.forms import flat_messages
from app.usecases import Tools
from app.usecases.desk.handing import check_said
from app.usecases.people.change_person import change_person
from app.usecases.people.drop_duties import drop_duties
from app.usecases.people.end_substitute import end_substitute
from app.usecases.people.grant_role import grant_role
from app.usecases.people.hand_over_task import hand_over_task
from app.usecases.people.plan_hand_over import LeftBehind, plan_hand_over
from app.usecases.people.revoke_role import revoke_role


@dataclass(frozen=True)
class HandedOver:
    """What became of one thing."""

    #: role, task, substitute, duties or account
    what: str
    name: str
    #: who has it now; empty for nobody in particular
    to: str
    done: bool
    #: why it stayed where it was
    problem: str = ""


def hand_over_office(
    tools: Tools, *, actor: Actor, person_id: UUID, successors: Mapping[str, str], reason: str, close: bool = True
) -> list[HandedOver]:
    """Give the roles and tasks of somebody who leaves to others, one by one; what fails stays where it was.

    Each thing is a transaction and a fact of its own, so that one that fails does not hold up the others. A second
    time only what stayed is tried.

    Args:
        actor: administers every unit where the one who leaves is.
        successors: {role@unit: user name}; a seat without one is given to nobody, its tasks go into the common box.
        close: close the account at the end, if nothing stayed.

    Returns:
        What became of each thing, in order.

    Raises:
        PersonNotFound: somebody else looks after the account. NotYourOwn. Invalid: field `reason`.
    """
    words = check_said(reason, "reason")
    check_not_oneself(actor, str(person_id))
    left = plan_hand_over(tools, actor=actor, person_id=person_id)
    named = {seat: name.strip() for seat, name in successors.items() if name.strip()}
    results = [
        *_roles_given(tools, actor, left, named), *_tasks_moved(tools, actor, left, named, words),
        *_rest_ended(tools, actor, left),
    ]  # fmt: skip
    if close and all(one.done for one in results):
        results.append(_tried("account", left.person.username, "", lambda: change_person(
            tools, actor=actor, person_id=person_id, fields={}, active=False)))  # fmt: skip
    return results


def _tried(what: str, name: str, to: str, act: Callable[[], object]) -> HandedOver:
    try:
        act()
    except Invalid as refused:
        texts = flat_messages(refused.errors)
        return HandedOver(what, name, to, False, " ".join(text for found in texts.values() for text in found))
    except YongzhiError as refused:
        return HandedOver(what, name, to, False, refused.message)
    return HandedOver(what, name, to, True)


def _roles_given(tools: Tools, actor: Actor, left: LeftBehind, named: Mapping[str, str]) -> Iterator[HandedOver]:
    for seat, name in named.items():
        role, _, unit = seat.partition("@")
        if seat in left.person.seats:
            yield _tried("role", seat, name, lambda role=role, unit=unit, name=name: grant_role(  # type: ignore[misc]
                tools, actor=actor, username=name, role=role, unit=unit))  # fmt: skip


def _tasks_moved(
    tools: Tools, actor: Actor, left: LeftBehind, named: Mapping[str, str], reason: str
) -> Iterator[HandedOver]:
    for task in left.tasks:
        to = _successor(task, named)
        yield _tried("task", f"{task.event_no} {task.name}".strip(), to, lambda task=task, to=to: hand_over_task(  # type: ignore[misc]
            tools, actor=actor, person_id=left.person.id, task_id=task.id, to=to, reason=reason))  # fmt: skip


def _successor(task: TaskRow, named: Mapping[str, str]) -> str:
    return next((named[seat] for role, unit in task.candidates if (seat := f"{role}@{unit}") in named), "")


def _rest_ended(tools: Tools, actor: Actor, left: LeftBehind) -> Iterator[HandedOver]:
    for seat in left.person.seats:
        role, _, unit = seat.partition("@")
        yield _tried("seat", seat, "", lambda role=role, unit=unit: revoke_role(  # type: ignore[misc]
            tools, actor=actor, person_id=left.person.id, role=role, unit=unit))  # fmt: skip
    for one in left.substitutes:
        yield _tried("substitute", one.substitute_name, "", lambda one=one: end_substitute(  # type: ignore[misc]
            tools, actor=actor, substitution_id=one.id))  # fmt: skip
    if left.duties:
        yield _tried("duties", str(left.duties), "", lambda: drop_duties(
            tools, actor=actor, person_id=left.person.id))  # fmt: skip
