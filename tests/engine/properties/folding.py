"""The store's view of a case, folded from what commands say changed, and from the facts alone."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.facts import Fact
from app.domain.progress import Progress
from tests.engine.corpus.acting import Difference


@dataclass
class Rows:
    """Open tasks, timers and what else a store keeps of a case, changed by each command's differences only."""

    tasks: dict[str, Any] = field(default_factory=dict)
    timers: dict[str, Any] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    thrown: set[str] = field(default_factory=set)

    def take(self, told: Progress) -> None:
        """Apply what a command changed.

        Raises:
            Difference: it ends what was not open, opens what was, or names something twice.
        """
        for key in told.ended:
            _must(key in self.tasks, f"{key} ends without being open")
            del self.tasks[key]
        for task in told.opened:
            _must(task.key not in self.ever, f"{task.key} opens for a second time")
            self.ever.add(task.key)
            self.tasks[task.key] = task
        for task in told.moved:
            _must(task.key in self.tasks, f"{task.key} moves without being open")
            self.tasks[task.key] = task
        for key in told.dropped_timers:
            _must(key in self.timers, f"timer {key} is dropped without being set")
            del self.timers[key]
        by_key = {timer.key: timer for timer in told.timers}
        _must(len(by_key) == len(told.timers), "two timers have the same key")
        for key in told.set_timers:
            self.timers[key] = by_key[key]
        _must(self.timers == by_key, "the timers' differences do not add up to their list")
        self._keys(told)

    def _keys(self, told: Progress) -> None:
        for name in ("subscriptions", "calls"):
            keys = [(one.key, getattr(one, "message", "")) for one in getattr(told, name)]
            _must(len(set(keys)) == len(keys), f"two {name} have the same key: {keys}")
        for one in told.thrown:
            _must((one.key, one.name) not in self.thrown, f"{one.key} is thrown twice")
            self.thrown.add((one.key, one.name))
        if told.closed:
            left = (self.tasks, self.timers, told.subscriptions, told.calls)
            _must(not any(left), f"closed, but something is left: {left}")


def fold_tasks(facts: list[Fact]) -> set[str]:
    """Say from the facts alone which tasks are open."""
    found: set[str] = set()
    for fact in facts:
        if fact.kind == "TaskOpened":
            found.add(fact.content["key"])
        elif fact.kind in ("TaskCompleted", "TaskCancelled"):
            found.discard(fact.content["key"])
    return found


def fold_record(facts: list[Fact]) -> dict[str, Any]:
    """Say from the facts alone what the record holds: fields, counters, milestones."""
    event: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for fact in facts:
        if fact.kind == "CaseStarted":
            event.update(fact.content["event"])
        elif fact.kind == "RecordChanged":
            event.update(fact.content.get("event", {}))
            counts.update(fact.content.get("counts", {}))
    return {**event, "counts": counts}


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Difference(otherwise)
