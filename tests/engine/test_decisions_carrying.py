"""A file that carries what it imports decides alone as it does with the others beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from app.engine.decisions import findings, load_dmn
from app.engine.dmn.carrying import imports_of, space_of, with_imports
from app.engine.dmn.english import english_name
from app.engine.dmn.keys import is_kept_as, keys_of
from app.engine.dmn.sheet import read_sheets, rewritten

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(name: str, body: str, **imports: str) -> bytes:
    """Write a file that imports others, each under a name."""
    said = "".join(f'<import name="{one}" namespace="{space}" importType="{SPACE}"/>' for one, space in imports.items())
    return (f'<?xml version="1.0"?><!-- kept --><definitions xmlns="{SPACE}" id="d" name="{name}" '
            f'namespace="urn:{name}"><description>about</description>{said}{body}</definitions>').encode()  # fmt: skip


def decision(name: str, text: str, need: str = "", key: str = "") -> str:
    needed = f'<informationRequirement><requiredDecision href="{need}"/></informationRequirement>' if need else ""
    return (f'<decision id="{key or name}" name="{name}"><!-- kept too -->{needed}<literalExpression>'
            f"<text>{text}</text></literalExpression></decision>")  # fmt: skip


TABLE = ('<decision id="base" name="基数"><decisionTable><output name="base"/><rule><outputEntry><text>1</text>'
         '</outputEntry></rule></decisionTable></decision>')  # fmt: skip
BASE = file("base", TABLE.replace("<text>1<", "<text>5<"))
RATE = file("rate", decision("rate", "b.基数 * 2", "urn:base#base"), b="urn:base")
FEE = file("fee", decision("fee", "r.rate + 1", "urn:rate#rate") + TABLE, r="urn:rate")


def made(content: bytes, asked: str = "fee") -> object:
    return load_dmn(content).decide(asked, {}, now=NOW).outputs


def test_it_carries_what_it_imports_and_what_that_imports() -> None:
    assert findings(FEE) and not findings(FEE, others=[RATE, BASE])
    whole = with_imports(FEE, [RATE, BASE, b"no xml"])
    assert not findings(whole) and made(whole) == 11
    assert b"<!-- kept too -->" in whole


def test_the_same_comes_of_it_each_time_and_of_itself() -> None:
    whole = with_imports(FEE, [RATE, BASE])
    assert whole == with_imports(FEE, [BASE, RATE]) == with_imports(whole, [RATE, BASE]) == with_imports(whole, [])
    # one that is imported may carry others by itself
    assert with_imports(FEE, [with_imports(RATE, [BASE])]) == whole


def test_what_is_given_takes_the_place_of_what_was_carried() -> None:
    whole = with_imports(FEE, [RATE, BASE])
    assert made(with_imports(whole, [file("base", TABLE.replace("<text>1<", "<text>8<"))])) == 17


def test_a_file_without_imports_or_without_what_it_imports_stays_as_it_is() -> None:
    for content in (BASE, FEE, b"no xml"):
        assert with_imports(content, [BASE]) == content
    assert [str(one) for one in findings(FEE) if one.severity == "error"][0].startswith("fee: it imports urn:rate")


def test_circles_end() -> None:
    one = file("one", decision("x", "o.y", "urn:two#y"), o="urn:two")
    two = file("two", decision("y", "7") + decision("z", "t.x", "urn:one#x"), t="urn:one")
    assert made(with_imports(one, [two]), "x") == 7


def test_what_is_carried_is_no_part_of_the_file_itself() -> None:
    whole = with_imports(FEE, [RATE, BASE])
    assert [(one.key, one.rows[0].cells) for one in read_sheets(whole)] == [("base", ("1",))]
    assert made(rewritten(whole, {(0, 1, 0): "3"}), "base") == 3 and made(rewritten(whole, {(0, 1, 0): "3"})) == 11
    assert english_name(whole, "rate") == "" and english_name(whole, "fee") == "fee"
    assert imports_of(whole) == {"urn:rate"} and space_of(whole) == "urn:fee"


def test_a_file_goes_by_the_keys_of_its_own_decisions() -> None:
    content = file("x", decision("Zone fee", "1", key="Zone-Fee2"))
    assert [is_kept_as(content, key) for key in ("zone_fee2", "zone_fee", "Zone-Fee2", "zone", "")] == [True] * 3 + [
        False] * 2  # fmt: skip
    assert not is_kept_as(b"no xml", "x") and not imports_of(b"no xml") and space_of(b"no xml") == ""


def test_a_file_of_another_kind_that_is_imported_has_no_effect() -> None:
    content = FEE.replace(SPACE.encode() + b'"/>', b'http://www.w3.org/2001/XMLSchema"/>').replace(b"r.rate + 1", b"1")
    assert "warning" in {one.severity for one in findings(content) if "only DMN files" in one.message}


def test_a_file_is_kept_under_each_decision_that_is_asked_from_outside() -> None:
    needs = decision("Total", "1", "#Base-Fee", key="_1f2e") + decision("x", "2", "#Base-Fee", key="Tax")
    assert keys_of(file("x", needs + decision("base", "1", key="Base-Fee"))) == ("total", "tax")
    assert keys_of(file("x", decision("a", "1", "#a"))) == ("a",) and keys_of(b"no xml") == ()
