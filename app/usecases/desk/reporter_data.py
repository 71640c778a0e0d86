"""The reporter's data: masked for everybody, in clear only for those whose task needs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records import StoredCase, TaskRow
from app.store.sight import ACCEPTING
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: phases in which a desk looks into a report and accepts it
_ACCEPTANCE = ("P1", "P2")


@dataclass(frozen=True)
class Reporter:
    """Who reported, masked."""

    name: str
    phone: str
    anonymous: bool
    confidential: bool
    #: the actor may look at the plain data, which is recorded
    can_reveal: bool


def may_reveal(actor: Actor, tasks: Sequence[TaskRow], *, confidential: bool) -> bool:
    """Say whether the actor holds, or finished, a task of the case that shows the reporter's data.

    A confidential reporter is known to the desk that accepted his case alone: there the actor must be of that desk.
    """
    if not any(task.reads_reporter and actor.desk in (task.holder, task.owner, task.finished_by) for task in tasks):
        return False
    return not confidential or any((one.role, one.unit) in _accepting(tasks) for one in actor.assignments)


def _accepting(tasks: Sequence[TaskRow]) -> set[tuple[str, str]]:
    """List the seats that accepted the case, or are about to."""
    accepted = (task for task in tasks if task.phase in _ACCEPTANCE and task.state in ("open", "claimed", "done"))
    return {(role, unit) for task in accepted for role, unit in task.candidates if role in ACCEPTING}


def reporter_of(
    tools: Tools, uow: UnitOfWork, case: StoredCase, actor: Actor, tasks: Sequence[TaskRow]
) -> Reporter | None:
    """Read who reported, masked; nothing of a confidential reporter."""
    rows = uow.reports.of_case(case.id)
    if not rows:
        return None
    first = rows[0]
    plain = tools.secrets.decrypt(first.reporter_enc, context=str(case.id)) if first.reporter_enc else {}
    hidden = first.confidential or case.confidential
    return Reporter(
        name="" if hidden else _masked_name(plain.get("name", "")),
        phone="" if hidden else _masked_phone(plain.get("phone", "")),
        anonymous=first.anonymous, confidential=hidden,
        can_reveal=bool(plain) and may_reveal(actor, tasks, confidential=hidden),
    )


def _masked_name(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)


def _masked_phone(phone: str) -> str:
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 8 else "*" * len(phone)
