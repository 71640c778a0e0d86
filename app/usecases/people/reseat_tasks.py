"""Hand the open tasks of units that are gone to their heirs."""

from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.facts import FactDraft
from app.domain.successors import Heirs, follow_seats
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import add_fact, command_of, seat_of


def reseat_tasks(tools: Tools, *, actor: Actor = SYSTEM) -> int:
    """Offer every open task that lies at a unit that is gone to the unit that has its work now.

    A second time there is nothing left to do. Tasks that open later find the heir by themselves.

    Returns:
        How many tasks went to another unit.

    Writes:
        per task, in a transaction of its own: its seats, TaskTransferred with `how: unit_gone`, a notice there.
    """
    heirs = tools.city.heirs
    if not heirs:
        return 0
    with tools.store.unit_of_work() as uow:
        left = uow.hands.left_at(heirs)
    return sum(_reseat(tools, actor, task_id, heirs) for task_id in left)


def _reseat(tools: Tools, actor: Actor, task_id: UUID, heirs: Heirs) -> bool:
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id)
        seats, _ = follow_seats(task.candidates, heirs, task.excluded_units)
        if task.state not in ("open", "claimed") or seats == task.candidates:
            return False
        uow.hands.reseat(task, seats, at)
        role, unit = seats[0]
        body = {"key": task.key, "name": task.name, "how": "unit_gone", "to_name": _name(uow, unit), "to_role": role,
                "to_unit": unit, "from_unit": task.unit, "candidates": [*map(list, seats)]}  # fmt: skip
        add_fact(uow, case, FactDraft("TaskTransferred", task.process, task.node, task.nth, body),
                 command_of(actor, at, seat_of(actor)))  # fmt: skip
        params = {"event_no": case.event_no or "", "task": task.name, "task_en": task.name_en or task.name}
        uow.notices.add(case.county, at, "unit.task_inherited", role=role, unit=unit, case_id=case.id, params=params)
        uow.commit()
    return True


def _name(uow: UnitOfWork, code: str) -> str:
    unit = uow.units.find(code)
    return unit.name if unit else code
