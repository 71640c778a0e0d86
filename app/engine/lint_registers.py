"""What a diagram asks of registers must be declared: the register, and every field that is written out."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from app.domain.errors import Invalid
from app.domain.findings import Finding
from app.engine import feel
from app.engine.feel.nodes import ContextNode
from app.engine.lint_words import Rule, error
from app.engine.reading.xml import BPMN, SPIFF, Element, every

_OPERATOR = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}serviceTaskOperator"
#: what every row has beside its fields, as it is asked for and written
_ASKED, _WRITTEN = frozenset({"id", "unit", "unit_within", "unit_covers"}), frozenset({"unit"})
_LITERAL = re.compile(r'\s*"([^"\\]*)"\s*')


def registers(root: Element, around: Any) -> Iterator[Finding]:
    """A register that is named by a text exists, and so does the field; what is computed is seen when it runs."""
    if around.registers is None:
        return
    for element in every(root, ("serviceTask",)):
        operator = element.find(_OPERATOR)
        if operator is None or not operator.get("id", "").startswith("register."):
            continue
        given = {one.get("id", ""): one.get("value", "") for one in operator.iter(f"{{{SPIFF}}}parameter")}
        name = _literal(given.get("register"))
        if name is None:
            continue
        fields = around.registers.get(name)
        if name in around.wrong_registers:
            said = "; ".join(around.wrong_registers[name][:3])
            yield error(element, "register", f"登记册「{name}」的声明有误，不能使用：{said}",
                        f"The declaration of the register {name!r} is wrong, so that it cannot be used: {said}")
            continue
        if fields is None:
            yield error(element, "register", f"没有登记册「{name}」。", f"There is no register {name!r}.")
            continue
        for wanted in _named(given, fields):
            yield error(element, "register", f"登记册 {name} 没有字段「{wanted}」。",
                        f"The register {name} has no field {wanted!r}.")


def _named(given: dict[str, str], fields: Collection[str]) -> Iterator[str]:
    """List the names that are written out and are none of the register's fields."""
    for parameter in ("field", "sort"):
        text = (_literal(given.get(parameter)) or "").removeprefix("-")
        if text and text not in fields:
            yield text
    for parameter in ("row", "changes", "where"):
        for key in _keys(given.get(parameter, "")):
            stem, _, bound = key.rpartition("_")
            ranged = parameter == "where" and bound in ("from", "until") and stem in fields
            if key not in fields and not ranged and key not in (_ASKED if parameter == "where" else _WRITTEN):
                yield key


def _keys(text: str) -> list[str]:
    """List the names of a context that is written out; of anything else none."""
    try:
        tree = feel.parse(text).tree
    except Invalid:
        return []  # said where expressions are checked
    return [str(key) for key, _ in tree.entries] if isinstance(tree, ContextNode) else []


def _literal(text: str | None) -> str | None:
    found = _LITERAL.fullmatch(text or "")
    return found[1] if found else None


REGISTER_RULES: tuple[Rule, ...] = (registers,)
