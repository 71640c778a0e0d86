"""Import rows of a register from CSV."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.ids import new_id
from app.domain.org import county_number
from app.domain.registers import InvalidRow, Register, RowTaken
from app.schemas.register_csv import Line, parse_csv
from app.schemas.texts import say
from app.store.registers import keys_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools, registering
from app.usecases.row_names import Named, meant_by, names_of

Errors = Mapping[str, Any]


class UploadGone(Conflict):
    """This file is not kept any more; check it again."""

    slug = "upload-gone"


class _Undone(Exception):
    """Nothing is to be kept."""


@dataclass(frozen=True)
class Imported:
    """Every line of a file, and whether its rows were kept."""

    register: Register
    lines: tuple[Line, ...]
    kept: bool
    #: the file that waits to be confirmed
    upload: UUID | None = None
    #: what units and people are called that the lines name
    named: Named = field(default_factory=Named)

    @property
    def wrong(self) -> int:
        """Count the lines that do not fit."""
        return sum(1 for line in self.lines if line.errors)


def import_rows(
    tools: Tools, *, actor: Actor, key: str, text: str = "", upload: UUID | None = None
) -> Imported:
    """Look what would become of a file, or add every row of one that was looked at.

    Args:
        text: a file that is looked at, with a header of field names or headings; if all of it fits, it waits to be
            confirmed.
        upload: the file that was looked at and is confirmed now; nothing is added while any line does not fit.

    Writes:
        the file that waits; or rows and their histories, in one transaction.

    Raises:
        RegisterNotFound: there is none that he may write.
        UploadGone: the file waits no longer.
        Invalid: it is no such file.
    """
    register = registering.register_for(tools, actor, key, to_write=True)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        if upload is not None:
            waiting = uow.register_traffic.kept(upload, register, actor.id, at)
            if waiting is None:
                raise UploadGone
            text = waiting
        lines, waits, kept = _tried(tools, uow, actor, register, text, keep=upload is not None), None, False
        named = names_of(uow, register, lines)
        fits = bool(lines) and not any(line.errors for line in lines)
        if fits and upload is None:
            waits = new_id(0, at)
            uow.register_traffic.keep(waits, register, actor.id, at, text)
        elif fits:
            kept = True
            uow.register_traffic.forget(register, actor.id)
        if fits:
            uow.commit()
    return Imported(register, tuple(lines), kept, waits, named)


def _tried(
    tools: Tools, uow: UnitOfWork, actor: Actor, register: Register, text: str, *, keep: bool
) -> list[Line]:
    """Add all rows to see what is wrong with them; they are taken back if any is, or if they are only tried."""
    lines = parse_csv(register, text, lambda said: meant_by(uow, actor, register, said))
    known: registering.Known = {}
    met: dict[bytes, int] = {}
    with _attempt(uow):
        lines = [_added(tools, uow, actor, register, line, known, met) for line in lines]
        if not keep or any(line.errors for line in lines):
            raise _Undone
    return lines


def _in_file(register: Register, unit: str, line: Line, wrong: InvalidRow, met: Mapping[bytes, int]) -> Errors:
    """Say where in this file stands what another row has alike."""
    met_at = [met[digest] for digest in keys_of(register, unit, line.values) if digest in met]
    if not isinstance(wrong, RowTaken) or not met_at:
        return wrong.errors
    return {name: [say("taken_in_file", n=met_at[0])] for name in wrong.errors}


@contextmanager
def _attempt(uow: UnitOfWork) -> Iterator[None]:
    """Add rows to see what the database says, and take them back again where they are not kept."""
    try:
        with uow.attempt():
            yield
    except _Undone:
        pass


def _added(
    tools: Tools, uow: UnitOfWork, actor: Actor, register: Register, line: Line, known: registering.Known,
    met: dict[bytes, int],
) -> Line:  # fmt: skip
    """Add one row; a line that does not fit comes back with what is wrong, and adds nothing.

    Args:
        met: what no two rows may have alike, of the lines before, {digest: number of the line}.
    """
    if line.errors:
        return line
    at = tools.clock.now()
    hand = registering.hand_of(actor, register, at, f"CSV, {line.number}")
    unit = line.unit or ""
    try:
        unit = registering.owner_of(actor, register, line.unit, line.values)
        registering.add_row(uow, register, new_id(county_number(unit), at), unit, line.values, hand, known)
    except InvalidRow as wrong:
        return replace(line, errors=_in_file(register, unit, line, wrong, met))
    met |= dict.fromkeys(keys_of(register, unit, line.values), line.number)
    return replace(line, unit=unit)
