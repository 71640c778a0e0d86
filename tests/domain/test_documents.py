"""Templates of documents: every blank has somebody who fills it, and a sheet says nothing twice."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from app.domain.city_files import load_roles, read_yaml
from app.domain.document_files import load_documents
from app.domain.documents import Sheet, Template, fill, filled, lacking, read_template
from app.domain.errors import Invalid

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "city" / "documents"
TEMPLATES = load_documents(FOLDER, load_roles(ROOT / "city"))
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PLAIN: dict[str, Any] = {
    "title": {"zh": "回执", "en": "Receipt"}, "mark": "HZ", "roles": ["street_duty"],
    "missing": {"zh": "等等", "en": "Wait"}, "lines": [{"text": {"zh": "甲{event.a}", "en": "A{event.a}"}}],
}  # fmt: skip


def answered() -> dict[str, set[str]]:
    """List what people can answer, {user task: fields}."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "bpmn").glob("*/*.bpmn"):
        for task in ElementTree.parse(path).iter(f"{_BPMN}userTask"):
            key = next(one.get("value") for one in task.iter(f"{_SPIFF}property") if one.get("name") == "form")
            schema = json.loads((ROOT / "forms" / f"{key}.form.json").read_text(encoding="utf-8"))
            found.setdefault(str(task.get("id")), set()).update(fields(schema["components"]))
    return found


def fields(components: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for one in components:
        found |= {str(one.get("key") or one.get("path") or "")} - {""}
        if one.get("type") == "group":
            found |= fields(one.get("components", []))
    return found


def test_there_are_the_five_that_offices_print() -> None:
    assert {"receipt", "dispatch", "transfer_letter", "mediation_agreement", "penalty_notice"} <= set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_every_blank_has_somebody_who_fills_it(template: Template) -> None:
    steps = answered()
    text = (FOLDER / f"{template.key}.yaml").read_text(encoding="utf-8")
    paths = set(re.findall(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)(?:\|yuan)?\}", text)) | set(template.needs)
    paths |= {str(line[name]) for line in template.lines for name in ("list", "if") if name in line}
    assert paths
    for path in paths:
        first, *rest = path.split(".")
        assert first in ("event", "place", "item", "milestones", "limits", "said", "issuer", "today"), path
        if first == "said":
            assert rest[0] in steps and rest[1] in steps[rest[0]], path
    processes = {path.stem for path in (ROOT / "bpmn").glob("*/*.bpmn")}
    assert template.processes <= processes


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_nothing_is_issued_before_it_can_say_what_it_must(template: Template) -> None:
    assert lacking(template, {}) == list(template.needs) and template.needs
    known: dict[str, Any] = {}
    for path in template.needs:
        *way, last = path.split(".")
        here = known
        for name in way:
            here = here.setdefault(name, {})
        here[last] = "甲"
    assert lacking(template, known) == []
    for language in ("zh", "en"):
        sheet = fill(template, known, language)
        assert Sheet.of(json.loads(json.dumps(sheet.plain()))) == sheet
        assert not [line for line in sheet.lines if "{" in line.text + line.label]


def test_what_nobody_knows_is_a_dash_and_what_people_wrote_is_no_pattern() -> None:
    assert filled("{event.a}，{event.b}", {"event": {"a": "{event.b}"}}) == "{event.b}，—"
    assert filled("{event.a}", {"event": {"a": ["罚款", "警告"]}}) == "罚款、警告"
    assert filled("{event.a}", {"event": {"a": {"x": 1}}}) == "—" and filled("{x", {}) == "{x"


def test_lines_with_a_condition_and_lists() -> None:
    told = PLAIN | {"lines": [
        {"heading": {"zh": "事项", "en": "Items"}, "if": "said.a.items"},
        {"list": "said.a.items", "columns": [{"key": "who", "zh": "谁", "en": "Who"}]},
        {"sign": [{"zh": "甲方", "en": "A"}]},
    ]}  # fmt: skip
    template = read_template("x", told)
    sheet = fill(template, {"said": {"a": {"items": [{"who": "甲"}, "nonsense", {"who": None}]}}}, "zh")
    assert [line.kind for line in sheet.lines] == ["heading", "table", "sign"]
    assert sheet.lines[1].rows == (("甲",), ("—",)) and sheet.lines[1].head == ("谁",)
    assert [line.kind for line in fill(template, {}, "en").lines] == ["table", "sign"]


def test_sums_are_written_in_capital_figures_too_and_nothing_is_not_said() -> None:
    told = PLAIN | {"organ": "{event.nobody}", "lines": [
        {"to": {"zh": "甲：", "en": "To A:"}},
        {"pair": {"zh": "罚款", "en": "Fine"}, "value": "{event.fine|yuan}", "if": "event.fine"},
        {"pair": {"zh": "没收", "en": "Taken"}, "value": "{event.taken|yuan}", "if": "event.taken"},
        {"list": "event.items", "columns": [{"key": "amount", "zh": "金额", "en": "Amount", "as": "yuan"}]},
        {"close": {"zh": "乙", "en": "B"}},
    ]}  # fmt: skip
    values = {"event": {"fine": "3000", "taken": "0", "items": [{"amount": "0.5"}, {}]}}
    sheet = fill(read_template("x", told), values, "zh")
    assert [line.kind for line in sheet.lines] == ["to", "pair", "table", "close"] and sheet.organ == ""
    assert sheet.lines[1].text == "3,000 元（叁仟元整）" and sheet.lines[2].rows == (("0.50 元（伍角整）",), ("—",))


@pytest.mark.parametrize("wrong", [
    {"mark": "hz"}, {"mark": "A" * 9}, {"roles": []}, {"lines": []}, {"title": {"zh": "只有中文"}},
    {"lines": [{"picture": "x"}]}, {"lines": [{"text": {"zh": "a", "en": "b"}, "heading": {"zh": "a", "en": "b"}}]},
    {"lines": [{"pair": {"zh": "a", "en": "b"}}]}, {"lines": "text"},
    {"lines": [{"text": {"zh": "a", "en": "b"}, "x": 1}]},
])  # fmt: skip
def test_a_wrong_template_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="documents/x.yaml"):
        read_template("x", PLAIN | wrong)


def test_marks_and_roles_are_looked_at(tmp_path: Path) -> None:
    roles = load_roles(ROOT / "city")
    text = (FOLDER / "receipt.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert set(load_documents(tmp_path, roles)) == {"a"}
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match="is the mark of a"):
        load_documents(tmp_path, roles)
    (tmp_path / "b.yaml").write_text(text.replace("mark: SL", "mark: XX").replace("street_duty,", "nobody,"), "utf-8")
    with pytest.raises(Invalid, match="no role nobody"):
        load_documents(tmp_path, roles)
    assert read_yaml(tmp_path / "a.yaml")["mark"] == "SL"
