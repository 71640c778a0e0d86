"""What diagrams ask of registers, read out of a call before anything is looked up."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.errors import StepFailed
from app.domain.registers import Condition, InvalidRow, Register, RegisterField, RowNotFound
from app.engine.world import Call
from app.schemas.register_rows import read_row, read_sort, read_where
from app.schemas.texts import say

#: rows that one step may find; all of them stay in the case's history
MOST, USUAL = 200, 50


@contextmanager
def told(call: Call) -> Iterator[None]:
    """Let an error event of the diagram catch by its kind what does not fit, is taken or is not there.

    Raises:
        StepFailed.
    """
    try:
        yield
    except (InvalidRow, RowNotFound) as wrong:
        key = call.params.get("register")
        said = in_words(wrong) if isinstance(wrong, InvalidRow) else wrong.message
        raise StepFailed(f"{call.operation}: {key}: {said}", code=type(wrong).__name__) from wrong


def register_of(registers: Mapping[str, Register], call: Call) -> Register:
    """Find the register that a call names.

    Raises:
        StepFailed: there is none.
    """
    key = str(call.params.get("register") or "")
    if key not in registers:
        raise StepFailed(f"{call.operation}: there is no register {key!r}; city/registers/ declares them.",
                         code="RegisterNotFound")  # fmt: skip
    return registers[key]


def where_of(register: Register, call: Call) -> tuple[Condition, ...]:
    """Read what a call asks of rows.

    Raises:
        StepFailed: an unknown field, or something that cannot be compared.
    """
    with told(call):
        return read_where(register, call.params.get("where"))


def limit_of(call: Call) -> int:
    """Read how many rows a call wants at most."""
    limit = call.params.get("limit")
    if limit is None:
        return USUAL
    if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= MOST:
        raise StepFailed(f"{call.operation}: limit must be a whole number from 0 to {MOST}.")
    return limit


def sort_of(register: Register, call: Call) -> tuple[RegisterField | None, bool]:
    """Read by which field rows are sorted, and whether downwards; no field: in the order in which they were made.

    Raises:
        StepFailed: an unknown field, or one without an order.
    """
    text = str(call.params.get("sort") or "")
    found = read_sort(register, text)
    if found is None:
        raise StepFailed(f"{call.operation}: {register.key} cannot be sorted by {text!r}.")
    return found


def row_of(register: Register, call: Call, name: str) -> tuple[str | None, dict[str, Any]]:
    """Read the row or the changes of a call: the unit that it names, and its values.

    Raises:
        StepFailed: it is no context, or a field does not fit.
    """
    raw = call.params.get(name)
    if not isinstance(raw, Mapping):
        raise StepFailed(f"{call.operation}: {name} must be a context of fields and values.", code="InvalidRow")
    with told(call):
        return read_row(register, raw, changes=name == "changes")


def unit_for(register: Register, given: str | None, values: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Say whose a new row is: the unit in its field, else the one it names, else where the case is.

    Raises:
        InvalidRow: none of them lies at the register's level or below it.
    """
    named = values.get(register.unit_field) if register.unit_field else given
    places = [named] if named else [event.get(name) for name in ("grid", "village", "street", "county", "city")]
    for place in places:
        unit = register.unit_of(str(place)) if place else None
        if unit:
            return unit
    field = register.unit_field or "unit"
    raise InvalidRow(errors={field: [say("unit_level")]})


def id_of(call: Call) -> UUID | None:
    """Read the id of a call; None where it is no id, so that nothing has it."""
    try:
        return UUID(str(call.params.get("id")))
    except ValueError:
        return None


def field_of(register: Register, call: Call) -> RegisterField:
    """Find the field that is to be summed up.

    Raises:
        StepFailed: it is none of the register's sums.
    """
    name = str(call.params.get("field") or "")
    field = register.find(name)
    if field is None or name not in register.sums:
        raise StepFailed(f"{call.operation}: {name!r} is not among the sums of the register {register.key}.")
    return field


def exact(total: Decimal) -> int | float:
    """Write a sum as a number that reads back as the same.

    Raises:
        StepFailed: it has more digits than a number of JSON keeps.
    """
    if total == total.to_integral_value():
        return int(total)
    if Decimal(repr(float(total))) != total:
        raise StepFailed("register.sum: the sum has more than 15 digits.")
    return float(total)


def in_words(wrong: InvalidRow) -> str:
    """Say in one line what does not fit."""
    said = "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in wrong.errors.items())
    return said or wrong.message
