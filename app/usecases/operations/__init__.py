"""Operations of service tasks that ask the store or the city; what they find is recorded with the step."""

from collections.abc import Callable
from uuid import UUID

from app.domain.errors import StepFailed
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.operations import (
    deductions,
    duplicates,
    events,
    evidence,
    knowledge,
    people,
    registers,
    telling,
    words,
)

Operation = Callable[[Tools, UnitOfWork, UUID, Call], OperationResult]

REGISTRY: dict[str, Operation] = {
    "event.register": events.register,
    "event.locate": events.locate,
    "event.classify": events.classify,
    "event.candidates": duplicates.candidates,
    "event.merge": duplicates.merge,
    "unit.find": people.unit_find,
    "people.on_duty": people.on_duty,
    "notify.reporter": telling.notify_reporter,
    "notify.unit": telling.notify_unit,
    "events.words": words.events_words,
    "facts.deductions": deductions.facts_deductions,
    "photos.check": evidence.photos_check,
    "knowledge.find": knowledge.knowledge_find,
    "register.find": registers.find,
    "register.get": registers.get,
    "register.add": registers.add,
    "register.change": registers.change,
    "register.sum": registers.total,
    "register.count": registers.count,
}


def perform(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Carry out an operation inside the step's transaction.

    Raises:
        StepFailed: no such operation.
    """
    operation = REGISTRY.get(call.operation)
    if operation is None:
        raise StepFailed(f"There is no operation {call.operation!r}.")
    return operation(tools, uow, case_id, call)
