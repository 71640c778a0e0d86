"""Diagrams that read and write registers, on the database; what they found is in the history."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from app.domain.errors import StepFailed
from app.domain.org import Unit, UnitKind
from app.domain.records import UnitPlace
from app.domain.registers import Register
from tests.engine.running import service
from tests.usecases.drawn import END, START, Stage, drawn, work
from tests.usecases.groves import groves

VILLAGE, OTHER = "33.02.11.004.003", "33.02.11.004.001"


@pytest.fixture
def register(stage: Stage) -> Register:
    """The register of groves, on a server with two villages."""
    found = groves()
    vars(stage.tools.city)["registers"] = {"groves": found}
    with stage.tools.store.unit_of_work() as uow:
        uow.units.load_many([UnitPlace(Unit(code, UnitKind.VILLAGE, code, code, 2, 11, code.rpartition(".")[0]))
                             for code in (VILLAGE, OTHER)])
        uow.commit()
    return found


def step(key: str, operation: str, **params: str) -> str:
    return service(key, f"register.{operation}", key, register="&quot;groves&quot;", **params)


def row(**values: Any) -> str:
    """Write a row as FEEL in an attribute."""
    said = ", ".join(f"{name}: {value}" for name, value in values.items())
    return "{" + said.replace('"', "&quot;").replace("<", "&lt;") + "}"


def run(stage: Stage, *steps: str, **variables: Any) -> UUID:
    """Publish a process of these steps, start it, and look that it runs again to the same history."""
    stage.publish(drawn("grove", START, *steps, END))
    case_id = stage.start("grove", **variables)
    stage.verified(case_id)
    return case_id


def found(stage: Stage, case_id: UUID) -> dict[str, Any]:
    """Read what each operation gave, by operation; of several the last."""
    return {fact.content["operation"].partition(".")[2]: fact.content["value"]
            for fact in stage.facts(case_id, "OperationDone")}  # fmt: skip


def test_a_diagram_adds_changes_finds_and_adds_up(stage: Stage, register: Register) -> None:
    village = f'"{VILLAGE}"'
    case_id = run(
        stage,
        step("one", "add", row=row(unit=village, name='"东山"', area="0.1", seen_on='date("2026-03-01")',
                                   tags='["a"]')),
        step("two", "add", row=row(unit=village, name='"西山"', area="0.2", state='"felled"')),
        step("three", "add", row=row(unit=f'"{OTHER}"', name='"东山"', area="7")),
        step("changed", "change", id="one.id", changes=row(area="0.15", tags="null", protected="true"),
             reason="&quot;重新测量&quot;"),
        step("all", "find", where=row(unit_within='"33.02.11.004"', area_from="0.12"), sort="&quot;-area&quot;"),
        step("got", "get", id="one.id"),
        step("nothing", "count", where=row(name='["北山", "南山"]')),
        step("total", "sum", field="&quot;area&quot;", where=row(unit=village)),
    )
    values = found(stage, case_id)
    in_order = [(one["name"], one["area"]) for one in values["find"]["rows"]]
    assert in_order == [("东山", 7), ("西山", 0.2), ("东山", 0.15)]
    assert values["find"]["total"] == 3 and values["count"] == {"count": 0}
    assert values["sum"] == {"sum": 0.35, "count": 2}
    row_now = values["get"]["row"]
    assert row_now == values["change"]["row"]
    assert row_now["version"] == 2 and row_now["seen_on"] == "2026-03-01" and row_now["tags"] is None
    assert row_now["protected"] is True and row_now["unit"] == VILLAGE and row_now["survey"] is None
    with stage.tools.store.unit_of_work() as uow:
        kept = uow.registers.get(register, UUID(row_now["id"]))
        assert kept is not None
        second, first = uow.registers.history(kept)
    assert second.changes == {"area": [0.1, 0.15], "tags": [["a"], None], "protected": [None, True]}
    assert second.case_id == first.case_id == case_id and second.actor == "SYSTEM" and second.reason == "重新测量"


def test_the_history_runs_again_though_the_register_is_another_by_now(stage: Stage, register: Register) -> None:
    case_id = run(
        stage, step("one", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"')),
        step("all", "find", where=row(name='"东山"')), work("wait"),
        step("more", "count"),
    )
    vars(stage.tools.city)["registers"] = {}
    stage.verified(case_id)


def test_the_same_row_may_be_added_twice_in_one_command(stage: Stage) -> None:
    same = row(unit='"33.02"', name='"东山"')
    vars(stage.tools.city)["registers"] = {"groves": groves(unique=[], unit_level="city")}
    case_id = run(stage, step("one", "add", row=same), step("two", "add", row=same), step("all", "count"))
    assert found(stage, case_id)["count"] == {"count": 2}


def test_a_row_without_a_unit_belongs_where_the_event_is(stage: Stage, register: Register) -> None:
    vars(stage.tools.city)["registers"] = {"groves": groves(unit_level="city")}
    case_id = run(stage, step("one", "add", row=row(name='"东山"')), step("all", "find"))
    assert [one["unit"] for one in found(stage, case_id)["find"]["rows"]] == ["33.02"]


#: a step, and what its failure says; a wrong name that is written out never gets as far
WRONG: Mapping[str, tuple[str, str]] = {
    "register": (service("x", "register.count", register='&quot;gar&quot; + &quot;dens&quot;'), "gardens"),
    "field of a row": (step("x", "add", row="context put({}, &quot;nmae&quot;, 1)"), "nmae"),
    "field of a question": (step("x", "find", where="context put({}, &quot;nmae&quot;, 1)"), "nmae"),
    "comparison": (step("x", "find", where=row(survey='{a: 1}')), "survey"),
    "order of texts": (step("x", "find", where=row(protected_from="true")), "protected_from"),
    "value": (step("x", "add", row=row(unit='"33.02.11.004.003"', name='"东山"', area='"large"')), "area"),
    "too many places": (step("x", "add", row=row(unit='"33.02.11.004.003"', name='"东山"', area="0.123")), "area"),
    "nothing required": (step("x", "add", row=row(unit='"33.02.11.004.003"')), "name"),
    "unit that there is not": (step("x", "add", row=row(unit='"33.02.11.004.099"', name='"东山"')), "unit"),
    "person that there is not": (step("x", "add", row=row(unit='"33.02.11.004.003"', name='"a"', owner='"nobody"')),
                                 "owner"),
    "unit too high": (step("x", "add", row=row(unit='"33.02.11"', name='"东山"')), "unit"),
    "no row": (step("x", "add", row="&quot;东山&quot;"), "row"),
    "row that there is not": (step("x", "change", id="&quot;0198c2f0-0000-7000-8000-000000000001&quot;",
                                   changes=row(name='"东山"')), "0198c2f0"),
    "id that is none": (step("x", "change", id="&quot;one&quot;", changes=row(name='"东山"')), "one"),
    "limit": (step("x", "find", limit="201"), "limit"),
    "sort": (step("x", "find", sort="&quot;survey&quot;"), "survey"),
    "sum": (step("x", "sum", field="&quot;name&quot;"), "name"),
    "NUL": (step("x", "add", row=row(unit='"33.02.11.004.003"', name='"a\\u0000b"')), "name"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_fails_with_a_clear_text_and_writes_nothing(
    stage: Stage, register: Register, what: str
) -> None:
    wrong, said = WRONG[what]
    stage.publish(drawn("grove", START, wrong, END))
    with pytest.raises(StepFailed, match=said):
        stage.start("grove")
    with stage.tools.store.unit_of_work() as uow:
        assert uow.registers.count(register) == 0


def test_a_taken_key_may_be_caught_and_leaves_nothing_behind(stage: Stage, register: Register) -> None:
    caught = ('<bpmn:boundaryEvent id="b" attachedToRef="two"><bpmn:errorEventDefinition id="bd" errorRef="er"/>'
              '</bpmn:boundaryEvent>')  # fmt: skip
    one = step("one", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"', area="1"))
    two = step("two", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"', area="2"))
    after = step("again", "add", row=row(unit=f'"{VILLAGE}"', name='"西山"', area="3"))
    key, content = drawn("grove", START, one, two, END)
    ways = ('<bpmn:sequenceFlow id="bw" sourceRef="b" targetRef="again"/><bpmn:endEvent id="e2"/>'
            '<bpmn:sequenceFlow id="bw2" sourceRef="again" targetRef="e2"/>')  # fmt: skip
    text = content.decode().replace("</bpmn:process>", caught + after + ways + "</bpmn:process>"
                                    '<bpmn:error id="er" errorCode="RowTaken"/>')
    stage.publish((key, text.encode()))
    case_id = stage.start("grove")
    stage.verified(case_id)
    with stage.tools.store.unit_of_work() as uow:
        assert [one.data["area"] for one in uow.registers.find(register).rows] == [1, 3]


def test_an_outdated_version_is_not_written(stage: Stage, register: Register) -> None:
    stage.publish(drawn("grove", START, step("one", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"')),
                        step("two", "change", id="one.id", version="1", changes=row(area="1")),
                        step("three", "change", id="one.id", version="1", changes=row(area="2")), END))
    with pytest.raises(StepFailed, match="version 2"):
        stage.start("grove")
    with stage.tools.store.unit_of_work() as uow:
        assert uow.registers.count(register) == 0


def test_a_change_that_takes_a_key_is_refused(stage: Stage, register: Register) -> None:
    stage.publish(drawn("grove", START, step("one", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"')),
                        step("two", "add", row=row(unit=f'"{OTHER}"', name='"东山"')),
                        step("three", "change", id="two.id", changes=row(unit=f'"{VILLAGE}"')), END))
    with pytest.raises(StepFailed, match="unit: .*; name: "):
        stage.start("grove")


def test_every_wrong_field_of_a_row_is_named(stage: Stage, register: Register) -> None:
    with pytest.raises(StepFailed, match="area: .*; state: ") as wrong:
        run(stage, step("x", "add", row=row(unit=f'"{VILLAGE}"', name='"东山"', area="-1", state='"burnt"')))
    assert wrong.value.attributes["code"] == "InvalidRow"
