"""Tables as other tools write them: Camunda's JUEL and input variables, Flowable's namespace and comparisons."""

from typing import Any

import pytest

from app.engine.decisions import DecisionNotFound, findings, load_dmn
from tests.engine.running import MONDAY

_NEW = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(cell: str, given: str = "a", output: str = '"yes"', more: str = "", attributes: str = "",
        namespace: str = _NEW, policy: str = "UNIQUE") -> bytes:  # fmt: skip
    """Write a file with one table of one input, one output and one rule."""
    return (f'<definitions xmlns="{namespace}" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" '
            f'namespace="n" {attributes}><decision id="t" name="t"><decisionTable hitPolicy="{policy}"><input {more}>'
            f'<inputExpression typeRef="{"number" if "5" in cell else "string"}"><text>{given}</text></inputExpression>'
            f'</input><output name="o"/><rule><inputEntry><text>{cell}</text></inputEntry><outputEntry>'
            f"<text>{output}</text></outputEntry></rule></decisionTable></decision></definitions>").encode()


def decided(content: bytes, **inputs: Any) -> Any:
    return load_dmn(content).decide("t", inputs, now=MONDAY).outputs


@pytest.mark.parametrize("namespace", [
    "http://www.omg.org/spec/DMN/20151101", "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20240513/MODEL/",
])  # fmt: skip
def test_every_version_of_the_standard_is_read(namespace: str) -> None:
    assert decided(dmn('"x"', namespace=namespace), a="x") == "yes"


@pytest.mark.parametrize(("content", "inputs", "value"), [
    (dmn('"x"', given="", more='camunda:inputVariable="a"'), {"a": "x"}, "yes"),
    (dmn("cellInput &gt; 5"), {"a": 7}, "yes"),
    (dmn("amount &gt; 5", given="a + 1", more='camunda:inputVariable="amount"'), {"a": 5}, "yes"),
    (dmn('"amount"', given="a", more='camunda:inputVariable="amount"'), {"a": "amount"}, "yes"),
    (dmn('"x"', given="${order.kind}"), {"order": {"kind": "x"}}, "yes"),
    (dmn('"x"', output="${price * 2}"), {"a": "x", "price": 4}, 8),
    (dmn('== "x"'), {"a": "x"}, "yes"), (dmn('== "x"'), {"a": "y"}, None), (dmn('!= "x"'), {"a": "y"}, "yes"),
    (dmn('"x"', policy="first"), {"a": "x"}, "yes"),
    (dmn('"x"', policy="RULE_ORDER"), {"a": "x"}, ["yes"]),
])  # fmt: skip
def test_what_other_tools_write_in_a_table_means_the_same(content: bytes, inputs: dict[str, Any], value: Any) -> None:
    assert decided(content, **inputs) == value
    assert not [one for one in findings(content) if one.severity == "error"]


def test_an_input_in_another_language_is_refused_by_name() -> None:
    content = dmn('"x"').replace(b"<inputExpression ", b'<inputExpression expressionLanguage="groovy" ')
    assert [str(one) for one in findings(content)] == ["t, a: the language groovy is not FEEL"]


def test_juel_without_equivalent_is_refused() -> None:
    found = findings(dmn('"x"', given="${service.find(a)}"))
    assert any("JUEL" in one.message and one.severity == "error" for one in found)


def test_a_file_that_says_another_language_is_hinted_at() -> None:
    found = findings(dmn('"x"', attributes='expressionLanguage="http://www.groovy-lang.org"'))
    assert [one.severity for one in found] == ["warning"]


def requiring(asked: str, outputs: str, cells: str, more: str = "", policy: str = "UNIQUE") -> bytes:
    """Write a decision `fee` that asks by some name for what `risk-class` answers, named `Risk class`."""
    return (f'<definitions xmlns="{_NEW}" id="d" name="d" namespace="n">{more}<decision id="fee" name="Fee">'
            '<informationRequirement><requiredDecision href="#risk-class"/></informationRequirement>'
            f"<literalExpression><text>{asked}</text></literalExpression></decision>"
            '<decision id="risk-class" name="Risk class"><decisionTable '
            f'hitPolicy="{policy}"><input><inputExpression><text>age</text></inputExpression></input>{outputs}'
            f"<rule><inputEntry><text>-</text></inputEntry>{cells}</rule></decisionTable></decision></definitions>"
            ).encode()  # fmt: skip


ONE, TWO = '<output name="risk"/>', '<output name="risk"/><output name="count"/>'
CELL, CELLS = "<outputEntry><text>7</text></outputEntry>", 2 * "<outputEntry><text>7</text></outputEntry>"


@pytest.mark.parametrize(("content", "value"), [
    (requiring("risk + 1", ONE, CELL), 8), (requiring("Risk class + 1", ONE, CELL), 8),
    (requiring("risk[1] + 1", ONE, CELL, policy="COLLECT"), 8), (requiring("risk + 1", TWO, CELLS), 8),
    (requiring("sum(risk)", TWO, CELLS, policy="RULE ORDER"), 7),
    # an output never hides a function of the language or of the file
    (requiring("count([1, 2])", TWO, CELLS), 2),
    (requiring("risk(1)", ONE, CELL, '<businessKnowledgeModel id="b" name="risk"><encapsulatedLogic><formalParameter '
               'name="x"/><literalExpression><text>x + 2</text></literalExpression></encapsulatedLogic>'
               "</businessKnowledgeModel>"), 3),
])  # fmt: skip
def test_what_a_decision_requires_goes_by_the_names_of_its_outputs_too(content: bytes, value: Any) -> None:
    found = load_dmn(content).decide("fee", {"age": 30, "risk": 100}, now=MONDAY)
    assert found.outputs == value and not found.warnings


def test_a_decision_of_another_tool_is_made_by_the_key_that_its_id_or_name_becomes() -> None:
    model = load_dmn(requiring("risk", ONE, CELL))
    assert [model.meant(key).id for key in ("risk_class", "risk-class", "Risk class", "fee")] == ["risk-class"] * 3 + [
        "fee"]  # fmt: skip
    assert model.decide("risk_class", {}, now=MONDAY).outputs == 7
    with pytest.raises(DecisionNotFound):
        model.meant("risk_classes")


def test_an_input_of_several_words_is_the_variable_of_that_name() -> None:
    content = (f'<definitions xmlns="{_NEW}" id="d" name="d" namespace="n"><inputData id="i" name="Zone (new)">'
               '<variable name="Zone (new)" typeRef="number"/></inputData><decision id="t" name="t">'
               '<informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>'
               "Zone (new) + 1</text></literalExpression></decision></definitions>").encode()  # fmt: skip
    for given, value in (({"Zone_new": 2}, 3), ({"Zone (new)": 3, "Zone_new": 2}, 4), ({}, None)):
        assert decided(content, **given) == value
