"""Import rows of a register from CSV."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.domain.actor import Actor
from app.domain.ids import new_id
from app.domain.org import county_number
from app.domain.registers import InvalidRow, Register
from app.schemas.register_csv import Line, parse_csv
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools, registering


class _Undone(Exception):
    """Nothing is to be kept."""


@dataclass(frozen=True)
class Imported:
    """Every line of a file, and whether its rows were kept."""

    register: Register
    lines: tuple[Line, ...]
    kept: bool

    @property
    def wrong(self) -> int:
        """Count the lines that do not fit."""
        return sum(1 for line in self.lines if line.errors)


def import_rows(tools: Tools, *, actor: Actor, key: str, text: str, keep: bool) -> Imported:
    """Add every row of a file, or look what would become of it.

    Args:
        text: with a header of field names.
        keep: nothing is kept while any line does not fit.

    Writes:
        rows and their histories, in one transaction.

    Raises:
        RegisterNotFound: there is none that he may write.
        Invalid: it is no such file.
    """
    register = registering.register_for(tools, actor, key, to_write=True)
    lines = parse_csv(register, text)
    known: registering.Known = {}
    with tools.store.unit_of_work() as uow:
        with _attempt(uow):
            lines = [_added(tools, uow, actor, register, line, known) for line in lines]
            kept = keep and bool(lines) and not any(line.errors for line in lines)
            if not kept:
                raise _Undone
        if kept:
            uow.commit()
    return Imported(register, tuple(lines), kept)


@contextmanager
def _attempt(uow: UnitOfWork) -> Iterator[None]:
    """Add rows to see what the database says, and take them back again where they are not kept."""
    try:
        with uow.attempt():
            yield
    except _Undone:
        pass


def _added(
    tools: Tools, uow: UnitOfWork, actor: Actor, register: Register, line: Line, known: registering.Known
) -> Line:
    """Add one row; a line that does not fit comes back with what is wrong, and adds nothing."""
    if line.errors:
        return line
    at = tools.clock.now()
    hand = registering.hand_of(actor, register, at, f"CSV, {line.number}")
    try:
        unit = registering.owner_of(actor, register, line.unit, line.values)
        registering.add_row(uow, register, new_id(county_number(unit), at), unit, line.values, hand, known)
    except InvalidRow as wrong:
        return replace(line, errors=wrong.errors)
    return replace(line, unit=unit)
