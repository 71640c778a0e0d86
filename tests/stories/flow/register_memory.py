"""Registers in memory: what the store answers to diagrams, over lists that a scenario fills."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from app.domain.city_files import load_roles
from app.domain.errors import StepFailed
from app.domain.org import is_within
from app.domain.register_files import load_registers
from app.domain.registers import Condition, Register, RowNotFound, RowTaken
from app.engine.world import Call, OperationResult
from app.schemas.register_rows import read_row, row_value
from app.usecases.operations import register_calls as calls
from tests.engine.running import ROOT

#: what nobody would call a thing
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")
_SPACE = UUID("0198c2f0-0000-7000-8000-0000000000aa")


@cache
def declared() -> dict[str, Register]:
    """Read the declarations as the product does."""
    return load_registers(ROOT / "city" / "registers", load_roles(ROOT / "city"))


class Memory:
    """Rows by register: `rows["moral_points"] = [{"unit": "33.02.11.004.003", "points": 3}]`; ids may be left out."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def perform(self, call: Call) -> OperationResult:
        """Carry out one of the operations of registers."""
        register = calls.register_of(declared(), call)
        act: Callable[[Register, Call], Any] = getattr(self, f"_{call.operation.partition('.')[2]}")
        with calls.told(call):
            return OperationResult(act(register, call))

    def _all(self, register: Register) -> list[dict[str, Any]]:
        """List the rows; those of the scenario are checked against the declaration, and completed."""
        rows = self.rows.setdefault(register.key, [])
        for number, row in enumerate(rows):
            if "version" not in row:
                kept = {name: value for name, value in row.items() if name not in ("id", "version")}
                unit, values = read_row(register, kept)
                owner = calls.unit_for(register, unit, values, {"city": "33.02"})
                rows[number] = row_value(register, row.get("id") or self._id(register, number), 1, owner, values)
        return rows

    def _id(self, register: Register, number: int) -> str:
        return str(uuid5(_SPACE, f"{register.key}/{number}"))

    def _matching(self, register: Register, call: Call) -> list[dict[str, Any]]:
        conditions = calls.where_of(register, call)
        return [row for row in self._all(register) if all(_holds(row, one) for one in conditions)]

    def _find(self, register: Register, call: Call) -> Any:
        found = self._matching(register, call)
        field, down = calls.sort_of(register, call)
        if field is not None:
            known = [row for row in found if row[field.name] is not None]
            known.sort(key=lambda row: row[field.name])
            nothing = [row for row in found if row[field.name] is None]
            found = [*reversed(known), *reversed(nothing)] if down else [*nothing, *known]
        elif down:
            found.reverse()
        return {"rows": [dict(row) for row in found[: calls.limit_of(call)]], "total": len(found)}

    def _count(self, register: Register, call: Call) -> Any:
        return {"count": len(self._matching(register, call))}

    def _sum(self, register: Register, call: Call) -> Any:
        field = calls.field_of(register, call)
        values = [row[field.name] for row in self._matching(register, call) if row[field.name] is not None]
        total = sum((Decimal(repr(value)) for value in values), Decimal(0))
        return {"sum": calls.exact(total), "count": len(values)}

    def _row(self, register: Register, call: Call) -> dict[str, Any] | None:
        wanted = str(calls.id_of(call))
        return next((row for row in self._all(register) if row["id"] == wanted), None)

    def _get(self, register: Register, call: Call) -> Any:
        row = self._row(register, call)
        return {"row": dict(row) if row else None}

    def _add(self, register: Register, call: Call) -> Any:
        unit, values = calls.row_of(register, call, "row")
        owner = calls.unit_for(register, unit, values, call.event)
        rows = self._all(register)
        given = call.params.get("id")
        row = row_value(register, str(given) if given else self._id(register, len(rows)), 1, owner, values)
        self._refuse_taken(register, row, rows)
        _refuse_nameless(register, values)
        rows.append(row)
        return {"id": row["id"]}

    def _change(self, register: Register, call: Call) -> Any:
        row = self._row(register, call)
        if row is None:
            raise RowNotFound(f"there is no row {call.params.get('id')!r}.")
        unit, changes = calls.row_of(register, call, "changes")
        if call.params.get("version") not in (None, row["version"]):
            raise StepFailed("register.change: the row has changed since.", code="StaleRow")
        changed = {**row, **changes, "version": row["version"] + 1}
        if unit or changes.get(register.unit_field):
            changed["unit"] = calls.unit_for(register, unit, changed, {})
        _refuse_nameless(register, changes)
        self._refuse_taken(register, changed, (one for one in self._all(register) if one is not row))
        row.update(changed)
        return {"row": dict(row)}

    def _refuse_taken(self, register: Register, row: dict[str, Any], others: Iterable[dict[str, Any]]) -> None:
        for other in others:
            if other["id"] == row["id"]:
                raise RowTaken(errors={"id": ["taken"]})
            for names in register.unique:
                if all(row[name] is not None and row[name] == other[name] for name in names):
                    raise RowTaken(errors={names[-1]: ["taken"]})


def _refuse_nameless(register: Register, values: Mapping[str, Any]) -> None:
    """Look whether people could read what stands in the row: a code has a name, in the declaration or in the city."""
    for field in register.fields:
        written = values.get(field.name)
        if field.type not in ("string", "list") or field.of or field.name == register.title:
            continue
        for one in written if isinstance(written, list) else [written]:
            nameless = isinstance(one, str) and _CODE.fullmatch(one) and field.named(one, "zh") is None
            assert not nameless, f"{register.key}.{field.name}: {one!r} is a code without a name"


def _holds(row: dict[str, Any], asked: Condition) -> bool:
    own = {"id": row["id"], "unit": row["unit"]}
    if asked.field is None:
        if asked.kind == "unit_within":
            return any(is_within(row["unit"], one) for one in asked.values)
        if asked.kind == "unit_covers":
            return any(is_within(one, row["unit"]) for one in asked.values)
        return own[asked.kind] in asked.values
    value = row[asked.field.name]
    if asked.kind == "any":
        if asked.field.type == "list":
            return any(one in (value or [None]) for one in asked.values)
        return value in asked.values
    if value is None:
        return False
    return bool(value >= asked.values[0] if asked.kind == "from" else value <= asked.values[0])
