"""How rules speak: findings at elements."""

from collections.abc import Callable, Iterator
from typing import Any

from app.domain.findings import Finding
from app.engine.reading.xml import Element

Rule = Callable[[Element, Any], Iterator[Finding]]


def error(element: Element | None, rule: str, zh: str, en: str) -> Finding:
    """Refuse the diagram at an element."""
    where, name = ("", "") if element is None else (element.get("id", ""), element.get("name", ""))
    return Finding("error", where, rule, zh, en, name)


def warning(element: Element, rule: str, zh: str, en: str) -> Finding:
    """Point at an element without refusing the diagram."""
    return Finding("warning", element.get("id", ""), rule, zh, en, element.get("name", ""))
