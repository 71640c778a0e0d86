"""Step through a case."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import YongzhiError
from app.domain.facts import Fact
from app.domain.titles import Names as Called
from app.domain.titles import title_of
from app.usecases import Tools
from app.usecases.audit.whole_history import whole_history
from app.usecases.element_names import place_of

Names = Mapping[tuple[str, int], Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Change:
    """One value, before and after a step."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Step:
    """One fact as it is shown on the diagram."""

    seq: int
    at: datetime
    kind: str
    #: the diagram on which the step is shown, and the version of it that ran
    process: str
    version: int
    #: element on that diagram, empty for the case as a whole
    node: str
    #: what it is called there
    name: str
    name_en: str
    nth: int
    title: str
    title_en: str
    actor_name: str
    role: str
    unit: str
    changes: tuple[Change, ...]
    body: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class Replay:
    """A whole case, step by step."""

    case_id: UUID
    event_no: str | None
    steps: tuple[Step, ...]
    #: every diagram that ran, {process@version: True}
    diagrams: Mapping[str, bool]


def read_replay(tools: Tools, *, actor: Actor, case_id: UUID) -> Replay:
    """Lay out the history of a case on the diagrams of the versions that ran.

    Args:
        actor: must be able to see the case.

    Raises:
        CaseNotFound: there is none, or it is not for him.
    """
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        facts = whole_history(uow, case_id)
    placed = list(_placed(facts))
    ran = dict.fromkeys((process, version) for _, process, version, _ in placed if version)
    names = {version: _names(tools, *version) for version in ran}
    diagrams = {f"{process}@{version}": True for process, version in ran}
    return Replay(case_id, case.event_no, tuple(_steps(placed, names, tools.city.names)), diagrams)


#: variables that say nothing to people: a keyed hash
_UNSHOWN = frozenset({"phone_key"})


def _placed(facts: Iterable[Fact]) -> Iterator[tuple[Fact, str, int, str]]:
    """Find for each fact the diagram, its version and the element where it is shown.

    A fact names its process only; the version is the one of the latest call of that process.
    """
    versions: dict[str, int] = {}
    for fact in facts:
        body = fact.content
        if fact.kind == "CaseStarted":
            versions[str(body.get("process"))] = int(body.get("version") or 0)
        process, node = place_of(fact)
        yield fact, process, versions.get(process, 0), node
        if fact.kind == "ProcessCalled":
            versions[str(body.get("called"))] = int(body.get("version") or 0)
        if fact.kind == "CaseMigrated":
            versions[str(body.get("process"))] = int(body.get("to") or 0)


def _names(tools: Tools, process: str, version: int) -> Mapping[str, tuple[str, str]]:
    """Read the elements' names from the version that ran; without its file the ids are shown."""
    try:
        return tools.library.process(process, version).names
    except YongzhiError:
        return {}


def _steps(placed: Iterable[tuple[Fact, str, int, str]], names: Names, called: Called) -> Iterator[Step]:
    known: dict[str, Any] = {}
    for fact, process, version, node in placed:
        body = fact.content
        name, name_en = names.get((process, version), {}).get(node, ("", ""))
        if fact.kind.startswith("Task") and body.get("name"):
            name, name_en = str(body["name"]), str(body.get("name_en") or name_en)
        target = names.get((process, version), {}).get(str(body.get("target") or ""), ("", ""))
        title = title_of(fact.kind, body, called, node=name or node, node_en=name_en, target=target)
        changes = tuple(_changes(fact.kind, body, known))
        yield Step(
            fact.seq, fact.at, fact.kind, process, version, node, name, name_en, fact.nth, title.zh, title.en,
            fact.actor_name, fact.role, fact.unit, changes, body, fact.hash.hex(),
        )  # fmt: skip


def _changes(kind: str, body: Mapping[str, Any], known: dict[str, Any]) -> Iterator[Change]:
    """Say what a fact wrote, next to what stood there before."""
    written: dict[str, Any] = {}
    if kind == "RecordChanged":
        for record, values in body.items():
            if isinstance(values, Mapping):
                written.update({f"{record}.{name}": value for name, value in values.items()})
    elif kind == "CaseStarted":
        written.update({k: v for k, v in (body.get("variables") or {}).items() if k not in _UNSHOWN})
        written.update({f"event.{name}": value for name, value in (body.get("event") or {}).items()})
    else:
        field = {"StepPassed": "changes", "TaskCompleted": "answers", "MessageReceived": "payload"}.get(kind, "")
        written.update(body.get(field) or {})
    for name, value in written.items():
        if name not in known or known[name] != value:
            yield Change(name, known.get(name), value)
        known[name] = value
