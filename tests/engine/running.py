"""A case run in memory for tests: diagrams from text, a clock that is set, an outside world of plain functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.actor import SYSTEM, Actor
from app.domain.calendar import WorkingCalendar
from app.domain.city_files import load_roles
from app.domain.facts import GENESIS, Fact, chain, first_break
from app.domain.ids import new_id
from app.domain.org import Role
from app.domain.progress import Progress
from app.engine import commands
from app.engine.library import PublishedLibrary
from app.engine.replay import Divergence, replay
from app.engine.world import Call, Command, OperationResult, World

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = timezone(timedelta(hours=8))
#: Monday, a working day
MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
STREET = {"street": "33.02.11.004", "command_room": "33.02.11.004.cmd", "county": "33.02.11", "city": "33.02",
          "grid": "33.02.11.004.003.012", "village": "33.02.11.004.003"}


@cache
def known_roles() -> Mapping[str, Role]:
    """Read the city's roles once: a case is made in a fiftieth of the time that the file takes."""
    return load_roles(ROOT / "city")


class Shelf:
    """Published files in memory; `put` publishes the next version."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str, int], bytes] = {}
        self.current: dict[tuple[str, str], int] = {}

    def put(self, kind: str, key: str, content: bytes) -> int:
        number = self.current.get((kind, key), 0) + 1
        self.current[kind, key] = number
        self.files[kind, key, number] = content
        return number

    def stamp(self) -> str:
        return str(sorted(self.current.items()))

    def current_numbers(self) -> Mapping[tuple[str, str], int]:
        return self.current

    def content(self, kind: str, key: str, number: int) -> bytes:
        return self.files[kind, key, number]


def diagram(key: str, body: str, more: str = "") -> bytes:
    """Wrap the inside of a process."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="http://example.com">
  <bpmn:process id="{key}" isExecutable="true">{body}</bpmn:process>{more}
</bpmn:definitions>""".encode()


def extension(properties: Mapping[str, str], more: str = "") -> str:
    rows = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in properties.items())
    return (f"<bpmn:extensionElements><spiffworkflow:properties>{rows}</spiffworkflow:properties>{more}"
            "</bpmn:extensionElements>")


def user_task(key: str, script: str = "", **properties: str) -> str:
    more = f"<spiffworkflow:postScript>{script}</spiffworkflow:postScript>" if script else ""
    wanted = {"candidateRoles": "street_duty", "orgScope": "street", "form": "t/form", **properties}
    return f'<bpmn:userTask id="{key}" name="{key}">{extension(wanted, more)}</bpmn:userTask>'


def service(key: str, operation: str, result: str = "", **params: str) -> str:
    rows = "".join(f'<spiffworkflow:parameter id="{k}" type="any" value="{v}"/>' for k, v in params.items())
    kept = f' resultVariable="{result}"' if result else ""
    return (f'<bpmn:serviceTask id="{key}"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{operation}"'
            f"{kept}><spiffworkflow:parameters>{rows}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
            "</bpmn:extensionElements></bpmn:serviceTask>")


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{inside}</bpmn:sequenceFlow>"


def line(*nodes: str) -> str:
    """Connect nodes one after the other."""
    return "".join(flow(a, b) for a, b in zip(nodes, nodes[1:], strict=False))


@dataclass
class Running:
    """One case and everything that happened to it."""

    shelf: Shelf = field(default_factory=Shelf)
    now: datetime = MONDAY
    answers: dict[str, Any] = field(default_factory=dict)
    progress: Progress | None = None
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf.put("form", "t/form", b"{}")
        self.library = PublishedLibrary(self.shelf)
        self.case_id = new_id(11, MONDAY)
        self.calls: list[Call] = []
        self.world = World(self.library, WorkingCalendar(), known_roles(), self._operation)

    def _operation(self, call: Call) -> OperationResult:
        self.calls.append(call)
        found = self.answers.get(call.operation)
        if callable(found):
            return found(call)
        return found if isinstance(found, OperationResult) else OperationResult(found)

    def publish(self, key: str, body: str, more: str = "") -> "Running":
        self.shelf.put("process", key, diagram(key, body, more))
        self.library.forget()
        return self

    def by(self, username: str = "") -> Command:
        """Somebody acts, in a role where one is told: `li`, `li@grid_leader`."""
        username, _, role = username.partition("@")
        actor = Actor(f"id-{username}", username, username) if username else SYSTEM
        return Command(self.now, actor, role)

    def start(self, process: str, event: Mapping[str, Any] | None = None, **variables: Any) -> Progress:
        command = self.by("starter")
        return self._keep(commands.start(self.world, command, process, variables, {**STREET, **(event or {})}), command)

    def complete(self, node: str, by: str = "officer", **answers: Any) -> Progress:
        command = self.by(by)
        return self._keep(commands.complete(self.world, command, self.state, self.key_of(node), answers), command)

    def send(self, message: str, key: str | None = None, **payload: Any) -> Progress | None:
        command = self.by("sender")
        found = commands.deliver(self.world, command, self.state, message, payload, key)
        return self._keep(found, command) if found else None

    def wait(self, **length: float) -> Progress | None:
        """Let time pass; every timer fires at its own moment."""
        until, last = self.now + timedelta(**length), None
        while self.progress and self.progress.timers:
            due = min(timer.due_at for timer in self.progress.timers)
            if due > until:
                break
            self.now = max(due, self.now)
            command = self.by()
            found = commands.fire(self.world, command, self.state)
            assert found, "a timer of the list does not fire"
            last = self._keep(found, command)
        self.now = until
        return last

    @property
    def state(self) -> bytes:
        assert self.progress
        return self.progress.state

    @property
    def open(self) -> dict[str, Any]:
        """Open tasks by key, as the store would hold them."""
        return self._open

    def key_of(self, node: str) -> str:
        found = [key for key in self._open if key == node or key.rpartition("#")[0].rpartition("/")[2] == node]
        assert found, f"{node} is not open; open are {sorted(self._open)}"
        return found[0]

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [fact.content for fact in self.facts if fact.kind == kind]

    def again(self) -> Divergence | None:
        """Verify the chain and run the whole history again."""
        assert first_break(self.facts) is None
        return replay(self.library, self.facts, self.world)

    def _keep(self, progress: Progress, command: Command) -> Progress:
        if not self.facts:
            self._open: dict[str, Any] = {}
        signed = (command.actor.id, command.actor.name, command.role, command.unit)
        head = self.facts[-1].hash if self.facts else GENESIS
        self.facts += chain(progress.facts, case_id=self.case_id, after=len(self.facts), head=head, at=command.now,
                            actor=signed)
        for key in progress.ended:
            self._open.pop(key)
        for task in (*progress.opened, *progress.moved):
            self._open[task.key] = task
        self.progress = progress
        return progress
