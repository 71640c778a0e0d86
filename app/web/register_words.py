"""How values of registers are written for people."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.domain.registers import Register, RegisterField
from app.schemas.register_csv import write_cell
from app.usecases.registers.read_row import RowView
from app.web.languages import language

#: columns of a list beside the unit
_COLUMNS = 6


def columns(register: Register) -> list[RegisterField]:
    """Choose what a list shows: the title, then the first fields that fit into a cell."""
    fitting = [field for field in register.fields if field.type not in ("text", "context", "list")]
    title = register.find(register.title)
    return [*([title] if title else []), *[field for field in fitting if field.name != register.title]][:_COLUMNS]


def shown(field: RegisterField, value: Any, units: Mapping[str, Any]) -> str:
    """Write a value for people."""
    if value is None or value == "":
        return "—"
    if field.type == "boolean":
        return gettext("是") if value else gettext("否")
    english = language() == "en"
    if field.type == "choice":
        return next(((one.en if english else one.zh) for one in field.values if one.value == value), str(value))
    if field.type == "unit" and value in units:
        unit = units[value]
        return str((english and unit.name_en) or unit.name)
    if field.type == "datetime":
        return str(value)[:16].replace("T", " ")
    return "、".join(map(str, value)) if isinstance(value, list) else write_cell(field, value)


def title_of(register: Register, values: Mapping[str, Any]) -> str:
    """Write what a row is called; in English by the field `<title>_en`, where there is one with a value."""
    english = values.get(f"{register.title}_en") if language() == "en" else None
    field = register.find(register.title)
    return str(english) if english else shown(field, values.get(register.title), {}) if field else ""


def typed(view: RowView) -> dict[str, str]:
    """Write a row's values as a form holds them."""
    found = {f"f.{field.name}": write_cell(field, view.row.data.get(field.name)) for field in view.register.fields}
    return {**found, "unit": view.row.unit, "version": str(view.row.version)}
