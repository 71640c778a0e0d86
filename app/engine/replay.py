"""Re-execution: the recorded commands run again through the recorded versions under the recorded clock."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.errors import StepFailed, YongzhiError
from app.domain.facts import ACTS, INCIDENTS, MOVES, Fact, FactDraft, canonical
from app.domain.successors import Heir, Heirs
from app.engine.decisions import DecisionModel
from app.engine.replay_commands import run_again
from app.engine.versions import ProcessVersion
from app.engine.world import Call, Library, OperationResult, World

#: facts that no flow writes
_BESIDE = ACTS | INCIDENTS

#: what the facts of limits say besides the limit itself
_BESIDE_LIMITS = frozenset({"source", "version", "rules", "limit", "change", "by"})


@dataclass(frozen=True)
class Divergence:
    """The first place where running again gave something else."""

    seq: int
    expected: str
    found: str


class _Recorded:
    """The world as the facts remember it: versions, and what operations found."""

    def __init__(self, library: Library, facts: Sequence[Fact]) -> None:
        self._library = library
        self._answers: deque[dict[str, Any]] = deque()
        self._versions: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        self._limits: dict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self._outside: set[str] = set()
        self._heirs: dict[str, Heirs] = {}
        self.limit_names: set[str] = set()
        for fact in facts:
            self._remember(fact)

    def _remember(self, fact: Fact) -> None:
        body = fact.content
        if fact.kind in ("OperationDone", "OperationFailed"):
            self._answers.append(body)
        elif fact.kind == "CallRequested":
            self._outside.add(body["operation"])
        elif fact.kind == "DecisionMade":
            self._versions["decision", body["decision"]].append(body["version"])
        elif fact.kind in ("LimitStarted", "LimitMoved"):
            if body.get("source") == "sla":
                self._versions["decision", "sla"].append(body["version"])
            kept = {name: value for name, value in body.items() if name not in _BESIDE_LIMITS}
            self._limits[body["name"]].append(kept)
            self.limit_names.add(body["name"])
        elif fact.kind == "TaskOpened":
            if body["form"]:
                self._versions["form", body["form"]].append(body["form_version"])
            if "heirs" in body:
                self._heirs[body["key"]] = {gone: Heir(unit, tuple(roles))
                                            for gone, (unit, *roles) in body["heirs"].items()}
        elif fact.kind == "ProcessCalled":
            self._versions["process", body["called"]].append(body["version"])
        elif fact.kind == "CaseStarted":
            self._versions["process", body["process"]].append(body["version"])

    def _next(self, kind: str, key: str) -> int | None:
        waiting = self._versions[kind, key]
        return waiting.popleft() if waiting else None

    def process(self, key: str, number: int | None = None) -> ProcessVersion:
        """Return the version that ran."""
        return self._library.process(key, number if number is not None else self._next("process", key))

    def decision(self, key: str, number: int | None = None) -> tuple[int, DecisionModel]:
        """Return the table that decided."""
        return self._library.decision(key, number if number is not None else self._next("decision", key))

    def form_number(self, key: str) -> int:
        """Return the form that was current."""
        return self._next("form", key) or 0

    def limit(self, name: str) -> dict[str, Any] | None:
        """Return what a limit was set to: another calendar today does not change what was."""
        waiting = self._limits[name]
        return waiting.popleft() if waiting else None

    def operation(self, call: Call) -> OperationResult:
        """Return what the operation found then."""
        if not self._answers or self._answers[0]["operation"] != call.operation:
            return OperationResult()
        body = self._answers.popleft()
        if "value" not in body:
            raise StepFailed(body["text"], code=body["code"])
        return OperationResult(
            value=body["value"], event=body["event"], milestones=tuple(body["milestones"]),
            facts=tuple(FactDraft(kind, body=found) for kind, found in body["facts"]),
            effects=tuple((kind, payload) for kind, payload in body["effects"]),
        )

    def heirs(self, key: str) -> Heirs:
        """Return who had the work of units that were gone when a task opened."""
        return self._heirs.get(key, {})

    def outside(self, operation: str) -> bool:
        """Say whether an operation was performed outside."""
        return operation in self._outside


def replay(library: Library, facts: Sequence[Fact], world: World) -> Divergence | None:
    """Run a whole history again.

    Args:
        facts: all facts of the case in order.
        world: for roles and the calendar of timers without a limit; its library and operations are not asked.

    Returns:
        The first divergence, or None when every fact was produced again.
    """
    recorded = _Recorded(library, facts)
    again = replace(world, library=recorded, operations=recorded.operation, remembered=recorded.limit,
                    limit_names=recorded.limit_names, outside=recorded.outside,
                    heirs=recorded.heirs)
    saved = b""
    for batch in _batches(facts):
        try:
            progress = run_again(again, batch, saved)
        except YongzhiError as error:
            return Divergence(batch[0].seq, batch[0].kind, f"{type(error).__name__}: {error}")
        produced = progress.facts if progress else ()
        for number, fact in enumerate(batch):
            found = _text(produced[number]) if number < len(produced) else "nothing"
            expected = f"{fact.kind} {fact.process}/{fact.node}#{fact.nth} {fact.body}"
            if found != expected:
                return Divergence(fact.seq, expected, found)
        if len(produced) > len(batch):
            return Divergence(batch[-1].seq + 1, "nothing", _text(produced[len(batch)]))
        saved = progress.state if progress else saved
    return None


def _text(draft: FactDraft) -> str:
    return f"{draft.kind} {draft.process}/{draft.node}#{draft.nth} {canonical(dict(draft.body or {}))}"


def _batches(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Split a history into commands; consecutive fired timers of one moment are one command."""
    batch: list[Fact] = []
    for fact in facts:
        if fact.kind in _BESIDE:
            continue
        begins = fact.kind in MOVES
        together = begins and batch and fact.kind == batch[-1].kind == "TimerFired" and fact.at == batch[-1].at
        if begins and not together and batch:
            yield batch
            batch = []
        batch.append(fact)
    if batch:
        yield batch
