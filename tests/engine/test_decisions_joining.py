"""Files that a file imports under no name: what they hold stands in it as if it were written there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from app.engine.decisions import findings, load_dmn

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def written(name: str, body: str, *imports: str) -> bytes:
    """Return a file that imports others under no name."""
    taken = "".join(f'<import namespace="urn:{one}" name="" importType="{SPACE}"/>' for one in imports)
    return f'<definitions xmlns="{SPACE}" namespace="urn:{name}" name="{name}">{taken}{body}</definitions>'.encode()


def decision(name: str, text: str, *needs: str, key: str = "", kind: str = "Any") -> str:
    """Return a decision that needs others."""
    required = "".join(
        f'<informationRequirement><requiredDecision href="{need}"/></informationRequirement>' for need in needs
    )
    return (
        f'<decision name="{name}" id="{key or name}"><variable name="{name}" typeRef="{kind}"/>{required}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def answer(asked: str, content: bytes, *others: bytes, given: Mapping[str, Any] | None = None) -> Any:
    """Return what a file decides with others at hand."""
    return load_dmn(content, others=others).decide(asked, given or {}, now=NOW).outputs


FEE = decision("fee", "rate * 2", "#rate")


def test_a_decision_of_the_other_file_is_named_as_if_it_were_here():
    assert answer("fee", written("a", FEE, "b"), written("b", decision("rate", "21"))) == 42


def test_a_decision_of_the_other_file_can_be_asked_here_with_its_inputs():
    other = (
        '<inputData name="area" id="area"><variable name="area" typeRef="number"/></inputData>'
        '<decision name="fee" id="fee"><variable name="fee"/><informationRequirement><requiredInput href="#area"/>'
        "</informationRequirement><literalExpression><text>area * 3</text></literalExpression></decision>"
    )
    assert answer("fee", written("a", "", "b"), written("b", other), given={"area": 4}) == 12


def test_a_model_and_a_type_of_the_other_file_are_known_here():
    other = (
        '<itemDefinition name="tWord"><typeRef>string</typeRef></itemDefinition>'
        '<businessKnowledgeModel name="greet" id="greet"><variable name="greet"/><encapsulatedLogic>'
        '<formalParameter name="who"/><literalExpression><text>"hello " + who</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    asked = decision("said", 'greet("you")', kind="tWord").replace(
        "<literal", '<knowledgeRequirement><requiredKnowledge href="#greet"/></knowledgeRequirement><literal', 1
    )
    content = written("a", asked + decision("number", "12", kind="tWord"), "b")
    assert answer("said", content, written("b", other)) == "hello you"
    assert answer("number", content, written("b", other)) is None


def rate(value: int) -> str:
    """Return a decision called rate."""
    return decision("rate", str(value))


@pytest.mark.parametrize(
    ("here", "others", "expected"),
    [
        pytest.param(written("a", FEE + rate(1), "b"), [written("b", rate(2))], 2, id="its own first"),
        pytest.param(written("a", FEE, "b", "c"), [written("c", rate(3)), written("b", rate(2))], 4, id="in order"),
        pytest.param(
            written("a", FEE, "b", "d"),
            [written("b", "", "c"), written("c", rate(3)), written("d", rate(4))], 6, id="the deeper before the later",
        ),
        pytest.param(written("a", FEE + rate(1), "a"), [], 2, id="itself"),
        pytest.param(written("a", FEE, "b"), [written("b", "", "c"), written("c", rate(3), "b")], 6, id="in a ring"),
    ],
)  # fmt: skip
def test_the_first_of_one_name_counts(here: bytes, others: list[bytes], expected: int):
    assert answer("fee", here, *others) == expected


@pytest.mark.parametrize("href", ["#rate", "urn:b#rate"])
def test_what_is_taken_in_needs_what_stands_here_under_its_name(href: str):
    taken = decision("fee", "rate * 2", href) + decision("rate", "5")
    assert answer("fee", written("a", decision("rate", "1", key="mine"), "b"), written("b", taken)) == 2


def test_two_files_may_use_one_id_for_two_things():
    here = decision("fee", "rate + share", "#d1", "urn:b#d1") + decision("rate", "1", key="d1")
    assert answer("fee", written("a", here, "b"), written("b", decision("share", "10", key="d1"))) == 11


def test_a_file_that_is_not_given_is_a_finding():
    assert any("urn:b" in finding.message for finding in findings(written("a", decision("fee", "1"), "b")))


def test_a_long_chain_of_files_ends():
    chain = [written(f"n{at}", rate(at) if at == 40 else "", f"n{at + 1}") for at in range(1, 41)]
    assert answer("one", written("a", decision("one", "1"), "n1"), *chain) == 1
