"""Bring a row of a register back into use."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records_registers import RegisterRow
from app.domain.registers import RegisterNotFound, RowInUse, RowNotFound, RowTaken, StaleRow
from app.schemas.texts import say
from app.usecases import Tools, registering
from app.usecases.registers.change_row import NotYourRow


def restore_row(
    tools: Tools, *, actor: Actor, key: str, row_id: UUID, version: int, reason: str
) -> RegisterRow:
    """Bring a row that was taken out of use back, as it was; lists and diagrams find it again.

    Args:
        version: that he has read.

    Writes:
        the row and its history, in one transaction.

    Raises:
        RegisterNotFound, RowNotFound: none that he sees.
        NotYourRow: others take rows of this unit out of use, and bring them back.
        RowInUse: it is in use.
        RowTaken: another row has its values by now, where they must be unique.
        InvalidRow: a unit or a person that it names is gone.
        StaleRow: somebody was first; nothing was changed.
        Invalid: no reason.
    """
    register = registering.register_for(tools, actor, key)
    if not register.retire:
        raise RegisterNotFound("Rows of this register are not taken out of use.")
    if not reason.strip():
        raise Invalid(errors={"reason": [say("reason")]})
    with tools.store.unit_of_work() as uow:
        row = uow.registers.get(register, row_id, actor=actor, lock=True)
        if row is None:
            raise RowNotFound
        if not registering.may_retire(actor, register, row.unit):
            raise NotYourRow
        if row.retired_at is None:
            raise RowInUse
        if row.version != version:
            raise StaleRow(version=row.version)
        hand = registering.hand_of(actor, register, tools.clock.now(), reason, among=register.retire)
        registering.refuse_unknown(uow, register, row.unit, row.data)
        try:
            uow.registers.restore(register, row, hand)
        except RowTaken as taken:
            raise registering.in_words(taken) from taken
        now = uow.registers.get(register, row_id, actor=actor)
        uow.commit()
    return now or row
