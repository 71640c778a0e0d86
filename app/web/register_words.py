"""How values of registers are written for people."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask_babel import gettext

from app.domain.org import Unit
from app.domain.records_city import PersonRow
from app.domain.registers import Register, RegisterField
from app.schemas.register_csv import write_cell
from app.schemas.register_names import unit_name, value_name, with_code
from app.usecases.registers.read_row import RowView
from app.usecases.row_names import code_name
from app.web.languages import language
from app.web.rooms import tools

#: columns of a list beside the unit
_COLUMNS = 6


class Names(Protocol):
    """What units and people are called that rows name."""

    @property
    def units(self) -> Mapping[str, Unit]:
        """Units by their codes."""

    @property
    def people(self) -> Mapping[str, PersonRow]:
        """People by what rows say of them."""


def columns(register: Register) -> list[RegisterField]:
    """Choose what a list shows: the title, then the first fields that fit into a cell."""
    fitting = [field for field in register.fields if field.type not in ("text", "context", "list")]
    title = register.find(register.title)
    return [*([title] if title else []), *[field for field in fitting if field.name != register.title]][:_COLUMNS]


def shown(field: RegisterField, value: Any, names: Names | None = None) -> str:
    """Write a value for people."""
    if value is None or value == "":
        return "—"
    if field.type == "boolean":
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return ("、" if language() == "zh" else ", ").join(_one(field, part, names) for part in value) or "—"
    return _one(field, value, names)


def _one(field: RegisterField, value: Any, names: Names | None) -> str:
    """Write one value, or one entry of a list."""
    text = str(value)
    if field.of and field.of != "people":
        name = code_name(tools().city, field.of, text, language())
        return f"{text} {name}" if name and field.of == "items" else name or text
    if names and field.type == "unit" and text in names.units:
        return unit_name(names.units[text], language())
    if names and (field.type == "person" or field.of == "people") and text in names.people:
        return names.people[text].name
    if field.type == "datetime":
        return text[:16].replace("T", " ")
    return value_name(field, value, language()) or write_cell(field, value)


def title_of(register: Register, values: Mapping[str, Any], names: Names | None = None) -> str:
    """Write what a row is called; in English by the field `<title>_en`, where there is one with a value."""
    english = values.get(f"{register.title}_en") if language() == "en" else None
    field = register.find(register.title)
    return str(english) if english else shown(field, values.get(register.title), names) if field else ""


def typed(view: RowView) -> dict[str, str]:
    """Write a row's values as a form holds them: units and people with their names."""
    found = {f"f.{field.name}": _typed(field, view.row.data.get(field.name), view) for field in view.register.fields}
    return {**found, "unit": _coded(view.row.unit, view), "version": str(view.row.version)}


def _typed(field: RegisterField, value: Any, view: RowView) -> str:
    if field.type == "unit" and value:
        return _coded(str(value), view)
    if field.type == "person" and str(value) in view.people:
        person = view.people[str(value)]
        return with_code(person.name, person.username)
    return write_cell(field, value)


def _coded(code: str, view: RowView) -> str:
    return with_code(unit_name(view.units[code], language()), code) if code in view.units else code


def _place(text: str, names: Names) -> str:
    return unit_name(names.units[text], language()) if text in names.units else text


def condition_text(register: Register, name: str, value: Any, names: Names) -> str:
    """Write one condition of an export for people."""
    own = {"q": gettext("搜索"), "retired": gettext("已撤下的"), "id": gettext("记录"), "unit": gettext("单位"),
           "unit_within": gettext("单位（含下级）"), "unit_covers": gettext("单位（含上级）")}  # fmt: skip
    field, sign = register.find(name), ""
    if field is None:
        stem, _, end = name.rpartition("_")
        field, sign = register.find(stem), {"from": "≥", "until": "≤"}.get(end, "")
    if name == "retired" and value is True:
        return own[name]
    values = value if isinstance(value, list) else [value]
    said = " / ".join(shown(field, one, names) if field else _place(str(one), names) for one in values)
    label = (field.en if language() == "en" else field.zh) if field else own.get(name, name)
    return f"{label} {sign} {said}" if sign else f"{label}{gettext('：')}{said}"
