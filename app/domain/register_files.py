"""Read declarations of registers from files; whatever does not fit is named with its field."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.domain.errors import Invalid
from app.domain.registers import (
    ALL_OFFICERS,
    LEVELS,
    MOST_FIELDS,
    PLAIN,
    RESERVED,
    TYPES,
    Choice,
    Register,
    RegisterField,
)
from app.domain.rights import OFFICERS, RIGHTS

#: no file of a declaration is larger
_LARGEST = 200_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def load_registers(folder: Path, roles: Collection[str]) -> dict[str, Register]:
    """Read every declaration of `city/registers/`, {key: register}.

    Raises:
        Invalid: with every finding of every file in its message.
    """
    found: dict[str, Register] = {}
    wrong: list[str] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        raw = read_json(path, wrong)
        if raw is None:
            continue
        findings = list(_findings(raw, path.stem, roles))
        wrong += [f"{path.name}: {finding}" for finding in findings]
        if not findings:
            found[path.stem] = _built(raw)
    if wrong:
        raise Invalid("\n".join(wrong), errors={"registers": wrong})
    return found


def read_json(path: Path, wrong: list[str], *, most: int = _LARGEST) -> Any:
    """Read one JSON file; what is wrong with it is added to a list, and nothing returned."""
    try:
        if path.stat().st_size > most:
            raise ValueError("it is too large")
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (OSError, ValueError, RecursionError) as cause:
        wrong.append(f"{path.name}: it cannot be read: {cause or type(cause).__name__}")
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(a for a, b in pairwise(sorted(name for name, _ in pairs)) if a == b)
        raise ValueError(f"{twice!r} stands there twice")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number")


def read_register(raw: Any, key: str, roles: Collection[str]) -> Register:
    """Read one declaration.

    Raises:
        Invalid: naming everything that does not fit.
    """
    findings = list(_findings(raw, key, roles))
    if findings:
        raise Invalid("\n".join(findings), errors={"register": findings})
    return _built(raw)


def _built(raw: Mapping[str, Any]) -> Register:
    rights = raw["rights"]
    return Register(
        key=raw["key"], zh=raw["zh"], en=raw["en"], fields=tuple(_built_field(one) for one in raw["fields"]),
        read=_roles(rights["read"]), write=_roles(rights["write"]), unit_level=raw.get("unit_level", ""),
        unit_field=raw.get("unit_field", ""), reaches_down=raw.get("reaches_down", False), title=raw["title"],
        search=tuple(raw.get("search", [raw["title"]])), unique=tuple(map(tuple, raw.get("unique", ()))),
        sums=tuple(raw.get("sums", ())), zh_note=raw.get("zh_note", ""), en_note=raw.get("en_note", ""),
    )  # fmt: skip


def _built_field(raw: Mapping[str, Any]) -> RegisterField:
    values = tuple(Choice(one["value"], one["zh"], one["en"]) for one in raw.get("values", ()))
    return RegisterField(
        raw["name"], raw["zh"], raw["en"], raw["type"], raw.get("required", False), raw.get("max"), raw.get("min"),
        raw.get("decimals", 6), values,
    )  # fmt: skip


def _roles(names: list[str]) -> frozenset[str]:
    return frozenset(names) - {ALL_OFFICERS} | (OFFICERS if ALL_OFFICERS in names else frozenset())


# --- what is wrong with a declaration ------------------------------------------------------------

_TOP: Mapping[str, type] = {
    "key": str, "zh": str, "en": str, "zh_note": str, "en_note": str, "fields": list, "rights": dict,
    "unit_level": str, "unit_field": str, "reaches_down": bool, "title": str, "search": list, "unique": list,
    "sums": list,
}  # fmt: skip
_OF_FIELD: Mapping[str, type] = {
    "name": str, "zh": str, "en": str, "type": str, "required": bool, "max": float, "min": float, "decimals": int,
    "values": list,
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


def _findings(raw: Any, key: str, roles: Collection[str]) -> Iterator[str]:
    """List what is wrong; what lies deeper is looked at once the shape is right."""
    found = list(_shape(raw, _TOP, ("key", "zh", "en", "fields", "rights", "title"), "the register"))
    if not found:
        if raw["key"] != key or not _NAME.fullmatch(key):
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
    if not _NAME.fullmatch(raw["name"]) or raw["name"] in RESERVED:
        reserved = ", ".join(sorted(RESERVED))
        yield f"{where}: name must be small letters, digits and _, at most 40 signs, and none of {reserved}"
    if raw["type"] not in TYPES:
        yield f"{where}: type must be one of {', '.join(TYPES)}"
    if (raw["type"] == "choice") != bool(raw.get("values")):
        yield f"{where}: a choice has values, and nothing else has"
    if raw["type"] != "number" and ("min" in raw or "decimals" in raw):
        yield f"{where}: min and decimals belong to numbers"
    if not 0 <= raw.get("decimals", 0) <= 6 or abs(raw.get("min", 0)) > 1e15 or abs(raw.get("max", 0)) > 1e15:
        yield f"{where}: decimals must be 0 to 6, min and max within 1e15"
    if raw["type"] in ("boolean", "date", "datetime", "unit", "person", "choice", "context") and "max" in raw:
        yield f"{where}: a {raw['type']} has no max"
    if raw["type"] in ("string", "text", "list") and not 0 < raw.get("max", 1) <= 20_000:
        yield f"{where}: max must be 1 to 20000"
    values = raw.get("values", ())
    for choice in values:
        yield from _shape(choice, {"value": str, "zh": str, "en": str}, ("value", "zh", "en"), f"{where}, values")
    names = [choice.get("value") for choice in values if isinstance(choice, dict)]
    if len(names) > 200 or any(names.count(one) > 1 for one in names):
        yield f"{where}: values must be at most 200, each once"


def _rights_findings(raw: Mapping[str, Any], roles: Collection[str]) -> Iterator[str]:
    wrong = list(_shape(raw, {"read": list, "write": list}, ("read", "write"), "rights"))
    yield from wrong
    for name in () if wrong else ("read", "write"):
        if not raw[name]:
            yield f"rights.{name}: names nobody"
        for role in raw[name]:
            if not isinstance(role, str) or (role != ALL_OFFICERS and role not in roles):
                yield f"rights.{name}: there is no role {role!r}"
            elif role != ALL_OFFICERS and role not in RIGHTS[f"register.{name}"].holders:
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
