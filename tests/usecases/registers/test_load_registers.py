"""Rows that registers begin with: loaded with the city, once, whatever people have changed since."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import Invalid
from app.domain.org import Unit, UnitKind
from app.domain.records import UnitPlace
from app.domain.registers import Register
from app.usecases import Tools
from app.usecases.people.load_registers import load_registers
from app.usecases.registers.change_row import change_row
from app.usecases.registers.list_rows import list_rows
from tests.usecases.groves import groves

VILLAGE = "33.02.11.004.003"


@pytest.fixture
def rows(tools: Tools, tmp_path: Path) -> Path:
    """A folder for the rows of a register, on a server with one village."""
    vars(tools.city).update(folder=tmp_path, registers={"groves": groves()}, root="33.02")
    with tools.store.unit_of_work() as uow:
        uow.units.load_many([UnitPlace(Unit(VILLAGE, UnitKind.VILLAGE, "联合村", "", 2, 11, VILLAGE[:-4]))])
        uow.commit()
    folder = tmp_path / "registers" / "rows"
    folder.mkdir(parents=True)
    return folder


def write(folder: Path, *rows: Any, name: str = "groves.json") -> None:
    (folder / name).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def kept(tools: Tools, key: str = "groves") -> list[tuple[str, Any]]:
    page = list_rows(tools, actor=SYSTEM, key=key, sort="name")
    return [(row.data["name"], row.data.get("area")) for row in page.rows]


def test_rows_are_loaded_once_and_what_people_changed_stays(tools: Tools, rows: Path) -> None:
    write(rows, {"unit": VILLAGE, "name": "东山", "area": 1}, {"unit": f"{VILLAGE}.012", "name": "西山", "area": 2})
    assert load_registers(tools) == 2 and load_registers(tools) == 0
    first = list_rows(tools, actor=SYSTEM, key="groves", sort="name").rows[0]
    assert first.unit == VILLAGE and first.created_by == "SYSTEM"
    change_row(tools, actor=SYSTEM, key="groves", row_id=first.id, version=1, values={"area": 9}, reason="重测")
    write(rows, {"unit": VILLAGE, "name": "东山", "area": 3}, {"unit": VILLAGE, "name": "南山"})
    assert load_registers(tools) == 1
    assert kept(tools) == [("东山", 9), ("南山", None), ("西山", 2)]


def test_rows_are_also_read_from_csv_and_known_again_without_a_key(tools: Tools, rows: Path) -> None:
    loose: Register = groves(unique=[], unit_level="village")
    vars(tools.city)["registers"] = {"groves": loose}
    (rows / "groves.csv").write_text(f"unit,name,area\n{VILLAGE},东山,1.5\n{VILLAGE},东山,2\n", encoding="utf-8")
    assert load_registers(tools) == 2 and load_registers(tools) == 0
    assert kept(tools) == [("东山", 1.5), ("东山", 2)]


@pytest.mark.parametrize(("row", "said"), [
    ({"unit": VILLAGE, "name": "东山", "area": "x"}, r"groves\.json line 2: .*area"),
    ({"name": "东山"}, "unit must name"),
    ({"unit": "33.02.11.004.099", "name": "东山"}, r"line 2: .*unit"), ("x", "line 2"),
])  # fmt: skip
def test_a_line_that_does_not_fit_is_named_and_nothing_is_kept(tools: Tools, rows: Path, row: Any, said: str) -> None:
    write(rows, {"unit": VILLAGE, "name": "西山"}, row)
    with pytest.raises(Invalid, match=said):
        load_registers(tools)
    assert kept(tools) == []


def test_rows_of_no_register_are_refused(tools: Tools, rows: Path) -> None:
    write(rows, name="gardens.json")
    with pytest.raises(Invalid, match="gardens"):
        load_registers(tools)


def test_other_files_are_left_alone(tools: Tools, rows: Path) -> None:
    (rows / "README.md").write_text("rows", encoding="utf-8")
    assert load_registers(tools) == 0
