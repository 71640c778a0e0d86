"""Rules that are looked up by a text: the same decisions, warnings and failures as when each rule is looked at."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.decisions import DecisionError, DecisionModel, load_dmn
from app.engine.dmn import boxes
from tests.engine.dmn_files import decision, dmn, table

CELLS = st.sampled_from(['"a"', '"b"', '"a","c"', "-", 'not("a")', "> 3", "null", "x > 1", '"b", null', "true"])
VALUES: Any = st.sampled_from(["a", "b", "c", "d", 2, 5, None, True, ["a"]])
RULES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=6, max_size=14)


def made(rules: list[tuple[str, str, str]], policy: str) -> DecisionModel:
    rows = [(list(cells), [str(number)]) for number, cells in enumerate(rules)]
    return load_dmn(dmn(decision("d", table(["p", "q", "r"], ["answer"], rows, policy))))


def told(model: DecisionModel, inputs: dict[str, Any], *, strict: bool) -> Any:
    try:
        found = model.decide("d", inputs, strict=strict)
    except DecisionError as failure:
        return str(failure)
    return found.outputs, found.matched, found.rule_ids, found.warnings


@settings(deadline=None)
@given(RULES, VALUES, VALUES, VALUES, st.sampled_from(["FIRST", "RULE ORDER", "UNIQUE"]), st.booleans())
def test_a_table_decides_the_same_with_and_without(
    rules: list[tuple[str, str, str]], p: Any, q: Any, r: Any, policy: str, strict: bool
) -> None:
    inputs = {"p": p, "q": q, "r": r, "x": 2}
    with pytest.MonkeyPatch.context() as plain:
        plain.setattr(boxes, "look_up", lambda table: None)
        expected = told(made(rules, policy), inputs, strict=strict)
    assert told(made(rules, policy), inputs, strict=strict) == expected


def test_a_long_table_is_looked_up() -> None:
    seen = []
    rows = [(["-", f'"{at}"', "-"], [str(at)]) for at in range(40)]
    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(boxes, "look_up", lambda table: seen.append(look_up(table)) or seen[0])
        model = load_dmn(dmn(decision("d", table(["p", "q", "r"], ["answer"], rows, "UNIQUE"))))
    assert seen[0].column == 1 and len(seen[0].by_text["7"]) == 1 and not seen[0].rest
    assert model.decide("d", {"p": 1, "q": "7", "r": None}).outputs == 7
    assert model.decide("d", {"p": 1, "q": "none", "r": None}).outputs is None


look_up = boxes.look_up
