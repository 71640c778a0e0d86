"""What the verbs that take a row of a register out of use, or bring it back, share: who may, and which row."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records_registers import RegisterRow
from app.domain.registers import Register, RegisterNotFound, RowInUse, RowNotFound, RowRetired, StaleRow
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools, registering
from app.usecases.registers.change_row import NotYourRow


def retiring_register(tools: Tools, actor: Actor, key: str, reason: str) -> Register:
    """Find a register whose rows are taken out of use, for somebody who says why.

    Raises:
        RegisterNotFound: none that he sees, or its rows stay in use. Invalid: no reason.
    """
    register = registering.register_for(tools, actor, key)
    if not register.retire:
        raise RegisterNotFound("Rows of this register are not taken out of use.")
    if not reason.strip():
        raise Invalid(errors={"reason": [say("reason")]})
    return register


def row_to_turn(
    uow: UnitOfWork, actor: Actor, register: Register, row_id: UUID, version: int, *, retired: bool
) -> RegisterRow:
    """Read and lock a row that is to go out of use or to come back.

    Args:
        version: that he has read.
        retired: whether it must be out of use now.

    Raises:
        RowNotFound, NotYourRow, RowInUse, RowRetired, StaleRow.
    """
    row = uow.registers.get(register, row_id, actor=actor, lock=True)
    if row is None:
        raise RowNotFound
    if not registering.may_retire(actor, register, row.unit):
        raise NotYourRow
    if (row.retired_at is not None) is not retired:
        raise RowInUse if retired else RowRetired
    if row.version != version:
        raise StaleRow(version=row.version)
    return row
