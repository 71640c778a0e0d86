"""Change a row of a register."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.records_registers import RegisterRow
from app.domain.registers import RowNotFound, RowRetired, StaleRow
from app.schemas import register_rows
from app.schemas.texts import say
from app.usecases import Tools, registering


class NotYourRow(Forbidden):
    """Rows of this unit are written by others."""

    slug = "not-your-row"


def change_row(
    tools: Tools, *, actor: Actor, key: str, row_id: UUID, version: int, values: Mapping[str, Any], reason: str,
    unit: str | None = None,
) -> RegisterRow:  # fmt: skip
    """Change some values of a row; a null takes one away.

    Args:
        version: that he has read.
        unit: whose row it is from now on; None leaves it.

    Writes:
        the row and its history, in one transaction.

    Raises:
        RegisterNotFound, RowNotFound: none that he sees.
        NotYourRow: he reads it only.
        RowRetired: it is out of use.
        StaleRow: somebody was first; nothing was changed.
        InvalidRow, RowTaken: as when a row is added.
        Invalid: no reason.
    """
    register = registering.register_for(tools, actor, key, to_write=True)
    if not reason.strip():
        raise Invalid(errors={"reason": [say("reason")]})
    named, changes = register_rows.read_row(register, values, changes=True)
    with tools.store.unit_of_work() as uow:
        row = uow.registers.get(register, row_id, actor=actor, lock=True)
        if row is None:
            raise RowNotFound
        if not registering.is_own(actor, register, row.unit):
            raise NotYourRow
        if row.retired_at is not None:
            raise RowRetired
        if row.version != version:
            raise StaleRow(version=row.version)
        given = registering.read_unit(unit) or named
        moves = register.unit_field in changes if register.unit_field else given is not None
        owner = registering.owner_of(actor, register, given, changes) if moves else row.unit
        hand = registering.hand_of(actor, register, tools.clock.now(), reason)
        registering.change_row(uow, register, row, owner, changes, hand)
        now = uow.registers.get(register, row_id)
        assert now is not None
        uow.commit()
    return now
