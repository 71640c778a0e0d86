"""Registers in memory answer diagrams of the stories as the database does."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.domain.errors import StepFailed
from app.domain.ids import new_id
from app.domain.org import Unit, UnitKind
from app.domain.records import UnitPlace
from app.domain.registers import Register
from app.engine.world import Call
from app.usecases import Tools
from app.usecases.operations import perform
from tests.stories.flow import register_memory
from tests.usecases.groves import groves

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOME = new_id(11, AT)
VILLAGE, NEXT = "33.02.11.004.003", "33.02.11.004.004"
ROWS: list[dict[str, Any]] = [
    {"name": "东山", "area": 0.1, "state": "standing", "seen_on": "2026-01-31", "tags": ["旧", "高"]},
    {"name": "西山", "area": 0.2, "state": "felled", "tags": [], "protected": True},
    {"name": "南山", "area": 10}, {"name": "北山", "protected": False, "seen_at": "2026-03-01T08:00:00+08:00"},
    {"name": "东山", "unit": NEXT, "area": 0.1}, {"name": "中山", "unit": NEXT, "survey": {"a": 1}},
]  # fmt: skip
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    *(("find", {"where": where}) for where in (
        None, {}, {"name": "东山"}, {"area": 0.1}, {"area_from": 0.15}, {"area_until": 0.2}, {"area": None},
        {"state": ["felled", None]}, {"tags": "高"}, {"tags": ["旧", "无"]}, {"protected": False},
        {"seen_on_from": "2026-01-31"}, {"seen_at_until": "2026-03-01T00:00:00Z"}, {"unit": NEXT},
        {"unit_within": "33.02.11.004"}, {"unit_covers": f"{VILLAGE}.012"}, {"name": []}, {"name": ["东山", "中山"]},
    )),
    *(("find", {"sort": sort}) for sort in ("area", "-area", "name", "-name", "-", "protected", "-seen_on", "state")),
    ("find", {"limit": 2}), ("find", {"limit": 0}), ("find", {"sort": "-area", "limit": 1}), ("count", {}),
    ("count", {"where": {"area_from": 0.1}}), ("sum", {"field": "area"}),
    ("sum", {"field": "area", "where": {"unit": NEXT}}), ("sum", {"field": "area", "where": {"name": "无"}}),
    *(("find", {"where": where}) for where in ({"height": 1}, {"survey": {"a": 1}}, {"area": "x"}, 3)),
    ("find", {"limit": 201}), ("find", {"limit": "2"}), ("find", {"sort": "tags"}), ("sum", {"field": "name"}),
    ("add", {"row": {"unit": VILLAGE, "name": "东山"}}), ("add", {"row": {"unit": VILLAGE}}), ("add", {"row": None}),
    ("add", {"row": {"unit": "33.02", "name": "a"}}), ("get", {"id": "x"}), ("change", {"id": "x", "changes": {}}),
    ("change", {"id": "first", "changes": {"name": None}}), ("change", {"id": "first", "changes": {"unit": NEXT}}),
    ("change", {"id": "first", "changes": {"area": 5}, "version": 2}),
    ("change", {"id": "first", "changes": {"area": 5, "tags": None}, "version": 1}), ("get", {"id": "first"}),
]  # fmt: skip


class Database:
    """The product's own operations, each in its transaction."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def perform(self, call: Call) -> Any:
        with self.tools.store.unit_of_work() as uow:
            found = perform(self.tools, uow, HOME, call)
            uow.commit()
        return found


@pytest.fixture
def both(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The database and the memory, with the same rows."""
    declared: dict[str, Register] = {"groves": groves()}
    vars(tools.city)["registers"] = declared
    monkeypatch.setattr(register_memory, "declared", lambda: declared)
    with tools.store.unit_of_work() as uow:
        uow.units.load_many([UnitPlace(Unit(code, UnitKind.VILLAGE, code, "", 2, 11, code[:-4]))
                             for code in (VILLAGE, NEXT)])  # fmt: skip
        uow.commit()
    return [Database(tools), register_memory.Memory()]


def asked(where: Any, operation: str, params: dict[str, Any], ids: list[str]) -> Any:
    """Ask one of the two; an id is written as the number of its row, a failure as its code."""
    given = {name: ids[0] if value == "first" else value for name, value in params.items()}
    call = Call(f"register.{operation}", {"register": "groves", **given}, {"village": VILLAGE}, {}, AT)
    try:
        value = where.perform(call).value
    except StepFailed as failed:
        return "failed", failed.attributes.get("code"), sorted(failed.message.split(": ")[:1])
    if operation == "add":
        ids.append(str(UUID(value["id"])))
        return "added"
    rows = value.get("rows", []) + ([value["row"]] if value.get("row") else [])
    for row in rows:
        row["id"] = ids.index(row["id"])
    return value


def test_memory_answers_as_the_database_does(both: list[Any]) -> None:
    database, memory = both
    ids: tuple[list[str], list[str]] = ([], [])
    steps = [*(("add", {"row": row}) for row in ROWS), *QUESTIONS, ("find", {})]
    for operation, params in steps:
        found = [asked(where, operation, params, known) for where, known in zip(both, ids, strict=True)]
        assert found[0] == found[1], (operation, params)
    assert len(ids[0]) == len(ROWS)


def test_rows_that_a_scenario_fills_in_are_read_by_the_declaration(both: list[Any]) -> None:
    memory = both[1]
    memory.rows["groves"] = [{"unit": VILLAGE, "name": "东山", "area": 1.0}]
    row = memory.perform(Call("register.find", {"register": "groves"}, {}, {}, AT)).value["rows"][0]
    assert row["version"] == 1 and row["area"] == 1 and row["state"] is None and UUID(row["id"])
    memory.rows["groves"] = [{"unit": VILLAGE, "name": "东山", "height": 1}]
    with pytest.raises(StepFailed, match="height"):
        memory.perform(Call("register.find", {"register": "groves"}, {}, {}, AT))
