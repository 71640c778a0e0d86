"""Codes in registers have names: of what forms let people choose, and of the patrol's list."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.domain.city_files import load_roles, read_yaml
from app.domain.register_files import load_registers
from app.domain.registers import Register, RegisterField

ROOT = Path(__file__).resolve().parents[2]
REGISTERS = load_registers(ROOT / "city" / "registers", load_roles(ROOT / "city"))
FIELDS = [(one, field) for one in REGISTERS.values() for field in one.fields if field.values]


def components(several: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in several:
        yield one
        yield from components(one.get("components", []))


def offered() -> Mapping[str, list[set[str]]]:
    """Read what forms let people choose, {key of the field: the values of each form}."""
    found: dict[str, list[set[str]]] = {}
    for path in sorted((ROOT / "forms").rglob("*.form.json")):
        for one in components(json.loads(path.read_text("utf-8"))["components"]):
            if one.get("values") and one.get("type") in ("select", "radio", "checklist"):
                found.setdefault(one["key"], []).append({str(value["value"]) for value in one["values"]})
    return found


OFFERED = offered()


@pytest.mark.parametrize(("register", "field"), FIELDS, ids=lambda one: getattr(one, "key", getattr(one, "name", "")))
def test_what_a_form_offers_for_a_named_field_has_a_name(register: Register, field: RegisterField) -> None:
    known = {one.value for one in field.values}
    for values in OFFERED.get(field.name, []):
        # forms of other business may have a field of the same name, with nothing in common
        if field.type != "choice" and len(values & known) * 2 >= len(values):
            assert values <= known, f"{register.key}.{field.name}: {sorted(values - known)} have no name"


def test_every_name_is_there_in_both_languages() -> None:
    assert len(FIELDS) > 20
    wrong = [(one.key, field.name, value.value) for one, field in FIELDS for value in field.values
             if not value.zh.strip() or not value.en.strip() or value.en == value.value and value.en.islower()]
    assert wrong == []
    alike = [(one.key, field.name) for one, field in FIELDS if len({v.en for v in field.values}) < len(field.values)]
    assert alike == []


def test_the_patrol_calls_its_items_as_its_list_does() -> None:
    listed = {(str(one["number"]), one["zh"], one["en"]) for one in read_yaml(ROOT / "city" / "patrol.yaml")["patrol"]}
    assert len(listed) == 28
    for name in ("fine", "problems"):
        field = REGISTERS["patrols"].find(name)
        assert field and {(one.value, one.zh, one.en) for one in field.values} == listed
