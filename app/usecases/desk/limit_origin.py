"""Where a limit's amount comes from: the row of a table; shared by the verbs that explain one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.calendar import Amount
from app.domain.errors import Invalid, NotFound, YongzhiError
from app.domain.facts import Fact
from app.engine.dmn.wording import RuleWords, table_words
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: an amount that is a variable: `=review_limit`
_VARIABLE = re.compile(r"[\s=]*(\w+)\s*")
#: columns that an amount reads: `=limits.review`, `=limits[step = "ask"][1].amount`, also within a condition
_COLUMN = re.compile(r"\b(\w+)\s*(?:\[[^\]]*\]\s*)*\.\s*(\w+)")


@dataclass(frozen=True)
class Origin:
    """Where a limit's amount comes from."""

    at: datetime
    #: sla: a row of the table of limits; table: a row of another; amount: written in the diagram
    source: str
    #: the table's version
    version: int
    table: str = ""
    table_en: str = ""
    #: what the table says of its figures' source
    note: str = ""


@dataclass(frozen=True)
class _Decided:
    """The decision that gave an amount."""

    table: str
    version: int
    rules: tuple[int, ...]
    #: the output that was read; empty where there is but one
    column: str


def origin_of(
    tools: Tools, uow: UnitOfWork, case_id: UUID, name: str
) -> tuple[Origin | None, Sequence[RuleWords]]:  # fmt: skip
    """Find the last beginning of a limit, and the rows of the table that gave its amount."""
    facts = uow.facts.of_kinds(case_id, ("LimitStarted", "DecisionMade"))
    begun = [fact for fact in facts if fact.kind == "LimitStarted" and fact.content.get("name") == name]
    if not begun:
        return None, ()
    body = begun[-1].content
    source = str(body.get("source") or "amount")
    if source == "sla":
        rules = tuple(int(one) for one in body.get("rules") or ())
        found: _Decided | None = _Decided("sla", int(body.get("version") or 0), rules, "")
    else:
        found = _decided(tools, begun[-1], [fact for fact in facts if fact.kind == "DecisionMade"])
    plain = Origin(begun[-1].at, source, found.version if found else 0)
    if found is None:
        return plain, ()
    try:
        content = uow.definitions.get("decision", found.table, found.version).content
    except NotFound:
        return plain, ()
    words = table_words(content, found.table, found.rules, found.column)
    if words is None:
        return plain, ()
    source = "sla" if source == "sla" else "table"
    told = Origin(plain.at, source, found.version, words.name, words.name_en, words.description)
    return told, words.rules


def _decided(tools: Tools, begun: Fact, decisions: Sequence[Fact]) -> _Decided | None:
    """Find the newest decision before a limit began that said the amount which the element reads."""
    expression = _written(tools, begun, "limitAmount", "amount")
    whole = _VARIABLE.fullmatch(expression)
    read = [(whole[1], "")] if whole else _COLUMN.findall(expression)
    for fact in reversed(decisions):
        for variable, column in read if fact.seq < begun.seq else ():
            rules = _saying(tools, fact, variable, column, begun.content)
            if rules:
                body = fact.content
                return _Decided(str(body["decision"]), int(body["version"]), rules, column or variable)
    return None


def _saying(
    tools: Tools, fact: Fact, variable: str, column: str, limit: Mapping[str, Any]
) -> tuple[int, ...]:  # fmt: skip
    """List the rules of a decision that said a limit's amount under a variable; none where it is another's."""
    body = fact.content
    outputs, rules = body.get("outputs"), tuple(int(one) for one in body.get("rules") or ())
    kept = _written(tools, fact, "resultVariable")
    if column and variable not in (kept, body.get("decision")):
        return ()
    if isinstance(outputs, list):
        rows = zip(rules, outputs, strict=False)
        return tuple(rule for rule, row in rows if _says(row, column or variable, limit))
    if not column and isinstance(outputs, Mapping) and kept:
        return ()
    return rules if _says(outputs, column or variable, limit) else ()


def _says(outputs: Any, name: str, limit: Mapping[str, Any]) -> bool:
    """Say whether an output is a limit's amount, which that keeps multiplied, in the shortest form: 1 d for 24 h."""
    found = outputs.get(name) if isinstance(outputs, Mapping) else outputs
    try:
        amount = Amount.parse(found) if isinstance(found, str) else None
        return amount is not None and str(amount.times(float(limit.get("factor") or 1))) == str(limit.get("amount"))
    except Invalid:
        return False


def _written(tools: Tools, fact: Fact, name: str, param: str = "") -> str:
    """Read a property of the element that a fact is about, as the current version has it; or what it hands over."""
    try:
        nodes = tools.library.process(fact.process).nodes.values()
    except YongzhiError:
        return ""
    found = next((one for one in nodes if one.bpmn_id == fact.node), None)
    return str(found.props.get(name) or getattr(found, "params", {}).get(param) or "") if found is not None else ""
