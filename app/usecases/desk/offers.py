"""What one may do about a task besides finishing it, each with the reason why not; shared by the verbs that show it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.records import StoredCase, TaskRow
from app.domain.rights import is_allowed
from app.store.sight import is_excluded
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.joint_view import JointView
from app.usecases.desk.leading import leading_seat
from app.usecases.desk.urging import PAUSE, last_urged
from app.usecases.steering.withdrawal import given_back, taken_back


@dataclass(frozen=True)
class Offer:
    """One act, and whether it is open to the actor now."""

    #: claim, release, transfer, delegate, assign, return, withdraw, urge, sign
    key: str
    open: bool
    #: why not, as one of the codes that the page knows; empty when it is open
    why: str = ""
    #: moment that the reason names
    until: datetime | None = None


def offers_for(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow, joint: JointView | None, now: datetime
) -> list[Offer]:
    """List every act of the desk for a task, open or closed."""
    if task.state in ("done", "cancelled"):
        return [_withdraw(tools, uow, actor, case, task)]
    mine = task.state == "claimed" and task.holder == actor.desk
    return [
        _claim(actor, task), _release(task, mine), _transfer(actor, task, mine), _delegate(task, mine),
        _assign(actor, task), _return(tools, uow, actor, case, task, mine), _urge(uow, actor, task, now),
        _sign(task, joint, mine),
    ]  # fmt: skip


def _claim(actor: Actor, task: TaskRow) -> Offer:
    if task.state == "claimed":
        return Offer("claim", False, "yours" if task.holder == actor.desk else "held")
    why = _not_to_have(actor, task)
    return Offer("claim", not why, why)


def _not_to_have(actor: Actor, task: TaskRow) -> str:
    """Say why somebody cannot have a task that nobody holds; empty if he can."""
    seats = {(one.role, one.unit) for one in actor.assignments}
    if seats.isdisjoint(task.candidates):
        return "no_seat"
    return "excluded" if is_excluded(actor, task) else ""


def _release(task: TaskRow, mine: bool) -> Offer:
    why = _not_mine(task, mine)
    return Offer("release", not why, why)


def _not_mine(task: TaskRow, mine: bool) -> str:
    if not mine:
        return "open" if task.state == "open" else "held"
    return "lent" if task.owner else ""


def _transfer(actor: Actor, task: TaskRow, mine: bool) -> Offer:
    # whoever could claim an open task may give it to somebody at once
    why = _not_to_have(actor, task) if task.state == "open" else _not_mine(task, mine)
    if not why and not is_allowed(actor, "task.transfer"):
        why = "no_seat"
    return Offer("transfer", not why, why)


def _delegate(task: TaskRow, mine: bool) -> Offer:
    why = _not_mine(task, mine)
    return Offer("delegate", not why, why)


def _assign(actor: Actor, task: TaskRow) -> Offer:
    if not is_allowed(actor, "task.assign") or leading_seat(actor, task) is None:
        return Offer("assign", False, "no_leader")
    return Offer("assign", not task.owner, "lent" if task.owner else "")


def _return(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow, mine: bool) -> Offer:
    why = _not_mine(task, mine)
    if not why and case.suspended:
        why = "suspended"
    if not why and given_back(tools, uow, actor, case, task) is None:
        why = "no_way_back"
    return Offer("return", not why, why)


def _urge(uow: UnitOfWork, actor: Actor, task: TaskRow, now: datetime) -> Offer:
    if actor.desk in (task.holder, task.owner):
        return Offer("urge", False, "yours")
    before = last_urged(uow, task, actor)
    if before is not None and now < before + PAUSE:
        return Offer("urge", False, "urged", before + PAUSE)
    return Offer("urge", is_allowed(actor, "task.urge"), "" if is_allowed(actor, "task.urge") else "no_seat")


def _sign(task: TaskRow, joint: JointView | None, mine: bool) -> Offer:
    if joint is None:
        return Offer("sign", False, "alone")
    why = _not_mine(task, mine) or ("" if joint.of_people else "no_people")
    return Offer("sign", not why, why)


def _withdraw(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow) -> Offer:
    if task.finished_by != actor.desk:
        return Offer("withdraw", False, "not_yours")
    found = taken_back(tools, uow, actor, case) == task.id
    return Offer("withdraw", found, "" if found else "went_on")
