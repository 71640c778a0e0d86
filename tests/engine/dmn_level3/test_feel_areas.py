"""FEEL area by area: each line of `feel/*.txt` is an expression, `==>`, and the value that it must have.

The expected value is written in the language as well: a literal that the reader's own tests vouch for.

Source:
    DMN 1.3 and 1.4, chapter 10; the areas follow level 3 of the compatibility kit, the text is our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.engine import feel

FOLDER = Path(__file__).parent / "feel"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
#: what the expressions may name
CONTEXT: dict[str, Any] = {
    "amount": 41, "name": "Li", "Full Name": "Li Wei", "pre-tax": 100, "nothing": None, "flag": True,
    "xs": [1, 2, 3], "people": [{"name": "a", "age": 10}, {"name": "b", "age": 30}, {"name": "c"}],
}  # fmt: skip
NAMES = ("Full Name", "pre-tax")
#: lines in the files, so that a file that goes missing is noticed
LEAST = 1250


def cases() -> list[Any]:
    """Collect (expression, expected) of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                expression, mark, expected = line.partition(" ==> ")
                assert mark, f"{path.name}:{number} has no ==>"
                found.append(pytest.param(expression, expected, id=f"{path.stem}:{number}"))
    return found


CASES = cases()


def value_of(expression: str) -> Any:
    """Evaluate, in the form that is stored, with numbers to ten digits as the kit's runners compare."""
    found = feel.evaluate(expression, CONTEXT, now=NOW, names=NAMES)
    return rounded(feel.normalise(found))


def rounded(value: Any) -> Any:
    """Round the numbers in a value."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(f"{Decimal(repr(value)):.10g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_area(expression: str, expected: str) -> None:
    found, wanted = value_of(expression), value_of(expected)
    assert (type(found), found) == (type(wanted), wanted)


def test_corpus_is_complete() -> None:
    assert len(CASES) >= LEAST
