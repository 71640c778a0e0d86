"""What a diagram asks of registers must be declared: the register, and the field that is summed up."""

import re
from collections.abc import Iterator
from typing import Any

from app.domain.findings import Finding
from app.engine.lint_words import Rule, error
from app.engine.reading.xml import BPMN, SPIFF, Element, every

_OPERATOR = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}serviceTaskOperator"
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
        if fields is None:
            yield error(element, "register", f"没有登记册「{name}」。", f"There is no register {name!r}.")
            continue
        wanted = _literal(given.get("field"))
        if wanted is not None and wanted not in fields:
            yield error(element, "register", f"登记册 {name} 没有字段「{wanted}」。",
                        f"The register {name} has no field {wanted!r}.")


def _literal(text: str | None) -> str | None:
    found = _LITERAL.fullmatch(text or "")
    return found[1] if found else None


REGISTER_RULES: tuple[Rule, ...] = (registers,)
