"""Read declarations of registers from files; whatever does not fit is named with its field."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.domain.errors import Invalid
from app.domain.register_findings import findings_of
from app.domain.registers import ALL_OFFICERS, Choice, Register, RegisterField
from app.domain.rights import OFFICERS

#: no file of a declaration is larger
_LARGEST = 200_000


@dataclass(frozen=True)
class Declared:
    """The registers of a city, and what is wrong with those that cannot be used."""

    registers: Mapping[str, Register]
    #: {key: findings}
    wrong: Mapping[str, tuple[str, ...]]


def read_registers(folder: Path, roles: Collection[str]) -> Declared:
    """Read every declaration of `city/registers/`; one that is wrong takes nothing from the others."""
    found: dict[str, Register] = {}
    wrong: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        said: list[str] = []
        raw = read_json(path, said)
        if not said:
            said = [f"{path.name}: {finding}" for finding in findings_of(raw, path.stem, roles)]
        if said:
            wrong[path.stem] = tuple(said)
        else:
            found[path.stem] = _built(raw)
    return Declared(found, wrong)


def load_registers(folder: Path, roles: Collection[str]) -> dict[str, Register]:
    """Read every declaration of `city/registers/`, {key: register}.

    Raises:
        Invalid: with every finding of every file in its message.
    """
    declared = read_registers(folder, roles)
    wrong = [finding for findings in declared.wrong.values() for finding in findings]
    if wrong:
        raise Invalid("\n".join(wrong), errors={"registers": wrong})
    return dict(declared.registers)


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
    findings = list(findings_of(raw, key, roles))
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
        sums=tuple(raw.get("sums", ())), retire=_roles(rights.get("retire", [])),
        case_numbers=tuple(raw.get("case_numbers", ())), person=raw.get("person", ""),
        consent=raw.get("consent", ""), looks=raw.get("looks", False),
        zh_note=raw.get("zh_note", ""), en_note=raw.get("en_note", ""),
    )  # fmt: skip


def _built_field(raw: Mapping[str, Any]) -> RegisterField:
    values = tuple(Choice(one["value"], one["zh"], one["en"]) for one in raw.get("values", ()))
    return RegisterField(
        raw["name"], raw["zh"], raw["en"], raw["type"], raw.get("required", False), raw.get("max"), raw.get("min"),
        raw.get("decimals", 6), values, raw.get("of", ""),
    )  # fmt: skip


def _roles(names: list[str]) -> frozenset[str]:
    return frozenset(names) - {ALL_OFFICERS} | (OFFICERS if ALL_OFFICERS in names else frozenset())
