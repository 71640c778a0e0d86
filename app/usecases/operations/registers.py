"""Operations on the rows of registers; what they find, add and change is recorded with the step."""

from uuid import UUID

from app.domain.actor import SYSTEM
from app.domain.errors import StepFailed
from app.domain.facts import canonical
from app.domain.ids import derived_id
from app.domain.records_registers import Hand
from app.domain.registers import RowNotFound, RowTaken, StaleRow
from app.engine.world import Call, OperationResult
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.operations import register_calls as calls
from app.usecases.registering import add_row, change_row, plain_row


def find(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Find rows: {rows: [{id, version, unit, ...}], total}."""
    register = calls.register_of(tools.city.registers, call)
    asked, limit = calls.where_of(register, call), calls.limit_of(call)
    page = uow.registers.find(register, asked, sort=calls.sort_of(register, call), limit=limit)
    total = len(page.rows) if page.next is None and limit else uow.registers.count(register, asked)
    return OperationResult({"rows": [plain_row(register, row) for row in page.rows], "total": total})


def count(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Count rows: {count}."""
    register = calls.register_of(tools.city.registers, call)
    return OperationResult({"count": uow.registers.count(register, calls.where_of(register, call))})


def total(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Add up a field: {sum, count}."""
    register = calls.register_of(tools.city.registers, call)
    field = calls.field_of(register, call)
    added, number = uow.registers.sum(register, field, calls.where_of(register, call))
    return OperationResult({"sum": calls.exact(added), "count": number})


def get(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Read a row: {row}, null where there is none."""
    register = calls.register_of(tools.city.registers, call)
    wanted = calls.id_of(call)
    row = uow.registers.get(register, wanted) if wanted else None
    return OperationResult({"row": plain_row(register, row) if row else None})


def add(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Add a row: {id}.

    Raises:
        StepFailed: nothing was added.
    """
    register = calls.register_of(tools.city.registers, call)
    given, values = calls.row_of(register, call, "row")
    hand = _hand(case_id, call)
    with calls.told(call):
        unit = calls.unit_for(register, given, values, call.event)
        if call.params.get("id") is not None:
            row_id = calls.id_of(call)
            if row_id is None or not add_row(uow, register, row_id, unit, values, hand):
                raise RowTaken(errors={"id": [say("identifier" if row_id is None else "taken")]})
            return OperationResult({"id": str(row_id)})
        number, text = 0, canonical([register.key, unit, values])
        # a case may add the same row twice, also in one command
        while not add_row(uow, register, made := derived_id(case_id, f"{number} {text}", call.at), unit, values, hand):
            number += 1
    return OperationResult({"id": str(made)})


def change(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Change a row: {row} as it is now.

    Raises:
        StepFailed: nothing was changed.
    """
    register = calls.register_of(tools.city.registers, call)
    given, changes = calls.row_of(register, call, "changes")
    wanted = calls.id_of(call)
    with calls.told(call):
        row = uow.registers.get(register, wanted, lock=True) if wanted else None
        if row is None:
            raise RowNotFound(f"there is no row {str(call.params.get('id'))[:60]!r}.")
        version = call.params.get("version")
        if version is not None and version != row.version:
            said = f"{call.operation}: the row has version {row.version} by now, not {version}."
            raise StepFailed(said, code=StaleRow.__name__)
        moved = given or (register.unit_field and changes.get(register.unit_field))
        unit = calls.unit_for(register, given, changes, {}) if moved else row.unit
        change_row(uow, register, row, unit, changes, _hand(case_id, call))
    now = uow.registers.get(register, row.id)
    assert now is not None
    return OperationResult({"row": plain_row(register, now)})


def _hand(case_id: UUID, call: Call) -> Hand:
    reason = str(call.params.get("reason") or "")[:500]
    return Hand(call.at, SYSTEM.id, SYSTEM.name, case_id=case_id, reason=reason.replace("\0", ""))
