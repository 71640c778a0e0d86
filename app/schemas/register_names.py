"""Names and codes in one text: how people read and type units and persons in registers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Invalid
from app.domain.org import Unit, make_unit
from app.domain.registers import Register, RegisterField
from app.schemas.texts import say

#: between a name and its code
BETWEEN = " · "
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


@dataclass(frozen=True)
class Meant:
    """What a typed text means."""

    #: empty where it means several
    code: str
    #: some of those that it may mean, each with its code
    several: tuple[str, ...] = ()
    number: int = 1

    @property
    def error(self) -> str:
        """Say that the name means several, and which."""
        return say("several", n=self.number, names=say("and").join(self.several))


def code_in(text: str, *, person: bool = False) -> str:
    """Read the code at the end of a text, alone or behind a name; empty where there is none."""
    name, between, last = text.rpartition(BETWEEN.strip())
    last = last.strip()
    if person:
        return last if between and name and _USERNAME.fullmatch(last) else ""
    try:
        return make_unit(last, last, last).code
    except Invalid:
        return ""


def with_code(name: str, code: str) -> str:
    """Write a name with its code."""
    return f"{name}{BETWEEN}{code}" if name and name != code else code


def unit_name(unit: Unit, locale: str) -> str:
    """Write a unit's name."""
    return unit.name_en if locale == "en" and unit.name_en else unit.name


def value_name(one: RegisterField, value: Any, locale: str) -> str | None:
    """Write what a value of a choice, a text or a list is called, or None where nobody named it."""
    if isinstance(value, list):
        return say("and").join(one.named(part, locale) or str(part) for part in value) if one.values else None
    return one.named(value, locale)


def headings(register: Register, locale: str) -> Mapping[str, str]:
    """Name the columns of a file for people, {field: heading}; `unit` is whose row it is, unless a field says so."""
    english = locale == "en"
    own = {} if register.unit_field else {"unit": "Unit" if english else "单位"}
    wanted = {**{one.name: (one.en if english else one.zh).strip() for one in register.fields}, **own}
    words = [word.lower() for word in wanted.values()]
    named = {name: word if words.count(word.lower()) == 1 else f"{word} ({name})" for name, word in wanted.items()}
    return {**({"unit": named.pop("unit")} if own else {}), **named}


def column_of(register: Register) -> Mapping[str, str]:
    """Read headings in either language, and names of fields, as names of fields; small letters."""
    found = {word.lower(): name for locale in ("en", "zh") for name, word in headings(register, locale).items()}
    return found | {one.name: one.name for one in register.fields} | {"unit": "unit", "id": "id", "version": "version"}


def kind_of(register: Register, name: str) -> str:
    """Say what a text of a field may mean: owner, unit or person; empty where it means itself."""
    if name in ("unit", register.unit_field):
        return "owner"
    one = register.find(name)
    return one.type if one and one.type in ("unit", "person") else ""
