"""Whole DMN files area by area: `models/*.dmn`, each with its cases in a JSON file of the same name.

Source:
    DMN 1.3 and 1.4, chapters 6 to 10; the areas follow level 3 of the compatibility kit, the text is our own.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.engine.decisions import DecisionModel, load_dmn

FOLDER = Path(__file__).parent / "models"
#: cases in the files, so that a file that goes missing is noticed
LEAST = 165


def cases() -> list[Any]:
    """Collect (file, case) of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for at, case in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}:{at} {case['decide']}"))
    return found


CASES = cases()


def loaded(name: str) -> DecisionModel:
    """Load a file; the others are there to be imported."""
    others = [path.read_bytes() for path in FOLDER.glob("import*.dmn") if path.stem != name]
    return load_dmn((FOLDER / f"{name}.dmn").read_bytes(), others=others)


def same(found: Any, expected: Any) -> bool:
    """Compare numbers to eight digits after the point, as the kit's runners do, and types exactly."""
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        close = isinstance(found, int | float) and not isinstance(found, bool)
        return close and abs(Decimal(repr(found)) - Decimal(repr(expected))) < Decimal("1e-8")
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        keys = isinstance(found, dict) and found.keys() == expected.keys()
        return keys and all(same(found[key], expected[key]) for key in expected)
    return type(found) is type(expected) and bool(found == expected)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: dict[str, Any]) -> None:
    found = loaded(name).decide(case["decide"], case["inputs"])
    assert same(found.outputs, case["expect"]), (found.outputs, found.warnings)
    if "warns" in case:
        assert any(case["warns"] in warning for warning in found.warnings), found.warnings


def test_corpus_is_complete() -> None:
    assert len(CASES) >= LEAST
