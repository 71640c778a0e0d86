"""The engine of this product under a script: state as bytes between all commands, as in production."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.domain.errors import StepFailed, YongzhiError
from app.domain.progress import Progress
from app.engine import calls, commands
from app.engine.world import OperationResult
from tests.engine.corpus.acting import Difference, Refused
from tests.engine.corpus.drawing import read
from tests.engine.corpus.reading import seconds
from tests.engine.corpus.xml import Writer
from tests.engine.dmn_files import decision, dmn, table
from tests.engine.running import STREET, Running


def _broken(call: Any) -> OperationResult:
    raise StepFailed("The other side is broken.")


#: operations that the corpus asks for; `outside.` waits for an answer
ANSWERS: dict[str, Any] = {
    "broken.now": _broken,
    "unit.find": lambda call: OperationResult({"unit": call.params.get("unit")}),
    "event.candidates": OperationResult({"score": 1}),
}


#: the decision table of the corpus
GRADE = dmn(decision("grade", table(["points"], ["grade"], [(["< 60"], ['"low"']), ([">= 60"], ['"high"'])])))


class Ours:
    """One case in memory."""

    blind: frozenset[str] = frozenset()

    def __init__(self, drawing: str, key: str = "p", files: Mapping[str, bytes] | None = None) -> None:
        self.key = key
        self.files = dict(files) if files is not None else Writer(read(drawing)).files(key)
        self.case = Running(answers=dict(ANSWERS))
        self.case.world = _with_outside(self.case.world)
        for name, content in self.files.items():
            self.case.shelf.put("process", name, content)
        self.case.shelf.put("decision", "grade", GRADE)
        self.case.library.forget()

    def act(self, verb: str, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> bool:
        saved = self.case.progress.state if self.case.progress else None
        facts = len(self.case.facts)
        try:
            done = getattr(self, f"_{verb}")(plain, given, other)
        except YongzhiError as wrong:
            if self.case.progress and (self.case.progress.state != saved or len(self.case.facts) != facts):
                raise Difference("refused, but something has changed") from wrong
            raise Refused(f"{type(wrong).__name__}: {wrong}") from wrong
        return done is not None

    def _start(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> Progress:
        command, node = self.case.by("starter"), plain[0][1:] if plain else None
        found = commands.start(self.case.world, command, self.key, given, dict(STREET), node=node)
        return self.case._keep(found, command)

    def _do(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> Progress:
        if not any(self._is(key, plain[0]) for key in self.case.open):
            raise Refused(f"{plain[0]} is not open; open are {sorted(self.case.open)}")
        key, command = next(key for key in self.case.open if self._is(key, plain[0])), self.case.by("officer")
        return self.case._keep(commands.complete(self.case.world, command, self.case.state, key, given), command)

    @staticmethod
    def _is(key: str, wanted: str) -> bool:
        """Say whether a key is meant by `node`, `node#2` or `process/node`."""
        return wanted in {key, key.partition("/")[2], key.rpartition("#")[0], key.rpartition("#")[0].partition("/")[2]}

    def _send(self, plain: list[str], given: dict[str, Any], other: dict[str, Any],
              kind: str = "message") -> Progress | None:  # fmt: skip
        key = None
        if len(plain) > 1:
            wanted = [one.key for one in self.case.progress.subscriptions if self._is(one.key, plain[1][1:])]
            key = wanted[0] if wanted else f"{self.key}/{plain[1][1:]}#1"
        command = self.case.by("sender")
        more = {"kind": kind, "correlation": other} if other or kind != "message" else {}
        found = commands.deliver(self.case.world, command, self.case.state, plain[0], given, key, **more)
        return self.case._keep(found, command) if found else None

    def _signal(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> Progress | None:
        return self._send(plain, given, other, kind="signal")

    def _wait(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> bool:
        self.case.wait(seconds=seconds(plain[0]))
        return True

    def _called(self, node: str) -> str:
        found = [one.key for one in self.case.progress.calls if self._is(one.key, node)]
        if not found:
            raise Refused(f"no call of {node} waits")
        return found[0]

    def _answer(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> Progress:
        command = self.case.by()
        key = self._called(plain[0])
        return self.case._keep(
            calls.finish_call(self.case.world, command, self.case.state, key, given.get("value", given)), command)

    def _breaks(self, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> Progress | None:
        command = self.case.by()
        key, text = self._called(plain[0]), " ".join(plain[2:])
        found = calls.fail_call(self.case.world, command, self.case.state, key, plain[1], text)
        return self.case._keep(found, command) if found else None

    def look(self, verb: str, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return getattr(self, f"_look_{verb}")(plain, given)

    @property
    def progress(self) -> Progress:
        assert self.case.progress
        return self.case.progress

    def _look_open(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return sorted(plain), sorted(task.node for task in self.case.open.values())

    def _look_closed(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        left = (sorted(self.case.open), self.progress.timers, self.progress.subscriptions, self.progress.calls)
        return (True, ([], (), (), ())), (self.progress.closed, left)

    def _look_running(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return False, self.progress.closed

    def _look_see(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        key = next((key for key in self.case.open if self._is(key, plain[0])), None)
        if key is None:
            raise Difference(f"{plain[0]} is not open; open are {sorted(self.case.open)}")
        scope = commands.scope_of(self.case.world, self.case.by("officer"), self.case.state, key)
        return given, {name: scope.get(name) for name in given}

    def _look_record(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return given, {name: self.progress.record.get(name) for name in given}

    def _look_times(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        passed = Counter(fact.node for fact in self.case.facts if fact.kind == "StepPassed")
        return int(plain[1]), passed[plain[0]]

    def _look_order(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        passed = [fact.node for fact in self.case.facts if fact.kind == "StepPassed"]
        return plain, [node for node in passed if node in plain]

    def _look_passed(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return sorted(plain), sorted(fact.node for fact in self.progress.facts if fact.kind == "StepPassed")

    def _look_timers(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return sorted(plain), sorted(timer.node for timer in self.progress.timers)

    def _look_waits(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return sorted(plain), sorted(one.message for one in self.progress.subscriptions)

    def _look_calls(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return sorted(plain), sorted(one.node for one in self.progress.calls)

    def _look_thrown(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return plain, [f"{one.kind}:{one.name}" for one in self.progress.thrown]

    def _look_payload(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return given, next((dict(one.payload) for one in self.progress.thrown if one.name == plain[0]), None)

    def _look_correlation(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        return given, next((dict(one.correlation) for one in self.progress.thrown if one.name == plain[0]), None)

    def _look_at(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        found = commands.positions(self.case.world, self.case.by("officer"), self.case.state)
        return sorted(plain), sorted(node for _, _, node in found)

    def _look_fact(self, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        found = [{name: (fact.body or {}).get(name) for name in given} for fact in self.progress.facts
                 if fact.kind == plain[0]]
        return given, given if given in found else found


def _with_outside(world: Any) -> Any:
    from dataclasses import fields, replace

    if "outside" not in {one.name for one in fields(world)}:
        return world
    return replace(world, outside=lambda operation: operation.startswith("outside."))

