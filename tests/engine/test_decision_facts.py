"""What a decision task tells the history where its table contradicts itself, and where a condition is null."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.dmn_files import decision, dmn, table
from tests.engine.running import Running, flow, line, user_task

DECIDES = (
    '<bpmn:startEvent id="s"/><bpmn:businessRuleTask id="d"><bpmn:extensionElements>'
    "<spiffworkflow:calledDecisionId>t</spiffworkflow:calledDecisionId></bpmn:extensionElements></bpmn:businessRuleTask>"
    f'{user_task("u")}<bpmn:endEvent id="e"/>{line("s", "d", "u", "e")}'
)
RULES = [(["< 10"], ['"low"']), (["> 5"], ['"high"'])]


@pytest.mark.parametrize(
    ("amount", "outputs", "rules", "part"),
    [(3, "low", [1], None), (7, None, [1, 2], "rules 1, 2 match at once"), (None, None, [], None)],
)
def test_a_contradiction_is_null_and_told(amount: Any, outputs: Any, rules: list[int], part: str | None) -> None:
    running = Running()
    running.shelf.put("decision", "t", dmn(decision("t", table(["amount"], ["level"], RULES))))
    running.publish("p", DECIDES).start("p", amount=amount)
    (told,) = running.kinds("DecisionMade")
    assert (told["outputs"], told["rules"]) == (outputs, rules)
    assert ("warnings" in told) is (part is not None)
    assert part is None or part in told["warnings"][0]
    assert list(running.open)
    assert running.again() is None


BRANCHES = (
    '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="g_b"/>'
    f'{user_task("a")}{user_task("b")}<bpmn:endEvent id="e"/>{line("s", "g")}'
    f'{flow("g", "a", "amount &gt; 10")}{flow("g", "b")}{line("a", "e")}{line("b", "e")}'
)


@pytest.mark.parametrize(("amount", "way"), [(11, "a"), (10, "b"), (None, "b")])
def test_a_null_condition_is_not_true(amount: Any, way: str) -> None:
    running = Running().publish("p", BRANCHES)
    running.start("p", amount=amount)
    assert running.key_of(way)
    assert running.again() is None
