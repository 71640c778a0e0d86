"""Sentences of the machines: each that the product can write has a code and its Chinese."""

import ast
import re
from pathlib import Path

import pytest

from app.domain.causes import SENTENCES, cause_of

APP = Path(__file__).resolve().parents[2] / "app"
#: which argument of what is raised is a sentence that operators and officers read
RAISED = {"StepFailed": 0, "MigrationRefused": 0, "CallFailed": 1}


def _text(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        holes = iter("alpha.beta alpha 7 beta 9 gamma".split())
        return "".join(one.value if isinstance(one, ast.Constant) else _filled(one, next(holes)) for one in node.values)
    return None


def _filled(hole, word):
    """Write what may stand there: a number where a number is meant, the name of an operation first."""
    said = ast.unparse(hole.value)
    if re.search(r"MAX_|MOST|LARGEST|wait|status|^old$", said):
        return "7"
    value = "register.find" if "operation" in said else word
    return repr(value) if hole.conversion == ord("r") else value


def sentences():
    for folder in ("engine", "usecases", "ports", "domain"):
        for path in sorted((APP / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
                if name in RAISED and len(node.args) > RAISED[name] and (said := _text(node.args[RAISED[name]])):
                    yield f"{path.stem}:{node.lineno}", said


@pytest.mark.parametrize(("place", "said"), list(sentences()))
def test_every_sentence_that_is_written_has_a_code_and_its_chinese(place, said):
    found = cause_of(said)
    assert found.code and found.en == said, f"{place}: add the sentence to app/domain/causes.py: {said}"
    assert re.search(r"[一-鿿]", found.zh) or found.code in ("register", "deductions", "call-parameters")


def test_there_are_sentences():
    assert len(list(sentences())) > 60


def test_what_stands_in_the_holes_is_kept():
    said = "The limit 'handling' does not run in this case."
    assert cause_of(said) == ("limit-not-running", "本案没有正在计时的时限 handling。", said)
    lost = "Tokens stand on a, b, which the new version does not have in the same place."
    assert "a, b" in cause_of(lost).zh
    assert cause_of("permit.ask: http.timeout There was no answer within 20 seconds.") == (
        "call-timeout", "permit.ask: http.timeout 20 秒内没有答复。",
        "permit.ask: http.timeout There was no answer within 20 seconds.")  # fmt: skip


@pytest.mark.parametrize("text", ["", "没有这个人", "no", "a" * 5000, "{0.__class__}", "At {x} {y}", "x: y: z\n" * 50])
def test_what_the_table_does_not_know_stays_as_it_is(text):
    assert cause_of(text).zh == text or cause_of(text).code


def test_a_defect_is_called_one():
    assert cause_of("KeyError: 'name'")[:2] == ("defect", "程序缺陷：KeyError: 'name'")


def test_both_languages_have_the_same_holes():
    holes = re.compile(r"\{(\w+)\}")
    for code, (english, chinese) in SENTENCES.items():
        assert sorted(holes.findall(english)) == sorted(holes.findall(chinese)), code
