"""What is wrong with the declaration of a register, named with its field."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.domain.registers import ALL_OFFICERS, CODES_OF, LEVELS, MOST_FIELDS, NAMED, PLAIN, RESERVED, TYPES
from app.domain.rights import RIGHTS

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_TOP: Mapping[str, type] = {
    "key": str, "zh": str, "en": str, "zh_note": str, "en_note": str, "fields": list, "rights": dict,
    "unit_level": str, "unit_field": str, "reaches_down": bool, "title": str, "search": list, "unique": list,
    "sums": list, "case_numbers": list, "person": str, "consent": str, "looks": bool,
}  # fmt: skip
_OF_FIELD: Mapping[str, type] = {
    "name": str, "zh": str, "en": str, "type": str, "required": bool, "max": float, "min": float, "decimals": int,
    "values": list, "of": str,
}  # fmt: skip


def _shape(raw: Any, known: Mapping[str, type], needed: tuple[str, ...], where: str) -> Iterator[str]:
    """Check names and kinds of one object."""
    if not isinstance(raw, dict):
        yield f"{where}: must be an object"
        return
    for name in needed:
        if name not in raw:
            yield f"{where}: {name} is missing"
    for name, value in raw.items():
        kind = known.get(name)
        if kind is None:
            yield f"{where}: {name!r} is not known; known are {', '.join(known)}"
        elif kind in (float, int) and (isinstance(value, bool) or not isinstance(value, int | kind)):
            yield f"{where}: {name} must be a number"
        elif kind not in (float, int) and not isinstance(value, kind):
            yield f"{where}: {name} must be a {'text' if kind is str else kind.__name__}"
        elif kind is str and not name.endswith("_note") and not 0 < len(value) <= 200:
            yield f"{where}: {name} must have 1 to 200 signs"
        elif kind is str and any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in value):
            yield f"{where}: {name} holds a control character"


def findings_of(raw: Any, key: str, roles: Collection[str]) -> Iterator[str]:
    """List what is wrong; what lies deeper is looked at once the shape is right."""
    found = list(_shape(raw, _TOP, ("key", "zh", "en", "fields", "rights", "title"), "the register"))
    if not found:
        if raw["key"] != key or not NAME.fullmatch(key):
            found.append(f"key: must be the file's name, small letters, digits and _: {key!r}")
        if not 0 < len(raw["fields"]) <= MOST_FIELDS:
            found.append(f"fields: must be 1 to {MOST_FIELDS}")
        for number, field in enumerate(raw["fields"]):
            found += _field_findings(field, number)
        found += _rights_findings(raw["rights"], roles)
    yield from found
    if not found:
        yield from _references(raw)


def _field_findings(raw: Any, number: int) -> Iterator[str]:
    named = isinstance(raw, dict) and isinstance(raw.get("name"), str)
    where = f"field {raw['name'][:60]!r}" if named else f"field number {number + 1}"
    wrong = list(_shape(raw, _OF_FIELD, ("name", "zh", "en", "type"), where))
    yield from wrong
    if wrong:
        return
    if not NAME.fullmatch(raw["name"]) or raw["name"] in RESERVED:
        reserved = ", ".join(sorted(RESERVED))
        yield f"{where}: name must be small letters, digits and _, at most 40 signs, and none of {reserved}"
    if raw["type"] not in TYPES:
        yield f"{where}: type must be one of {', '.join(TYPES)}"
    if raw["type"] != "number" and ("min" in raw or "decimals" in raw):
        yield f"{where}: min and decimals belong to numbers"
    if not 0 <= raw.get("decimals", 0) <= 6 or abs(raw.get("min", 0)) > 1e15 or abs(raw.get("max", 0)) > 1e15:
        yield f"{where}: decimals must be 0 to 6, min and max within 1e15"
    if raw["type"] in ("boolean", "date", "datetime", "unit", "person", "choice", "context") and "max" in raw:
        yield f"{where}: a {raw['type']} has no max"
    if raw["type"] in ("string", "text", "list") and not 0 < raw.get("max", 1) <= 20_000:
        yield f"{where}: max must be 1 to 20000"
    yield from _value_findings(raw, where)


def _value_findings(raw: Mapping[str, Any], where: str) -> Iterator[str]:
    """Check the names of values, and of what codes are."""
    if raw["type"] == "choice" and not raw.get("values"):
        yield f"{where}: a choice has values"
    if raw.get("values") and raw["type"] not in NAMED:
        yield f"{where}: values belong to {', '.join(NAMED)}"
    if "of" in raw and (raw["type"] not in ("string", "list") or raw["of"] not in CODES_OF or raw.get("values")):
        yield f"{where}: of must be one of {', '.join(CODES_OF)}, of a string or a list without values"
    values = raw.get("values", ())
    for choice in values:
        yield from _shape(choice, {"value": str, "zh": str, "en": str}, ("value", "zh", "en"), f"{where}, values")
    names = [choice.get("value") for choice in values if isinstance(choice, dict)]
    if len(names) > 200 or any(names.count(one) > 1 for one in names):
        yield f"{where}: values must be at most 200, each once"


#: permission that opens the door to what a right allows
_DOORS = {"read": "register.read", "write": "register.write", "retire": "register.write"}


def _rights_findings(raw: Mapping[str, Any], roles: Collection[str]) -> Iterator[str]:
    wrong = list(_shape(raw, {"read": list, "write": list, "retire": list}, ("read", "write"), "rights"))
    yield from wrong
    for name in () if wrong else raw:
        if not raw[name]:
            yield f"rights.{name}: names nobody"
        for role in raw[name]:
            if not isinstance(role, str) or (role != ALL_OFFICERS and role not in roles):
                yield f"rights.{name}: there is no role {role!r}"
            elif role != ALL_OFFICERS and role not in RIGHTS[_DOORS[name]].holders:
                yield f"rights.{name}: the role {role!r} has no part in registers"


def _references(raw: Mapping[str, Any]) -> Iterator[str]:
    """Check that what refers to fields names fields of a fitting type."""
    types = {field["name"]: field["type"] for field in raw["fields"]}
    if len(types) < len(raw["fields"]):
        yield "fields: a name stands there twice"
    if raw.get("unit_level", LEVELS[0]) not in LEVELS:
        yield f"unit_level: must be one of {', '.join(LEVELS)}"
    if "unit_field" in raw and types.get(raw["unit_field"]) != "unit":
        yield f"unit_field: {raw['unit_field']!r} is no field of type unit"
    if "unit_field" not in raw and "unit_level" not in raw:
        yield "unit_level or unit_field: must say whose row it is"
    if types.get(raw["title"]) not in PLAIN:
        yield f"title: {raw['title']!r} is no field, or none of a type that names a row"
    yield from _names("search", raw.get("search", []), types, {"string", "text", "choice", "person"})
    yield from _names("sums", raw.get("sums", []), types, {"number"})
    yield from _names("case_numbers", raw.get("case_numbers", []), types, {"string"})
    if "person" in raw and types.get(raw["person"]) != "person":
        yield f"person: {raw['person']!r} is no field of type person"
    for name in ("consent", "looks"):
        if raw.get(name) and "person" not in raw:
            yield f"{name}: person must say whom the row is about"
    for number, names in enumerate(raw.get("unique", [])):
        if not isinstance(names, list) or not 0 < len(names) <= 6:
            yield f"unique {number + 1}: must be a list of 1 to 6 names"
        else:
            yield from _names(f"unique {number + 1}", names, {**types, "unit": "unit"}, PLAIN)


def _names(where: str, names: list[Any], types: Mapping[str, str], fitting: Collection[str]) -> Iterator[str]:
    for name in names:
        if not isinstance(name, str) or types.get(name) not in fitting:
            yield f"{where}: {name!r} is no field of type {', '.join(sorted(fitting))}"
    if len({str(name) for name in names}) < len(names):
        yield f"{where}: a name stands there twice"
