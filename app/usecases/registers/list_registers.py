"""List the registers that somebody may read."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.registers import Register
from app.usecases import Tools
from app.usecases.registering import may_read, may_write


@dataclass(frozen=True)
class RegisterView:
    """A register, and what the reader may do with it."""

    register: Register
    #: rows that he sees
    rows: int
    may_write: bool


def list_registers(tools: Tools, *, actor: Actor) -> tuple[RegisterView, ...]:
    """List the registers of which an actor sees some rows, by name."""
    seen = [one for one in tools.city.registers.values() if may_read(actor, one)]
    with tools.store.unit_of_work() as uow:
        return tuple(
            RegisterView(one, uow.registers.count(one, actor=actor), may_write(actor, one))
            for one in sorted(seen, key=lambda one: one.key)
        )
