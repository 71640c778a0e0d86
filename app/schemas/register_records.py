"""Registers and their rows as the interface writes and reads them."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields

from app.domain.registers import InvalidRow, Register, RegisterField
from app.schemas.records import At, Json, Paged, Record, Words
from app.schemas.register_csv import read_cell
from app.schemas.texts import say
from app.schemas.values import Amount, Anything, Text

#: parameters of a list that are not about a field
PLAIN = ("limit", "after", "q", "sort", "retired")
_OWN = ("id", "unit", "unit_within", "unit_covers")


class OwnerRecord(Record):
    """A unit that rows may belong to."""

    code = Words()
    name = Words()
    name_en = Words()


class RowQuery(Paged):
    """Which rows to list; every field of the register may be asked for besides."""

    q = Text(most=100, load_default="")
    sort = Text(most=50, load_default="", metadata={"description": "a field, `-` before it for downwards"})
    retired = fields.Boolean(load_default=False, metadata={"description": "those out of use instead of those in use"})


class OwnerQuery(Record):
    """Which units to offer for new rows."""

    q = Text(most=60, load_default="")
    limit = Amount(decimals=0, minimum=1, maximum=200, textual=True, load_default=100)


class OptionQuery(Record):
    """What to offer for a field that names a unit or a person."""

    field = Text(least=1, most=40, required=True, metadata={"description": "or `unit`: whose row it is"})
    q = Text(most=60, load_default="")
    limit = Amount(decimals=0, minimum=1, maximum=100, textual=True, load_default=50)


class OwnersRecord(Record):
    """Units for which one may write rows."""

    units = fields.List(fields.Nested(OwnerRecord))


class ChoiceRecord(Record):
    """One value of a choice."""

    value = Words()
    zh = Words()
    en = Words()


class FieldRecord(Record):
    """One field of a register."""

    name = Words()
    zh = Words()
    en = Words()
    type = Words()
    required = fields.Boolean()
    max = Json(allow_none=True)
    min = Json(allow_none=True)
    decimals = fields.Integer()
    values = fields.List(fields.Nested(ChoiceRecord))
    of = Words(metadata={"description": "what its codes are of: items, roles, offices, people; empty: nothing"})


class DeclarationRecord(Record):
    """What a register declares."""

    key = Words()
    zh = Words()
    en = Words()
    zh_note = Words()
    en_note = Words()
    unit_level = Words()
    unit_field = Words()
    reaches_down = fields.Boolean()
    title = Words()
    search = fields.List(Words())
    unique = fields.List(fields.List(Words()))
    sums = fields.List(Words())
    case_numbers = fields.List(Words())
    person = Words(metadata={"description": "field with the person whom a row is about"})
    consent = Words(metadata={"description": "register in which people agree to be seen; looks at them are recorded"})
    looks = fields.Boolean(metadata={"description": "looks at people are recorded, also without consent"})
    fields_ = fields.List(fields.Nested(FieldRecord), data_key="fields", attribute="fields")


class RegisterRecord(Record):
    """A register, and what the reader may do with it."""

    register = fields.Nested(DeclarationRecord)
    rows = fields.Integer()
    may_write = fields.Boolean()


class RegistersRecord(Record):
    """The registers that one may read."""

    registers = fields.List(fields.Nested(RegisterRecord))


class RowRecord(Record):
    """One row as it is now."""

    id = Words(metadata={"format": "uuid"})
    register = Words()
    unit = Words()
    version = fields.Integer()
    values = Json(attribute="data")
    created_at = At()
    created_name = Words(data_key="created_by")
    changed_at = At()
    changed_name = Words(data_key="changed_by")
    retired_at = At(allow_none=True)


class RowPageRecord(Record):
    """One page of rows."""

    rows = fields.List(fields.Nested(RowRecord))
    next = Words(allow_none=True)
    total = fields.Integer()
    sums = Json(metadata={"description": "{field: exact sum as text} of all pages"})
    may_write = fields.Boolean()


class RowChangeRecord(Record):
    """One entry of a row's history."""

    version = fields.Integer()
    at = At()
    actor_name = Words(data_key="actor")
    role = Words()
    unit = Words()
    case_id = Words(allow_none=True)
    changes = Json(metadata={"description": "{field: [before, after]}"})
    reason = Words()


class RowViewRecord(Record):
    """A row with its history."""

    row = fields.Nested(RowRecord)
    history = fields.List(fields.Nested(RowChangeRecord))
    may_write = fields.Boolean()
    may_retire = fields.Boolean()
    may_restore = fields.Boolean()


class AddRowRecord(Record):
    """A row to be added."""

    values = Anything(required=True, metadata={"type": "object"})
    unit = Text(most=80, load_default=None, allow_none=True)
    reason = Text(most=500, load_default="")


class ChangeRowRecord(Record):
    """Values to be changed; null takes one away."""

    version = Amount(decimals=0, minimum=1, maximum=2**31 - 1, required=True)
    values = Anything(load_default=dict, metadata={"type": "object"})
    unit = Text(most=80, load_default=None, allow_none=True)
    reason = Text(least=1, most=500, required=True)


class RetireRowRecord(Record):
    """Why a row is taken out of use, or brought back."""

    version = Amount(decimals=0, minimum=1, maximum=2**31 - 1, required=True)
    reason = Text(least=1, most=500, required=True)


def where_of(register: Register, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read what a query asks of rows: `field=value`, again for any of several, `field_from` and `field_until`.

    Raises:
        InvalidRow: an unknown name, or a value that is none of the field's.
    """
    found: dict[str, list[Any]] = {}
    for name, text in given:
        field = _named(register, name)
        if field is None and name not in _OWN:
            raise InvalidRow(errors={name[:60]: [say("unknown")]})
        try:
            found.setdefault(name, []).append(read_one(field, text) if field else text)
        except ValueError as cause:
            raise InvalidRow(errors={name: [say("incomparable")]}) from cause
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _named(register: Register, name: str) -> RegisterField | None:
    stem, _, suffix = name.rpartition("_")
    return register.find(name) or (register.find(stem) if suffix in ("from", "until") else None)


def read_one(field: RegisterField, text: str) -> Any:
    """Read a value to compare with; of a list field it is an entry, and of a context none.

    Raises:
        ValueError: it is none of the field's.
    """
    if field.type == "context":
        raise ValueError(text)
    return text.strip() if field.type == "list" else read_cell(field, text)


def values_of(register: Register, form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read the fields of a page's form: values, nulls where nothing stands, and what is no value at all."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field in register.fields:
        text = form.get(f"f.{field.name}", "").strip()
        try:
            values[field.name] = read_cell(field, text) if text else None
        except ValueError:
            errors[field.name] = [say("object" if field.type == "context" else field.type)]
    return values, errors
