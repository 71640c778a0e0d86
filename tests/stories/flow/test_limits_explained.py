"""The amount of every limit that a table gave is traced to the row that gave it."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.facts import Fact
from app.usecases.desk.limit_origin import _COLUMN, _decided, _written
from tests.stories.flow.flow_case import FlowCase, library
from tests.stories.flow.scenarios import ALL, run

TOOLS: Any = SimpleNamespace(library=library())


def begun(case: FlowCase) -> list[Fact]:
    """List the limits that began with an amount of their element."""
    return [fact for fact in case.facts if fact.kind == "LimitStarted" and fact.content.get("source") != "sla"]


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_amount_that_a_table_gave_names_its_row(name: str) -> None:
    case = run(name)
    decisions = [fact for fact in case.facts if fact.kind == "DecisionMade"]
    for fact in begun(case):
        found = _decided(TOOLS, fact, decisions)
        if found:
            said = [one.content for one in decisions if one.seq < fact.seq and one.content["decision"] == found.table]
            assert any(set(found.rules) <= set(one["rules"]) for one in said), (fact.node, found)
        read = _COLUMN.fullmatch(_written(TOOLS, fact, "limitAmount").lstrip("= "))
        known = {one.content["decision"] for one in decisions} | {
            _written(TOOLS, one, "resultVariable") for one in decisions if one.seq < fact.seq}
        assert found or not read or read[1] not in known, (fact.process, fact.node)


def test_most_limits_of_the_packs_are_traced() -> None:
    found, lost = set(), set()
    for name in ALL:
        case = run(name)
        decisions = [fact for fact in case.facts if fact.kind == "DecisionMade"]
        for fact in begun(case):
            (found if _decided(TOOLS, fact, decisions) else lost).add((fact.process, fact.node))
    # the others are worked out: until an agreed moment, what a form asked for, a row of the case
    assert len(found) > 8 * len(lost - found), sorted(lost - found)
