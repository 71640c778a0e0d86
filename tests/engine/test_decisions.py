"""Decision tables, graphs and their errors, beyond what the compatibility kit covers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.engine.decisions import DecisionError, DecisionNotFound, load_dmn
from tests.engine.dmn_files import decision, dmn, literal, table

LEVELS = [(["< 10"], ['"low"', "1"]), (["[5..20]"], ['"mid"', "2"]), (["> 15"], ['"high"', "3"])]
ORDERED = ['level|"high","mid","low"|"none"', "days"]


def decide(policy: str, n: Any, rules: Any = LEVELS, outputs: Any = ORDERED, extra: str = "") -> Any:
    """Decide with one table about `n`."""
    model = load_dmn(dmn(decision("d", table(["n"], outputs, rules, policy, extra))))
    return model.decide("d", {"n": n}, strict=True)


def test_unique() -> None:
    found = decide("UNIQUE", 3)
    assert (found.key, found.outputs, found.matched, found.rule_ids) == (
        "d",
        {"level": "low", "days": 1},
        (1,),
        ("r1",),
    )
    with pytest.raises(DecisionError, match="rules 1, 2 match at once") as caught:
        decide("UNIQUE", 7)
    assert caught.value.rules == (1, 2)
    assert caught.value.decision == "d"
    assert decide("UNIQUE", None).outputs == {"level": "none", "days": None}


def test_any() -> None:
    same = [(["> 1"], ['"x"']), (["> 2"], ['"x"']), (["> 9"], ['"y"'])]
    found = decide("ANY", 5, same, ["level"])
    assert (found.outputs, found.matched) == ("x", (1, 2))
    with pytest.raises(DecisionError, match="rules 1, 3 match with different outputs"):
        decide("ANY", 10, same, ["level"])
    assert decide("ANY", 0, same, ["level"]).outputs is None


def test_priority_first_and_orders() -> None:
    assert decide("PRIORITY", 17).outputs == {"level": "high", "days": 3}
    assert decide("PRIORITY", 17).matched == (3,)
    assert decide("FIRST", 17).matched == (2,)
    assert [row["level"] for row in decide("RULE ORDER", 17).outputs] == ["mid", "high"]
    found = decide("OUTPUT ORDER", 17)
    assert [row["level"] for row in found.outputs] == ["high", "mid"]
    assert found.matched == (3, 2)
    assert decide("RULE ORDER", None).outputs == [{"level": "none", "days": None}]


@pytest.mark.parametrize(
    ("aggregation", "n", "expected"),
    [
        ("SUM", 17, 5),
        ("MIN", 17, 2),
        ("MAX", 17, 3),
        ("COUNT", 17, 2),
        ("", 17, [2, 3]),
        ("SUM", -1, 1),
        ("COUNT", None, 0),
        ("SUM", None, None),
        ("", None, []),
    ],
)
def test_collect(aggregation: str, n: Any, expected: Any) -> None:
    rules = [(tests, results[1:]) for tests, results in LEVELS]
    extra = f'aggregation="{aggregation}"' if aggregation else ""
    assert decide("COLLECT", n, rules, ["days"], extra).outputs == expected


def test_sum_of_what_cannot_be_added_is_an_error() -> None:
    rules = [(["-"], ["1"]), (["-"], ['"a"'])]
    with pytest.raises(DecisionError, match="SUM of the outputs"):
        decide("COLLECT", 1, rules, ["days"], 'aggregation="SUM"')


def test_unary_tests_and_dates() -> None:
    rules = [
        (['date("2026-03-01"), [date("2026-04-01")..date("2026-04-30")]', 'not("a", "b")'], ['"x"']),
        (['> date("2026-05-01")', "-"], ['if kind = "a" then "y" else "z"']),
    ]
    model = load_dmn(dmn(decision("d", table(["day", "kind"], ["o"], rules, types=["date", "string"]))))
    assert model.decide("d", {"day": "2026-04-30", "kind": "c"}).outputs == "x"
    assert model.decide("d", {"day": "2026-04-30", "kind": "a"}).outputs is None
    assert model.decide("d", {"day": "2026-05-02", "kind": "a"}).outputs == "y"
    with pytest.raises(DecisionError, match="is no date"):
        model.decide("d", {"day": "tomorrow", "kind": "a"}, strict=True)
    found = model.decide("d", {"day": "tomorrow", "kind": "a"})
    assert found.outputs is None
    assert "“tomorrow” is no date" in found.warnings[0]
    assert model.decide("d", {"day": "", "kind": "a"}).outputs is None


def test_now_and_host_functions() -> None:
    rules = [(["< now()"], ["workdays(3)"])]
    model = load_dmn(dmn(decision("d", table(["at"], ["o"], rules, types=["dateTime"]))), functions=["workdays"])
    now = datetime(2026, 3, 2, tzinfo=UTC)
    found = model.decide("d", {"at": "2026-03-01T00:00:00Z"}, now=now, functions={"workdays": lambda n: n * 2})
    assert found.outputs == 6
    with pytest.raises(DecisionError, match="no clock"):
        model.decide("d", {"at": "2026-03-01T00:00:00Z"})


def test_graph_records_every_table() -> None:
    content = dmn(
        decision("risk", table(["n"], ["o"], [([">= 5"], ['"high"']), (["< 5"], ['"low"'])]), name="Risk Level"),
        decision("days", table(["Risk Level"], ["o"], [(['"high"'], ["1"]), (['"low"'], ["5"])]), ["risk"]),
        decision("text", literal('"due in " + string(days) + ", " + Risk Level'), ["days", "risk"]),
    )
    model = load_dmn(content)
    assert model.keys == ("risk", "days", "text")
    assert set(model.requires("text")) == {"risk", "days", "text"}
    found = model.decide("text", {"n": 7})
    assert found.outputs == "due in 1, high"
    assert found.matched == ()
    assert [(note.key, note.rules, note.rule_ids) for note in found.tables] == [
        ("risk", (1,), ("r1",)),
        ("days", (1,), ("r1",)),
    ]
    assert model.decide("Risk Level", {"n": 1}).outputs == "low"
    with pytest.raises(DecisionNotFound):
        model.decide("nothing", {})


def test_boxed_expressions() -> None:
    content = dmn(
        '<businessKnowledgeModel id="fee" name="fee of"><variable name="fee of"/><encapsulatedLogic>'
        '<formalParameter name="amount"/><formalParameter name="rate"/>'
        + literal("amount * rate")
        + "</encapsulatedLogic></businessKnowledgeModel>",
        decision(
            "d",
            '<context><contextEntry><variable name="base"/>' + literal("n + 1") + "</contextEntry>"
            '<contextEntry><variable name="total sum"/><invocation>'
            + literal("fee of")
            + '<binding><parameter name="amount"/>'
            + literal("base")
            + "</binding>"
            '<binding><parameter name="rate"/>' + literal("0.5") + "</binding></invocation></contextEntry>"
            '<contextEntry><variable name="rows"/><relation><column name="a"/><column name="b c"/><row>'
            + literal("1")
            + literal("total sum")
            + "</row></relation></contextEntry>"
            "<contextEntry>"
            + "<list>"
            + literal("rows[1].b c")
            + literal("fee of(base, 2)")
            + "</list></contextEntry></context>",
        ),
    )
    assert load_dmn(content).decide("d", {"n": 3}).outputs == [2, 8]


def test_recursive_knowledge_is_stopped() -> None:
    content = dmn(
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x"/>'
        + literal("f(x + 1)")
        + "</encapsulatedLogic></businessKnowledgeModel>",
        decision("d", literal("f(1)")),
    )
    with pytest.raises(DecisionError, match="call functions"):
        load_dmn(content).decide("d", {})


def test_allowed_values() -> None:
    content = dmn(
        '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues>'
        '</itemDefinition><inputData id="i" name="kind"><variable name="kind" typeRef="tKind"/></inputData>',
        decision("d", literal("kind")),
        decision(
            "t",
            '<decisionTable><input label="Kind"><inputExpression><text>kind2</text></inputExpression>'
            '<inputValues><text>"x","y"</text></inputValues></input><output><outputValues><text>1,2</text>'
            "</outputValues></output><rule><inputEntry><text>-</text></inputEntry>"
            "<outputEntry><text>n</text></outputEntry></rule></decisionTable>",
        ),
    )
    model = load_dmn(content)
    assert model.decide("d", {"kind": "a"}).outputs == "a"
    with pytest.raises(DecisionError, match="not among the allowed values of tKind"):
        model.decide("d", {"kind": "z"}, strict=True)
    assert model.decide("t", {"kind2": "x", "n": 2}, strict=True).outputs == 2
    with pytest.raises(DecisionError, match='Kind: "z" is not among'):
        model.decide("t", {"kind2": "z", "n": 2}, strict=True)
    with pytest.raises(DecisionError, match="rule 1, output 1: 3 is not among"):
        model.decide("t", {"kind2": "x", "n": 3}, strict=True)
    for key, inputs, part in (
        ("d", {"kind": "z"}, "kind: a string is no tKind"),
        ("t", {"kind2": "z", "n": 2}, '"z" is not among'),
        ("t", {"kind2": "x", "n": 3}, "rule 1, output 1: 3 is not among"),
    ):
        found = model.decide(key, inputs)
        assert found.outputs is None
        assert any(part in warning for warning in found.warnings), found.warnings


@pytest.mark.parametrize(("policy", "n", "part"), [("UNIQUE", 7, "rules 1, 2 match at once"), ("ANY", 7, "different")])
def test_a_contradiction_of_rules_is_null_and_a_warning(policy: str, n: int, part: str) -> None:
    model = load_dmn(dmn(decision("d", table(["n"], ORDERED, LEVELS, policy))))
    found = model.decide("d", {"n": n})
    assert found.outputs is None
    assert found.matched == (1, 2)
    assert part in found.warnings[0]


def test_strict_names_what_is_missing() -> None:
    content = dmn('<inputData id="i" name="n"/>', decision("d", table(["n"], ["o"], [(["> 1"], ["1"])])))
    assert load_dmn(content).decide("d", {}).outputs is None
    with pytest.raises(DecisionError, match="no variable n"):
        load_dmn(content).decide("d", {}, strict=True)
    with pytest.raises(DecisionError, match="rule 1, n: a string cannot be compared"):
        load_dmn(content).decide("d", {"n": "2"}, strict=True)


def test_inputs_are_not_changed() -> None:
    inputs = {"n": 3, "list": [1]}
    load_dmn(dmn(decision("d", literal("append(list, n)")))).decide("d", inputs)
    assert inputs == {"n": 3, "list": [1]}
