"""The modelling page lists what the language has, neither less nor more."""

from __future__ import annotations

import re
from pathlib import Path

from app.engine.feel import limits
from app.engine.feel.builtins import BUILTINS
from app.engine.feel.names import SPECIAL

PAGE = (Path(__file__).parents[3] / "bpmn" / "README.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Expressions and decisions: what is there")[2].partition("\n## ")[0]


def listed() -> str:
    """Return the paragraph of the functions on one line, without its marks."""
    paragraph = SECTION.partition("**Functions.**")[2].partition("**Decisions.**")[0]
    return " ".join(re.sub(r"[`,;:.()]", " ", paragraph).split())


def test_every_function_is_listed() -> None:
    text = f" {listed()} "
    missing = [name for name in (*BUILTINS, *SPECIAL) if f" {name} " not in text]
    assert missing == []


def test_nothing_is_listed_that_is_not_there() -> None:
    text = listed()
    for name in sorted((*BUILTINS, *SPECIAL), key=len, reverse=True):
        text = re.sub(rf"(?<![a-z]){name}(?![a-z])", " ", text)
    prose = "of the standard numbers texts lists contexts dates ranges beyond it and are the moment command never"
    allowed = {*prose.split(), "machine's", "clock", "Of", "Beyond"}
    assert {word for word in text.split() if word not in allowed} == set()


def test_the_bounds_are_the_bounds() -> None:
    for bound in (limits.MAX_SOURCE, limits.MAX_TOKENS, limits.MAX_STEPS, limits.MAX_TEXT, limits.MAX_ITEMS):
        assert f"{bound:,}".replace(",", " ") in SECTION
    assert f"depth {limits.MAX_DEPTH}" in SECTION
    assert f"depth {limits.MAX_CALLS}" in SECTION
