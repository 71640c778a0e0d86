"""Declarations of registers: what may stand in a file, and how clearly what may not is named."""

import json
from pathlib import Path

import pytest

from app.domain.city_files import load_roles
from app.domain.errors import Invalid
from app.domain.register_files import load_registers, read_register, read_registers
from app.domain.rights import OFFICERS
from tests.usecases.groves import GROVES, ROLES, groves

CITY = Path(__file__).resolve().parents[2] / "city"
FIELD = {"name": "a", "zh": "甲", "en": "A", "type": "string"}
CHOICE = {**FIELD, "type": "choice", "values": [{"value": "x", "zh": "子", "en": "X"}]}


def test_a_declaration_is_read():
    found = groves()
    assert found.read == {"street_duty", "grid_member"} and found.write == {"village_secretary", "street_affairs"}
    assert found.find("area").max == 1000 and found.find("state").values[1].en == "Felled"
    assert found.unique == (("unit", "name"),) and found.find("height") is None
    assert found.unit_of("33.02.11.004.003.012") == "33.02.11.004.003"
    assert found.unit_of("33.02.11.004.cmd") is None and found.unit_of("moon") is None
    assert groves(rights={"read": ["*officers", "auditor"], "write": ["city_duty"]}).read == OFFICERS | {"auditor"}


def test_what_the_city_declares_can_be_read():
    found = load_registers(CITY / "registers", load_roles(CITY))
    assert "knowledge_articles" in found and all(key == one.key for key, one in found.items())
    files = {path.stem for path in (CITY / "registers" / "rows").iterdir() if path.suffix in (".json", ".csv")}
    assert files <= set(found)


WRONG = {
    "nothing": ([], "must be an object"), "text": ("x", "must be an object"), "null": (None, "must be an object"),
    "another key": ({"key": "gardens"}, "key: must be the file's name"),
    "no rights": ({"rights": {}}, "read is missing"),
    "unknown entry": ({"color": 1}, "'color' is not known"), "list as name": ({"zh": ["竹"]}, "zh must be a text"),
    "empty name": ({"zh": ""}, "zh must have 1 to 200 signs"), "control": ({"zh": "竹\n"}, "control character"),
    "no field": ({"fields": []}, "fields: must be 1 to 60"), "fields": ({"fields": {}}, "fields must be a list"),
    "too many": ({"fields": [{**FIELD, "name": f"a{n}"} for n in range(61)]}, "fields: must be 1 to 60"),
    "field": ({"fields": ["name"]}, "field number 1: must be an object"),
    "field's name": ({"fields": [{**FIELD, "name": "A b"}]}, "field 'A b': name must be small letters"),
    "injection": ({"fields": [{**FIELD, "name": "a'--"}]}, "name must be small letters"),
    "reserved": ({"fields": [{**FIELD, "name": "unit"}]}, "field 'unit': name must be"),
    "type": ({"fields": [{**FIELD, "type": "money"}]}, "type must be one of string"),
    "no type": ({"fields": [{"name": "a", "zh": "甲", "en": "A"}]}, "field 'a': type is missing"),
    "unknown in field": ({"fields": [{**FIELD, "size": 1}]}, "field 'a': 'size' is not known"),
    "twice": ({"fields": [FIELD, FIELD], "title": "a", "search": [], "unique": [], "sums": []}, "stands there twice"),
    "max as text": ({"fields": [{**FIELD, "max": "9"}]}, "max must be a number"),
    "max as truth": ({"fields": [{**FIELD, "max": True}]}, "max must be a number"),
    "max of text": ({"fields": [{**FIELD, "max": 10**9}]}, "max must be 1 to 20000"),
    "max of a day": ({"fields": [{**FIELD, "type": "date", "max": 3}]}, "a date has no max"),
    "min of text": ({"fields": [{**FIELD, "min": 3}]}, "min and decimals belong to numbers"),
    "decimals": ({"fields": [{**FIELD, "type": "number", "decimals": 7}]}, "decimals must be 0 to 6"),
    "required": ({"fields": [{**FIELD, "required": "yes"}]}, "required must be a bool"),
    "choice without": ({"fields": [{**FIELD, "type": "choice"}]}, "a choice has values"),
    "values of numbers": ({"fields": [{**CHOICE, "type": "number"}]}, "values belong to"),
    "of nothing": ({"fields": [{**FIELD, "of": "stars"}]}, "of must be one of"),
    "of with values": ({"fields": [{**CHOICE, "type": "string", "of": "items"}]}, "of must be one of"),
    "person": ({"person": "name"}, "is no field of type person"),
    "consent of nobody": ({"consent": "consents"}, "consent: person must say"),
    "looks at nobody": ({"looks": True}, "looks: person must say"),
    "value": ({"fields": [{**CHOICE, "values": ["x"]}]}, "values: must be an object"),
    "value twice": ({"fields": [{**CHOICE, "values": CHOICE["values"] * 2}]}, "each once"),
    "unknown role": ({"rights": {"read": ["king"], "write": ["city_duty"]}}, "rights.read: there is no role 'king'"),
    "no role": ({"rights": {"read": [3], "write": ["city_duty"]}}, "rights.read: there is no role 3"),
    "nobody": ({"rights": {"read": [], "write": ["city_duty"]}}, "rights.read: names nobody"),
    "no part": ({"rights": {"read": ["auditor"], "write": ["auditor"]}}, "'auditor' has no part"),
    "more rights": ({"rights": {**GROVES["rights"], "delete": ["city_duty"]}}, "'delete' is not known"),
    "level": ({"unit_level": "moon"}, "unit_level: must be one of city"),
    "unit field": ({"unit_field": "name"}, "'name' is no field of type unit"),
    "title": ({"title": "height"}, "title: 'height' is no field"),
    "title of a list": ({"title": "tags"}, "title: 'tags'"),
    "search": ({"search": ["area"]}, "search: 'area' is no field"), "sums": ({"sums": ["name"]}, "sums: 'name'"),
    "sum of nothing": ({"sums": [{}]}, "sums: {} is no field"), "unique": ({"unique": ["name"]}, "must be a list"),
    "unique field": ({"unique": [["name", "survey"]]}, "unique 1: 'survey'"),
    "unique twice": ({"unique": [["name", "name"]]}, "a name stands there twice"),
    "no part in retiring": ({"rights": {**GROVES["rights"], "retire": ["auditor"]}}, "rights.retire: the role"),
    "retired by nobody": ({"rights": {**GROVES["rights"], "retire": []}}, "rights.retire: names nobody"),
    "case numbers": ({"case_numbers": ["area"]}, "case_numbers: 'area' is no field of type string"),
    "case numbers as text": ({"case_numbers": "name"}, "case_numbers must be a list"),
    "reaches down": ({"reaches_down": "yes"}, "reaches_down must be a bool"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_declaration_is_named(what):
    change, said = WRONG[what]
    raw = {**GROVES, **change} if isinstance(change, dict) else change
    with pytest.raises(Invalid) as refused:
        read_register(raw, "groves", ROLES)
    assert said in refused.value.message


def test_whose_row_it_is_must_be_said():
    raw = {name: value for name, value in GROVES.items() if name != "unit_level"}
    with pytest.raises(Invalid, match="must say whose row it is"):
        read_register(raw, "groves", ROLES)
    assert read_register({**raw, "unit_field": "office"}, "groves", ROLES).unit_of("33.02.11.d-fire")


HOSTILE = {
    "no.json": b"{", "bytes.json": b"\xff\xfe{}", "twice.json": b'{"key": "a", "key": "b"}',
    "nan.json": b'{"key": NaN}',
    "deep.json": b"[" * 100_000, "large.json": b" " * 300_000, "number.json": b'{"key": 1e999}',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_declaration_is_named_with_the_others(tmp_path, name):
    (tmp_path / name).write_bytes(HOSTILE[name])
    (tmp_path / "groves.json").write_text(json.dumps({**GROVES, "title": "height"}), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_registers(tmp_path, ROLES)
    assert name in refused.value.message and "groves.json: title: 'height'" in refused.value.message


def test_a_wrong_declaration_takes_nothing_from_the_others(tmp_path):
    (tmp_path / "groves.json").write_text(json.dumps(GROVES), encoding="utf-8")
    wrong = {**GROVES, "key": "gardens", "title": "height"}
    (tmp_path / "gardens.json").write_text(json.dumps(wrong), encoding="utf-8")
    (tmp_path / "no.json").write_bytes(b"{")
    found = read_registers(tmp_path, ROLES)
    assert list(found.registers) == ["groves"] and set(found.wrong) == {"gardens", "no"}
    assert found.wrong["gardens"][0].startswith("gardens.json: title: 'height'")


def test_who_retires_rows_and_what_names_a_case_is_declared():
    found = read_register({**GROVES, "rights": {**GROVES["rights"], "retire": ["city_duty"]}, "case_numbers": ["name"]},
                          "groves", ROLES)  # fmt: skip
    assert (found.retire, found.case_numbers) == ({"city_duty"}, ("name",))
    plain = read_register(GROVES, "groves", ROLES)
    assert (plain.retire, plain.case_numbers) == (frozenset(), ())


def test_no_folder_declares_nothing(tmp_path):
    assert load_registers(tmp_path / "none", ROLES) == {}
