"""Rows of registers: what a value of each type looks like, and what may be asked of rows."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields

from app.domain.registers import ORDERED, Condition, InvalidRow, Register, RegisterField
from app.schemas.register_values import Context, Line, Listed, MomentOfDiagrams, UnitCode
from app.schemas.texts import say
from app.schemas.values import LARGEST, Code, Day, Identifier, Spoken, Text, Truth

#: what a row's own columns are asked by
_OWN = ("id", "unit", "unit_within", "unit_covers")
#: values that one condition may name
_MOST = 500
#: digits that survive in every program that reads JSON
_DIGITS = 15


class Number(Spoken):
    """An exact number: at most 15 digits, so that no program that reads it rounds."""

    def __init__(self, field: RegisterField, **options: Any) -> None:
        super().__init__(**options)
        self.of = field

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            raise self.wrong("number")
        exact = Decimal(repr(value)).normalize()
        parts = exact.as_tuple()
        if len(parts.digits) > _DIGITS:
            raise self.wrong("digits", n=_DIGITS)
        if -int(parts.exponent) > self.of.decimals:
            raise self.wrong("decimals", n=self.of.decimals) if self.of.decimals else self.wrong("integer")
        if self.of.min is not None and exact < Decimal(repr(self.of.min)):
            raise self.wrong("minimum", n=f"{self.of.min:g}")
        if self.of.max is not None and exact > Decimal(repr(self.of.max)):
            raise self.wrong("maximum", n=f"{self.of.max:g}")
        return int(exact) if exact == exact.to_integral_value() else float(exact)


_MAKE: Mapping[str, Callable[[RegisterField], fields.Field[Any]]] = {
    "string": lambda field: Line(most=int(field.max or 200)),
    "text": lambda field: Text(most=int(field.max or 4000)),
    "number": Number,
    "boolean": lambda field: Truth(),
    "date": lambda field: Day(),
    "datetime": lambda field: MomentOfDiagrams(),
    "unit": lambda field: UnitCode(most=80),
    "person": lambda field: Line(most=64),
    "choice": lambda field: Code(choice.value for choice in field.values),
    "list": lambda field: Listed(int(field.max or 100)),
    "context": lambda field: Context(),
}


@lru_cache(maxsize=4096)
def _reader(field: RegisterField) -> fields.Field[Any]:
    return _MAKE[field.type](field)


def read_value(field: RegisterField, value: Any) -> Any:
    """Read one value of a field; an empty text is no value.

    Raises:
        InvalidRow: it does not fit.
    """
    try:
        found = _reader(field).deserialize(value)
    except ValidationError as wrong:
        raise InvalidRow(errors={field.name: [str(text) for text in _texts(wrong.messages)]}) from wrong
    return None if found == "" else found


def _texts(messages: Any) -> Iterator[Any]:
    yield from messages if isinstance(messages, list) else [messages]


def read_row(register: Register, raw: Any, *, changes: bool = False) -> tuple[str | None, dict[str, Any]]:
    """Read a row: the unit that it names, and its values.

    Args:
        changes: only some fields of a row that exists; a null takes a value away.

    Returns:
        Values without nulls; of changes with them.

    Raises:
        InvalidRow: with texts per field.
    """
    if not isinstance(raw, Mapping):
        raise InvalidRow(errors={"row": [say("object")]})
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {}
    given = dict(raw)
    unit = given.pop("unit", None)
    if unit not in (None, ""):
        try:
            unit = read_value(UNIT, unit)
        except InvalidRow as wrong:
            errors |= wrong.errors
    for name, value in given.items():
        field = register.find(name) if isinstance(name, str) else None
        if field is None:
            errors[str(name)[:60]] = [say("unknown")]
            continue
        try:
            found[field.name] = None if value is None else read_value(field, value)
        except InvalidRow as wrong:
            errors |= wrong.errors
    for field in register.fields:
        missing = found.get(field.name) is None and (field.name in found or not changes)
        if field.required and missing and field.name not in errors:
            errors[field.name] = [say("required")]
    if errors:
        raise InvalidRow(errors=errors)
    return unit or None, found if changes else {name: value for name, value in found.items() if value is not None}


#: whose row it is
UNIT = RegisterField("unit", "单位", "Unit", "unit")


def read_where(register: Register, where: Any) -> tuple[Condition, ...]:
    """Read what is asked of rows: `{field: value}`, a list for any of them, `field_from` and `field_until`.

    Raises:
        InvalidRow: a field that the register does not have, or a value that cannot be compared with it.
    """
    if where is None:
        return ()
    if not isinstance(where, Mapping) or len(where) > 50:
        raise InvalidRow(errors={"where": [say("object")]})
    return tuple(_condition(register, str(name), value) for name, value in where.items())


def _condition(register: Register, name: str, value: Any) -> Condition:
    values = list(value) if isinstance(value, list | tuple) else [value]
    if len(values) > _MOST:
        raise InvalidRow(errors={name[:60]: [say("too_many", n=_MOST)]})
    if name in _OWN:
        return _own(name, values)
    field = register.find(name)
    if field is not None:
        if field.type == "context":
            raise InvalidRow(errors={name: [say("incomparable")]})
        return Condition("any", field, tuple(_compared(field, one) for one in values))
    stem, _, suffix = name.rpartition("_")
    field = register.find(stem)
    if field is None or suffix not in ("from", "until"):
        raise InvalidRow(errors={name[:60]: [say("unknown")]})
    if field.type not in ORDERED or len(values) != 1 or values[0] is None:
        raise InvalidRow(errors={name: [say("incomparable")]})
    bare = RegisterField(field.name, field.zh, field.en, field.type)
    return Condition("from" if suffix == "from" else "until", field, (read_value(bare, values[0]),))


def _own(name: str, values: list[Any]) -> Condition:
    reader = Identifier() if name == "id" else _reader(UNIT)
    try:
        read = tuple(reader.deserialize(one) for one in values)
    except ValidationError as wrong:
        raise InvalidRow(errors={name: [str(text) for text in _texts(wrong.messages)]}) from wrong
    if name == "id":
        return Condition("id", None, read)
    return Condition("unit_within" if name == "unit_within" else "unit_covers" if name == "unit_covers" else "unit",
                     None, read)  # fmt: skip


def _compared(field: RegisterField, value: Any) -> Any:
    """Read a value to compare with; bounds of the declaration do not bind a question."""
    if value is None or value == "":
        return None
    if field.type == "list":
        if isinstance(value, str | bool | int | float):
            return value
        raise InvalidRow(errors={field.name: [say("incomparable")]})
    if field.type == "choice":
        field = RegisterField(field.name, field.zh, field.en, "string")
    return read_value(RegisterField(field.name, field.zh, field.en, field.type), value)


def read_sort(register: Register, text: str) -> tuple[RegisterField | None, bool] | None:
    """Read `field` or `-field`, only `-` for the newest first; None where rows cannot be sorted by it."""
    if text in ("", "-"):
        return None, text == "-"
    field = register.find(text.removeprefix("-"))
    if field is None or field.type in ("list", "context"):
        return None
    return field, text.startswith("-")


def row_value(register: Register, row_id: str, version: int, unit: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write a row as diagrams read it; a field without value is null."""
    return {"id": row_id, "version": version, "unit": unit,
            **{field.name: values.get(field.name) for field in register.fields}}  # fmt: skip
