"""Load the rows that registers begin with."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from app.domain.actor import SYSTEM
from app.domain.errors import Invalid
from app.domain.facts import canonical
from app.domain.ids import derived_id
from app.domain.org import county_number
from app.domain.records_registers import Hand
from app.domain.registers import InvalidRow, Register, RowTaken
from app.schemas.register_csv import Line
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.register_beginnings import read_rows
from app.usecases.registering import Known, add_row

#: a row of a file has the same id in every installation and at every loading
_WHEN = datetime(2000, 1, 1, tzinfo=UTC)


def load_registers(tools: Tools) -> int:
    """Keep the rows of `city/registers/rows/` that are not there yet; return how many were new.

    Writes:
        rows with their history, in one transaction.

    Raises:
        Invalid: a file of a register that there is not, or a line that does not fit.
    """
    folder = tools.city.folder / "registers" / "rows"
    hand = Hand(tools.clock.wall(), SYSTEM.id, SYSTEM.name, reason="初始数据 · city/registers/rows")
    known: Known = {}
    added = 0
    with tools.store.unit_of_work() as uow:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            register = tools.city.registers.get(path.stem)
            if path.suffix not in (".json", ".csv"):
                continue
            if register is None and (folder.parent / f"{path.stem}.json").exists():
                # its declaration is wrong and has been named; its rows come once that is mended
                continue
            if register is None:
                raise Invalid(f"{path.name}: there is no register {path.stem!r}.")
            for line in read_rows(path, register):
                unit = _unit(tools, register, line, path)
                try:
                    added += _add(uow, register, unit, line, hand, known)
                except InvalidRow as wrong:
                    raise Invalid(f"{path.name} line {line.number}: {dict(wrong.errors)}") from wrong
        uow.commit()
    return added


def _unit(tools: Tools, register: Register, line: Line, path: Path) -> str:
    named = line.values.get(register.unit_field) if register.unit_field else line.unit
    unit = register.unit_of(str(named or tools.city.root))
    if unit is None:
        raise Invalid(f"{path.name} line {line.number}: unit must name a {register.unit_level} or a unit below one.")
    return unit


def _add(uow: UnitOfWork, register: Register, unit: str, line: Line, hand: Hand, known: Known) -> bool:
    try:
        return add_row(uow, register, _id_of(register, unit, line), unit, line.values, hand, known)
    except RowTaken:
        # somebody has entered it by hand, or it was loaded before and has other values by now
        return False


def _id_of(register: Register, unit: str, line: Line) -> UUID:
    """Make the id of a row that a file gives, from its first unique key, else from all its values."""
    names = register.unique[0] if register.unique else ("unit", *sorted(line.values))
    values = [unit if name == "unit" else line.values.get(name) for name in names]
    parent = derived_id(uuid5(NAMESPACE_URL, register.key), register.key, _WHEN)
    county = county_number(unit)
    home = UUID(int=(parent.int & ~(0x3FFF << 48)) | (county << 48))
    return derived_id(home, canonical([list(names), values]), _WHEN)
