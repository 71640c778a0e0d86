"""A history as people read it; shared by the case page and the audit room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.facts import Fact, signed_as
from app.domain.titles import title_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.element_names import ElementNames, place_of

#: facts that say nothing to people who do not audit
_QUIET = frozenset({"StepPassed", "RecordChanged", "OperationDone", "DecisionMade", "LimitStarted", "LimitEnded",
                    "ProcessCalled"})


@dataclass(frozen=True)
class TimelineRow:
    """One line of a timeline."""

    seq: int
    at: datetime
    kind: str
    title: str
    title_en: str
    actor_name: str
    role: str
    unit_name: str
    unit_name_en: str
    body: Mapping[str, Any]


def timeline_of(tools: Tools, uow: UnitOfWork, facts: Iterable[Fact]) -> list[TimelineRow]:
    """Turn facts into lines, leaving out what only auditors need."""
    shown = [fact for fact in facts if fact.kind not in _QUIET]
    units = uow.units.many({fact.unit for fact in shown if fact.unit})
    names = ElementNames(tools.library)
    rows = []
    for fact in shown:
        body = fact.content
        node, node_en = names.of(*place_of(fact))
        target = names.of(fact.process, str(body.get("target") or ""))
        called = node or str(body.get("name") or "")
        title = title_of(fact.kind, body, tools.city.names, node=called, node_en=node_en, target=target)
        unit = units.get(fact.unit)
        rows.append(TimelineRow(fact.seq, fact.at, fact.kind, title.zh, title.en, signed_as(fact), fact.role,
                                unit.name if unit else "", unit.name_en if unit else "", body))
    return rows
