"""The rows that registers begin with name units of the small city of the demo and of the whole one alike."""

import json
from pathlib import Path

import pytest

from app.domain.city_files import load_roles
from app.domain.generator import generate, load_spec
from app.domain.register_files import load_registers

CITY = Path(__file__).parents[2] / "city"


@pytest.mark.parametrize("scale", ["demo", "full"])
def test_every_first_row_names_units_of_this_scale(scale: str) -> None:
    known = {unit.code for unit in generate(load_spec(CITY), scale).units}
    registers = load_registers(CITY / "registers", load_roles(CITY))
    named = 0
    for path in sorted((CITY / "registers" / "rows").glob("*.json")):
        fields = [one.name for one in registers[path.stem].fields if one.type == "unit"]
        for row in json.loads(path.read_text(encoding="utf-8")):
            for field in ("unit", *fields):
                if row.get(field):
                    named += 1
                    assert row[field] in known, f"{path.name}: {row[field]} is no unit at the scale {scale}"
    assert named > 5
