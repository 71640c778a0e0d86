"""Rows of registers as CSV: the same columns go out and come in."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from app.domain.errors import Invalid
from app.domain.registers import InvalidRow, Register, RegisterField
from app.schemas.register_names import BETWEEN, Meant, column_of, headings, kind_of
from app.schemas.register_rows import read_row
from app.schemas.texts import LANGUAGE, say
from app.schemas.values import is_clean

#: rows of one file, and its length in signs
MOST_LINES, MOST_SIGNS = 5000, 3_000_000
#: what a table program would run as a formula
_FORMULA = ("=", "+", "-", "@", "\t")
_WRITTEN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_YES, _NO = {"true", "1", "是", "yes"}, {"false", "0", "否", "no"}
#: columns that an export has beside the fields; an import passes them over
_BESIDE = ("id", "version")


@dataclass(frozen=True)
class Line:
    """One line of a file."""

    number: int
    unit: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)
    #: what stands in the cells, {field: text}
    typed: Mapping[str, str] = field(default_factory=dict)


#: {(kind, text): what it means}, of units and persons that a file names; kind as `said_in` says it
Meanings = Mapping[tuple[str, str], Meant]


def parse_csv(
    register: Register, text: str, find: Callable[[set[tuple[str, str]]], Meanings] | None = None
) -> list[Line]:
    """Read a file with a header of field names or headings; every line is read, whatever is wrong with others.

    Args:
        find: finds whom names of units and persons mean, all at once; without it they must be codes.

    Raises:
        Invalid: it is no such file at all.
    """
    if len(text) > MOST_SIGNS:
        raise Invalid(errors={"file": [say("size")]})
    if "\0" in text:
        raise Invalid(errors={"file": [say("characters")]})
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = _header(register, [name.strip() for name in next(table, [])])
        # numbered as a table program numbers its rows
        rows: list[tuple[int, list[str]]] = []
        for number, cells in enumerate(table, 2):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > MOST_LINES:
                raise Invalid(errors={"file": [say("too_many", n=MOST_LINES)]})
    except csv.Error as cause:
        raise Invalid(errors={"file": [say("csv", n=table.line_num)]}) from cause
    meant = find(said_in(register, header, rows)) if find else {}
    return [_line(register, header, cells, number, meant) for number, cells in rows]


def _header(register: Register, given: list[str]) -> list[str]:
    """Read which field each column holds."""
    known = column_of(register)
    unknown = [name for name in given if name.lower() not in known]
    if not given or unknown:
        raise Invalid(errors={"file": [say("columns", names=say("and").join(unknown)[:200] or "?")]})
    header = [known[name.lower()] for name in given]
    if len(set(header)) < len(header):
        raise Invalid(errors={"file": [say("twice")]})
    words = headings(register, LANGUAGE.get())
    missing = [words[one.name] for one in register.fields if one.required and one.name not in header]
    if missing:
        raise Invalid(errors={"file": [say("columns_missing", names=say("and").join(missing)[:200])]})
    return header


def said_in(register: Register, header: list[str], rows: Iterable[tuple[int, list[str]]]) -> set[tuple[str, str]]:
    """List what a file says of units and persons, {(kind, text)}."""
    kinds = [(nth, kind) for nth, name in enumerate(header) if (kind := kind_of(register, name))]
    return {(kind, cells[nth].strip()) for _, cells in rows for nth, kind in kinds
            if nth < len(cells) and cells[nth].strip()}  # fmt: skip


def _line(register: Register, header: list[str], cells: list[str], number: int, meant: Meanings) -> Line:
    if len(cells) > len(header):
        return Line(number, errors={"": [say("too_many", n=len(header))]})
    raw: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    typed = {name: cell.strip()[:200] for name, cell in zip(header, cells, strict=False)}
    for name, cell in zip(header, cells, strict=False):
        if not cell.strip() or name in _BESIDE:
            continue
        one = register.find(name)
        found = meant.get((kind_of(register, name), cell.strip()))
        if found and found.several:
            errors[name] = [found.error]
            continue
        try:
            raw[name] = found.code if found else read_cell(one, _bare(cell)) if one else cell.strip()
        except ValueError:
            errors[name] = [say(one.type if one and one.type != "context" else "object")]
    try:
        unit, values = read_row(register, raw)
    except InvalidRow as wrong:
        return Line(number, raw.get("unit"), raw, {**_but_given(wrong.errors, errors), **errors}, typed)
    return Line(number, unit, values, errors, typed)


def _but_given(wrong: Mapping[str, Any], errors: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out that something is missing that is there and cannot be read."""
    return {name: texts for name, texts in wrong.items() if name not in errors}


def _bare(cell: str) -> str:
    """Take away the sign that keeps a table program from running a text."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell


def read_cell(of: RegisterField, text: str) -> Any:
    """Read the text of a cell or of a form's field into a value of the field's kind.

    Raises:
        ValueError: it is none.
    """
    text = text.strip()
    if of.type == "number":
        return _number(text)
    if of.type == "boolean":
        word = text.lower()
        if word not in _YES | _NO:
            raise ValueError(text)
        return word in _YES
    if of.type == "list":
        parts = [part.strip() for part in text.replace("\r", "").replace("\n", "|").split("|") if part.strip()]
        return [_value(of, part) for part in parts]
    if of.values:
        return _value(of, text)
    if of.of:
        return text.rpartition(BETWEEN.strip())[2].strip()
    return orjson.loads(text) if of.type == "context" else text


def _value(of: RegisterField, text: str) -> str:
    """Read the name of a value as the value."""
    known = next((one.value for one in of.values if text in (one.value, one.zh, one.en)), text)
    return known.rpartition(BETWEEN.strip())[2].strip() if of.of else known


def _number(text: str) -> int | float:
    """Read a number as people write it; one that would be rounded is none."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text)
    number = Decimal(text)
    if number == number.to_integral_value():
        return int(number)
    if Decimal(repr(float(number))) != number:
        raise ValueError(text)
    return float(number)


def write_cell(of: RegisterField | None, value: Any) -> str:
    """Write a value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(write_cell(None, one) for one in value)
    if isinstance(value, Mapping):
        return orjson.dumps(value).decode()
    return str(value)


def write_csv(register: Register, rows: Iterable[tuple[str, int, str, Mapping[str, Any]]]) -> Iterator[str]:
    """Write rows (id, version, unit, values) line by line; a text that looks like a formula gets a sign before it."""
    header = ["id", "version", "unit", *(one.name for one in register.fields)]
    yield "\ufeff" + _written(header)
    for row_id, version, unit, values in rows:
        cells = [_guarded(one, values.get(one.name)) for one in register.fields]
        yield _written([row_id, str(version), unit, *cells])


def _guarded(of: RegisterField, value: Any) -> str:
    text = write_cell(of, value)
    # a minus before a number is no formula
    return f"'{text}" if of.type != "number" and text.startswith(_FORMULA) else text


def _written(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def first_rows(register: Register, raw: Any) -> list[Line]:
    """Read rows of a JSON file: a list of objects."""
    if not isinstance(raw, list) or len(raw) > MOST_LINES:
        raise Invalid(errors={"file": [say("list")]})
    found = []
    for number, row in enumerate(raw, 1):
        try:
            unit, values = read_row(register, row)
            found.append(Line(number, unit, values))
        except InvalidRow as wrong:
            found.append(Line(number, errors=wrong.errors))
    return found


def clean_text(content: bytes) -> str:
    """Read the text of an uploaded file: UTF-8, or what Chinese table programs write.

    Raises:
        Invalid: it is no text.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_clean(text):
            return text
    raise Invalid(errors={"file": [say("sheet")]})
