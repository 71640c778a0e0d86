"""Rows of registers as a workbook shows them: what people read, and what comes in again as the same."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.org import Unit
from app.domain.records_city import PersonRow
from app.domain.registers import Register, RegisterField
from app.schemas.register_csv import write_cell
from app.schemas.register_names import headings, unit_name, with_code
from app.schemas.values import CITY_ZONE

#: names a code of the catalogue or of the roles: (of, code) -> name
Naming = Callable[[str, str], str]


def cells(
    register: Register, unit: str, values: Mapping[str, Any], units: Mapping[str, Unit],
    people: Mapping[str, PersonRow], locale: str, naming: Naming,
) -> list[Any]:  # fmt: skip
    """Write a row under the headings of its register: texts, numbers and moments."""
    found: list[Any] = []
    for name in headings(register, locale):
        one = register.find(name)
        if one is None:
            found.append(_unit(unit, units, locale))
        else:
            found.append(_cell(one, values.get(name), units, people, locale, naming))
    return found


def _unit(code: str, units: Mapping[str, Unit], locale: str) -> str:
    return with_code(unit_name(units[code], locale), code) if code in units else code


def _cell(
    one: RegisterField, value: Any, units: Mapping[str, Unit], people: Mapping[str, PersonRow], locale: str,
    naming: Naming,
) -> Any:  # fmt: skip
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(str(_cell(one, part, units, people, locale, naming)) for part in value)
    if one.type == "unit":
        return _unit(str(value), units, locale)
    if one.type == "person" or one.of == "people":
        person = people.get(str(value))
        return with_code(person.name, person.username) if person else str(value)
    if one.of:
        return with_code(naming(one.of, str(value)), str(value))
    if isinstance(value, bool):
        yes, no = ("Yes", "No") if locale == "en" else ("是", "否")
        return yes if value else no
    if one.type == "datetime":
        return _moment(str(value))
    return one.named(value, locale) or (value if isinstance(value, int | float) else write_cell(one, value))


def _moment(text: str) -> Any:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(CITY_ZONE) if moment.tzinfo else moment
