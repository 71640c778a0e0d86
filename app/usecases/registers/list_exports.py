"""List what left a register as a file."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records_registers import RegisterExport
from app.domain.registers import Register
from app.store.sight import AUDITING, place_of, seats
from app.usecases import Tools
from app.usecases.registering import register_for


@dataclass(frozen=True)
class Exports:
    """The newest exports of a register."""

    register: Register
    exports: tuple[RegisterExport, ...]


def list_exports(tools: Tools, *, actor: Actor, key: str) -> Exports:
    """List who of an auditor's place took which rows of a register, the newest first.

    Raises:
        RegisterNotFound.
    """
    register = register_for(tools, actor, key)
    places = [place_of(unit) for unit in seats(actor, among=AUDITING)]
    with tools.store.unit_of_work() as uow:
        return Exports(register, uow.register_traffic.exports(register, places))
