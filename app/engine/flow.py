"""A running case inside the engine room: the library's workflow with the case's record, facts and time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from app.domain.errors import StepFailed
from app.domain.facts import FactDraft, for_whom
from app.domain.progress import Thrown, WaitingTimer
from app.engine import duties, feel, raising, waking
from app.engine.instances import path_of, seen_in
from app.engine.named import filled
from app.engine.scope import build_scope, read_script
from app.engine.scopes import Scope
from app.engine.tokens import NONE, READY, Token
from app.engine.versions import ProcessVersion
from app.engine.visits import counted
from app.engine.world import Command, World

#: elements that one command may pass; a diagram that turns in circles is stopped
MAX_STEPS = 100_000


def empty_record(event: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the record of a new case."""
    return {"event": dict(event or {}), "counts": {}, "limits": {}, "milestones": {}}


class Flow(Scope, BpmnWorkflow):  # type: ignore[misc]
    """One case. The elements call back here; nobody outside the engine room sees it.

    The library's own constructor is not called: it makes a Python interpreter, listeners and a predicted future for
    every case at every step, and a case needs none of them.
    """

    __slots__ = (
        "_now", "command", "effects", "facts", "last_number", "moved", "opened", "passed", "queue", "record",
        "subprocesses", "suspended", "tasks_before", "thrown", "timers_before", "visits", "waits", "work", "world",
        "writes",
    )  # fmt: skip

    def __init__(
        self, version: ProcessVersion, world: World, command: Command, record: dict[str, dict[str, Any]],
        visits: str,
    ) -> None:  # fmt: skip
        self.open_scope(version, version.spec, self)
        self.world = world
        self.command = command
        self._now: datetime | None = None
        self.record = record
        #: passages of each `process/node`
        self.visits = visits
        self.facts: list[FactDraft] = []
        self.effects: list[tuple[str, Mapping[str, Any]]] = []
        self.thrown: list[Thrown] = []
        #: tokens whose turn comes, in order
        self.queue: list[Token] = []
        #: human tasks and timers that waited before the command
        self.tasks_before: tuple[Token, ...] = ()
        self.timers_before: Mapping[str, WaitingTimer] = NONE
        #: open human tasks, and everything that waits for an event, a moment or an answer, by token number
        self.work: dict[int, Token] = {}
        self.waits: dict[int, Token] = {}
        #: human tasks that this command opened, and open ones whose limit it moved
        self.opened: list[Token] = []
        self.moved: set[int] | None = None
        #: numbers given to tokens, values written, elements passed
        self.last_number = self.writes = self.passed = 0
        self.suspended = False
        self.subprocesses: dict[int, Any] = {}
        if version.spec.watched:
            self.board = {}

    @property
    def now(self) -> datetime:
        """The moment of the running command.

        One zone for all moments, the city's: so a replay writes the same texts, and today is the city's day.
        """
        if self._now is None:
            self._now = self.world.calendar.local(self.command.now)
        return self._now

    def tell(self, kind: str, token: Token | None = None, body: Mapping[str, Any] | None = None) -> None:
        """Record a fact, at an element or for the case as a whole."""
        command_itself = not self.facts
        if command_itself and self.command.actor.absent is not None:
            body = for_whom(self.command.actor, body)
        if token is None:
            self.facts.append(filled(FactDraft, (kind, self.version.key, "", 0, body)))
        else:
            spec = token.task_spec
            nth = token.nth or self.passage(token)
            self.facts.append(filled(FactDraft, (kind, spec.process, spec.bpmn_id or "", nth, body)))
        if command_itself and self.command.actor.absent is not None:
            duties.note_stand_in(self)

    def passage(self, token: Token) -> int:
        """Return which passage through its element this token is, from 1."""
        if not token.nth:
            self.visits, token.nth = counted(self.visits, token.task_spec.place)
        return token.nth

    def scope(self, token: Token, **more: Any) -> dict[str, Any]:
        """Return what an expression at this token reads."""
        command = self.command
        objects = token.workflow.seen_objects()
        variables = {**objects, **token.data, **more} if more or objects else token.data
        scope = build_scope(variables, self.record, command.actor, command.role, command.unit, self.now)
        if (token._parent is not None or token.workflow.instance) and (path := path_of(token)):
            scope["limits"] = seen_in(self.record["limits"], path)
        return scope

    def write(self, token: Token, changes: Mapping[str, Any]) -> None:
        """Set variables of the token and note them for the fact of its passage."""
        token.take(changes)
        token.internal_data.setdefault("noted", {}).update(changes)

    def run_script(self, token: Token, script: str, **more: Any) -> None:
        """Carry out assignments in their order.

        Args:
            more: what they read besides the variables.
        """
        for line in read_script(script):
            value = feel.normalise(feel.evaluate(line.expression, self.scope(token, **more), now=self.now))
            if line.record:
                duties.write_record(self, token, line.record, {line.name: value})
            else:
                self.write(token, {line.name: value})

    def advance(self) -> None:
        """Run until only people, moments, messages and answers can go on."""
        most = self.passed + MAX_STEPS
        while self.queue or (self.waits and not self.completed and waking.wake(self)):
            batch, self.queue = self.queue, []
            for token in batch:
                if token._state != READY or token.workflow.tasks.get(token.id) is not token:
                    continue
                try:
                    token.run()
                except raising.FOR_DIAGRAMS as cause:
                    raising.failed(token, cause)
                if self.passed > most:
                    raise StepFailed(f"The diagram passed {MAX_STEPS} elements without a stop: it turns in circles")

    def step_passed(self, token: Token) -> None:
        """Record that a token passed an element of the diagram."""
        self.passed += 1
        spec, internal = token.task_spec, token.internal_data
        changes = internal.pop("noted", None) if internal else None
        if spec.drawn:
            self.tell("StepPassed", token, {"changes": changes} if changes else {})
            if spec.props and not token.begun:
                duties.passed(self, token)

    def ended(self) -> None:
        """End the case: no token is left."""
        self.completed = True
        for token in list(self.waits.values()):
            token.workflow.tasks.pop(token.id, None)
        self.waits.clear()

    def release(self) -> None:
        """Let go of the tokens: they and their case hold each other, and waiting for a collector costs a third."""
        if self.subprocesses:
            for child in self.subprocesses.values():
                child.tasks = NONE
            self.subprocesses = NONE
        self.tasks = self.work = self.waits = NONE
        self.opened, self.tasks_before, self.top_workflow = [], (), None
