"""Small processes that send, wait and call, drawn for a test and published with the release's own means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.facts import Fact
from app.domain.records import StoredCase
from app.engine import commands, steering
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.command.deliver_kept import deliver_kept
from app.usecases.desk.deliver_message import Delivered, deliver_message
from app.usecases.desk.start_case import start_case
from app.usecases.stepping import command_of, make_world
from app.usecases.studio.publish_files import publish_files
from app.usecases.writing import write_step
from tests.api.trial_pack import FORM
from tests.engine.running import diagram, extension, line, user_task

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'


def event(tag: str, key: str, kind: str, name: str, **properties: str) -> str:
    """Draw a message or signal event, or a task that sends or receives."""
    inside = extension(properties) if properties else ""
    if tag.endswith("Task"):
        return f'<bpmn:{tag} id="{key}" name="{key}" messageRef="{_id(kind, name)}">{inside}</bpmn:{tag}>'
    definition = f'<bpmn:{kind}EventDefinition id="{key}_d" {kind}Ref="{_id(kind, name)}"/>'
    return f'<bpmn:{tag} id="{key}" name="{key}">{inside}{definition}</bpmn:{tag}>'


def _id(kind: str, name: str) -> str:
    return f"{kind}_{name.replace('.', '_')}"


def throw(key: str, name: str, kind: str = "message", **properties: str) -> str:
    """Draw a throwing event."""
    return event("intermediateThrowEvent", key, kind, name, **properties)


def catch(key: str, name: str, kind: str = "message", **properties: str) -> str:
    """Draw a catching event."""
    return event("intermediateCatchEvent", key, kind, name, **properties)


def begins(name: str, kind: str = "message", **properties: str) -> str:
    """Draw a start event that waits for something."""
    return event("startEvent", "s", kind, name, **properties)


def work(key: str, script: str = "") -> str:
    """Draw human work."""
    return user_task(key, script, form="trial/answer", orgScope="city")


def drawn(key: str, *elements: str, ways: str = "") -> tuple[str, bytes]:
    """Draw a process whose elements follow each other."""
    body = "".join(elements)
    keys = [element.split('id="', 1)[1].split('"', 1)[0] for element in elements if "boundaryEvent" not in element]
    names = [
        f'<bpmn:{kind} id="{_id(kind, name)}" name="{name}"/>'
        for kind in ("message", "signal") for name in NAMES if _id(kind, name) in body
    ]  # fmt: skip
    return key, diagram(key, body + ways + line(*keys), "".join(names))


#: every message and signal of the tests
NAMES = ("order.placed", "order.paid", "order.lost", "ping", "pong", "alarm", "answer.needed")


@dataclass
class Stage:
    """A server with processes drawn for a test."""

    tools: Tools
    folder: Path

    def publish(self, *processes: tuple[str, bytes]) -> None:
        """Publish processes."""
        for name, content in [
            *((f"bpmn/trial/{key}.bpmn", text) for key, text in processes),
            ("forms/trial/answer.form.json", json.dumps(FORM).encode()),
        ]:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        publish_files(self.tools, actor=SYSTEM, bpmn=self.folder / "bpmn", forms=self.folder / "forms")
        self.tools.library.forget()

    def start(self, process: str, **variables: Any) -> UUID:
        """Start a case."""
        return start_case(self.tools, actor=SYSTEM, process=process, variables=variables).case_id

    def send(
        self, name: str, correlation: Mapping[str, Any] | None = None, *, id: str = "m", actor: Actor = SYSTEM,
        ttl: str | None = None, **payload: Any,
    ) -> Delivered:  # fmt: skip
        """Send a message from outside."""
        return deliver_message(
            self.tools, actor=actor, name=name, correlation=correlation or {}, payload=payload, id=id, ttl=ttl
        )

    def case(self, case_id: UUID) -> StoredCase:
        """Read a case."""
        with self.tools.store.unit_of_work() as uow:
            return uow.cases.get(case_id)

    def facts(self, case_id: UUID, kind: str = "") -> list[Fact]:
        """Read the facts of a case."""
        with self.tools.store.unit_of_work() as uow:
            return [fact for fact in uow.facts.of_case(case_id) if not kind or fact.kind == kind]

    def open(self, case_id: UUID) -> list[str]:
        """List the elements whose work is open."""
        with self.tools.store.unit_of_work() as uow:
            return [task.node for task in uow.tasks.of_case(case_id) if task.state in ("open", "claimed")]

    def cases_of(self, process: str) -> list[UUID]:
        """List the cases of a process, the oldest first."""
        with self.tools.store.unit_of_work() as uow:
            rows = uow._tx.rows("select id from cases where process = %(p)s order by id", {"p": process})
        return [row[0] for row in rows]

    def message(self, sender: str, id: str) -> tuple[UUID | None, str] | None:
        """Read what became of a message."""
        with self.tools.store.unit_of_work() as uow:
            return uow.messages.outcome(sender, id)

    def incidents(self, kind: str = "") -> list[Any]:
        """List what waits for an operator."""
        with self.tools.store.unit_of_work() as uow:
            return [line.incident for line in uow.incidents.list(SYSTEM, kind=kind).rows]

    def deliver(self, rounds: int = 1) -> int:
        """Deliver what is kept, as the metronome does a while later; return how many messages were looked at."""
        looked = 0
        for _ in range(rounds):
            with self.tools.store.unit_of_work() as uow:
                late = "clock_timestamp() - interval '1 s'"
                uow._tx.write(f"update messages set rests_until = {late} where rests_until is not null")
                uow.commit()
            while deliver_kept(self.tools):
                looked += 1
        return looked

    def later(self, **by: float) -> None:
        """Let time pass, as the words of a timedelta say."""
        with self.tools.store.unit_of_work() as uow:
            uow.clock.move(uow.clock.offset() + timedelta(**by))
            uow.commit()

    def complete(self, case_id: UUID) -> None:
        """Finish the one open task of a case, whoever holds it."""
        with self.tools.store.unit_of_work() as uow:
            case = uow.cases.lock(case_id)
            (task,) = [one for one in uow.tasks.of_case(case_id) if one.state == "open"]
            command = command_of(SYSTEM, self.tools.clock.now())
            progress = commands.complete(make_world(self.tools, uow, case_id), command, case.state, task.key, {})
            write_step(self.tools, uow, case, progress, command)
            uow.commit()

    def stand(self, case_id: UUID, still: bool) -> None:
        """Stop a case, or let it go on."""
        act = steering.suspend if still else steering.resume
        with self.tools.store.unit_of_work() as uow:
            case = uow.cases.lock(case_id)
            command = command_of(SYSTEM, self.tools.clock.now())
            progress = act(make_world(self.tools, uow, case_id), command, case.state)
            write_step(self.tools, uow, case, progress, command)
            uow._tx.write("update cases set suspended = %(s)s where id = %(id)s", {"s": still, "id": case_id})
            uow.commit()

    def verified(self, *cases: UUID) -> None:
        """Check that the histories run again to the same end."""
        for case_id in cases:
            verdict = verify_case(self.tools, actor=SYSTEM, case_id=case_id)
            assert verdict.chain_ok and verdict.replay_ok, verdict
