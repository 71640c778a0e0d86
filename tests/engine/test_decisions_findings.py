"""What is wrong with a DMN file is named by decision, rule and column; hostile files cost little."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.decisions import DecisionError, InvalidDecision, findings, load_dmn
from app.engine.dmn.xml import MAX_BYTES, NAMESPACES
from tests.engine.dmn_files import decision, dmn, literal, table


def one(content: bytes) -> str:
    """Return the only error of a file, which also refuses it, unless the standard makes null of it."""
    errors = [finding for finding in findings(content) if finding.severity == "error"]
    if all(finding.soft for finding in errors):
        assert load_dmn(content).keys
    else:
        with pytest.raises(InvalidDecision) as caught:
            load_dmn(content)
        assert caught.value.findings
    assert len(errors) == 1, list(map(str, errors))
    return str(errors[0])


def test_a_bad_cell_is_named() -> None:
    rules = [(["> 1", "-"], ["1"]), (["> 2", "1 +"], ["2"])]
    content = dmn(decision("d", table(["n", "m"], ["o"], rules), name="Limit days"))
    assert one(content) == "Limit days, rule 2, m: the expression ends too early (column 4) in: 1 +"
    found = findings(content)[0]
    assert (found.decision, found.row, found.column, found.element) == ("Limit days", 2, "m", "r2")


def test_what_cannot_be_read_makes_the_decision_null_and_leaves_the_others() -> None:
    rules = [(["> 1"], ["1"]), (["> 2 +"], ["2"])]
    content = dmn(
        decision("d", table(["n"], ["o"], rules, "FIRST")), decision("e", literal("n + 1")),
        decision("f", literal("1 +")), decision("g", "<list>" + literal("1") + literal("n n") + "</list>"),
    )  # fmt: skip
    model = load_dmn(content)
    assert model.decide("e", {"n": 1}).outputs == 2
    assert model.decide("d", {"n": 5}).outputs == 1
    for key, n in (("d", 0), ("f", 0), ("g", 0)):
        found = model.decide(key, {"n": n})
        assert found.outputs is None
        assert found.warnings
        with pytest.raises(DecisionError):
            model.decide(key, {"n": n}, strict=True)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (dmn(decision("d", table(["n"], ["o"], [(["-"], ["lenght(n)"])]))), "rule 1, o: there is no function lenght"),
        (dmn(decision("d", table(["n"], ["o"], [(["-", "-"], ["1"])]))), "rule 1: the rule does not have a cell"),
        (dmn(decision("d", table([""], ["o"], [(["-"], ["1"])]))), "input 1: the input has no expression"),
        (dmn(decision("d", table(["n"], [], [(["-"], [])]))), "the table has no output"),
        (dmn(decision("d", table(["n"], ["o"], [(["-"], ["1"])], "LAST"))), "no hit policy LAST"),
        (
            dmn(decision("d", table(["n"], ["o"], [(["-"], ["1"])], "COLLECT", 'aggregation="AVG"'))),
            "no aggregation AVG",
        ),
        (
            dmn(decision("d", table(["n"], ["o", "p"], [(["-"], ["1", "2"])], "COLLECT", 'aggregation="SUM"'))),
            "exactly one output",
        ),
        (dmn(decision("d", table(["n"], ["o"], [(["-"], ["1"])], "PRIORITY"))), "needs the output values"),
        (dmn(decision("d", table(["n"], ["o", "o"], [(["-"], ["1", "2"])]))), "two outputs have one name"),
        (dmn(decision("d", table(["n"], ['o|"a","b"'], [(["-"], ['"c"'])]))), 'rule 1, o: "c" is not among'),
        (dmn(decision("d", "<conditional><if/><then/></conditional>")), "conditional has no else"),
        (dmn(decision("d", '<functionDefinition kind="Java"/>')), "external functions are refused: Java"),
        (dmn(decision("d", literal('function(x) external {java: {class: "a"}}'))), "(Java, PMML) are refused"),
        (dmn(decision("d", literal("1"), ["e"])), "requires e, which is not in the file"),
        (dmn(decision("d", literal("1"), ["d"])), "the decision requires itself"),
        (dmn(decision("d", literal("1")), decision("d", literal("2"), name="e")), "two decisions have the id d"),
        (
            dmn(decision("d", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>')),
            "python is not FEEL",
        ),
        (dmn('<import namespace="urn:x"/>', decision("d", literal("1"))), "it imports urn:x, and no file"),
        (dmn(), "no decision"),
        (dmn(decision("d", literal("1")), namespace="urn:other"), "not DMN 1.1 to 1.6"),
        (b"not xml", "not well-formed"),
        (b"", "not well-formed"),
    ],
)
def test_finding(content: bytes, part: str) -> None:
    assert part in one(content)


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_every_version_is_read(namespace: str) -> None:
    content = dmn(decision("d", literal("1 + 1")), namespace=namespace)
    assert load_dmn(content).decide("d", {}).outputs == 2


def test_an_empty_table_is_a_warning() -> None:
    content = dmn(decision("d", table(["n"], ["o"], [])))
    assert [finding.severity for finding in findings(content)] == ["warning"]
    assert load_dmn(content).decide("d", {"n": 1}).outputs is None


BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
FILE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
NEST = "<list>" * 3000 + literal("1") + "</list>" * 3000
HOSTILE = {
    "bomb": BOMB.encode() + dmn(decision("d", "<literalExpression><text>&d;</text></literalExpression>")),
    "outside entity": FILE.encode() + dmn(decision("d", "<literalExpression><text>&x;</text></literalExpression>")),
    "outside type": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">' + dmn(decision("d", literal("1"))),
    "too large": dmn(decision("d", literal("1" + " " * MAX_BYTES))),
    "nested elements": dmn(decision("d", NEST)),
    "many rules": dmn(decision("d", table(["n"], ["o"], [(["-"], ["1"])] * 9000))),
    "many columns": dmn(decision("d", table(["n"] * 100, ["o"], []))),
    "many decisions": dmn(*(decision(f"d{n}", literal("1")) for n in range(1500))),
    "many names": dmn(*(f'<inputData id="i{n}" name="a b{n}"/>' for n in range(9000)), decision("d", literal("a b1"))),
    "nested expression": dmn(decision("d", literal("(" * 2000))),
    "long expression": dmn(decision("d", literal("1+" * 100_000 + "1"))),
    "nul": b"\0" * 1000,
    "utf-16": dmn(decision("d", literal("1"))).decode().encode("utf-16")[:-1],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_soon_and_small(name: str) -> None:
    content = HOSTILE[name]
    start = time.thread_time()
    tracemalloc.start()
    try:
        found = findings(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert any(finding.severity == "error" for finding in found)
    assert not any("root:" in finding.message for finding in found)
    assert time.thread_time() - start < 5  # traced; a tenth of it otherwise
    assert peak < 100_000_000


def test_an_attribute_trick_is_an_entry_that_is_not_there() -> None:
    content = dmn(decision("d", literal("x.__class__.__mro__[1].__subclasses__()")))
    assert load_dmn(content).decide("d", {"x": {"a": 1}}).outputs is None


def test_the_largest_table_is_decided_soon() -> None:
    rules = [([f"{n}", f"> {n}"], [str(n)]) for n in range(4900)]
    model = load_dmn(dmn(decision("d", table(["n", "m"], ["o"], rules))))
    start = time.thread_time()
    assert model.decide("d", {"n": 4899, "m": 5000}).matched == (4900,)
    assert time.thread_time() - start < 5, "it takes 50 ms; only a table that is searched again and again takes seconds"


@settings(max_examples=150, deadline=2000)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = dmn(decision("d", table(["n"], ["o|1,2|1"], [(["> 1"], ["2"])], "FIRST")))
    at = data.draw(st.integers(0, len(whole) - 1))
    size = data.draw(st.integers(0, 12))
    content = whole[:at] + data.draw(st.binary(max_size=6)) + whole[at + size :]
    if any(finding.severity == "error" and not finding.soft for finding in findings(content)):
        with pytest.raises(InvalidDecision):
            load_dmn(content)
    else:
        model = load_dmn(content)
        model.decide(model.keys[0], {"n": 2})
