"""Moments of the stories at which an act stands open: kept while they run in memory, written to a database later."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM
from app.domain.facts import FactDraft
from app.domain.ids import new_id
from app.domain.progress import OpenTask, Progress, Subscription
from app.domain.records import StoredCase
from app.domain.records_registers import Hand
from app.domain.records_traffic import AttachmentRow
from app.engine.world import Command
from app.schemas.register_rows import read_row
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import link_facts
from tests.stories.flow.flow_case import PHOTO, FlowCase
from tests.stories.flow.scenarios import ALL

ROOT = Path(__file__).resolve().parents[2]
#: an act: process and element
Place = tuple[str, str]
_ACT = re.compile(
    r'<bpmn:(boundaryEvent|startEvent|intermediateCatchEvent) id="(\w+)"(?:(?!<bpmn:\1 ).)*?</bpmn:\1>', re.S
)
_OFFERED = re.compile(r'name="offeredTo" value="([^"]+)"')


def offered() -> dict[Place, str]:
    """List the acts of all diagrams: {(process, element): to whom it is offered}."""
    found = {}
    for path in sorted((ROOT / "bpmn").glob("*/*.bpmn")):
        for each in _ACT.finditer(path.read_text("utf-8")):
            # what only other cases send is nobody's act
            if (roles := _OFFERED.search(each[0])) and roles[1] != "cases":
                found[path.stem, each[2]] = roles[1]
    return found


@dataclass(frozen=True)
class Moment:
    """A case of a story as it stands when an act is offered."""

    act: Subscription
    progress: Progress
    facts: tuple[FactDraft, ...]
    waiting: tuple[OpenTask, ...]
    #: tasks that were done before
    past: tuple[OpenTask, ...]
    rows: Mapping[str, list[dict[str, Any]]]
    now: datetime
    #: what the story answers; None where no story does it
    answers: dict[str, Any] | None


class Album:
    """The best moment of each act: one at which it is done, and open."""

    def __init__(self) -> None:
        self.moments: dict[Place, Moment] = {}
        self._worth: dict[Place, tuple[bool, int]] = {}
        self._opened: dict[int, dict[str, OpenTask]] = {}

    def collect(self) -> dict[Place, Moment]:
        """Run every story, and look at each act that it offers or does."""
        made, act, send, keep = list(FlowCase.made), FlowCase.act, FlowCase.send, FlowCase._keep

        def acting(case: FlowCase, message: str, by: str = "officer", node: str = "", **answers: Any) -> Progress:
            # what a form took is better than what a program sent
            self._look(case, answers, lambda one: one.message == message and node in ("", one.node), 2)
            return act(case, message, by, node, **answers)

        def sending(case: FlowCase, message: str, key: str | None = None, **payload: Any) -> Progress | None:
            self._look(case, payload, lambda one: one.message == message and key in (None, one.key), 1)
            return send(case, message, key, **payload)

        def keeping(case: FlowCase, progress: Progress, command: Command) -> Progress:
            kept = keep(case, progress, command)
            self._opened.setdefault(id(case), {}).update({task.key: task for task in kept.opened})
            self._look(case, None, lambda one: True, 0)
            return kept

        with pytest.MonkeyPatch.context() as patch:
            for name, one in (("act", acting), ("send", sending), ("_keep", keeping)):
                patch.setattr(FlowCase, name, one)
            for story in ALL.values():
                story()
        # they were told before, or will be: nobody counts them twice
        FlowCase.made[:] = made
        return self.moments

    def _look(
        self, case: FlowCase, answers: dict[str, Any] | None, wanted: Callable[[Subscription], bool], worth: int
    ) -> None:
        for one in case.progress.subscriptions if case.progress else ():
            place = (one.process, one.node)
            if one.form and wanted(one) and (one.open, worth) > self._worth.get(place, (False, -1)):
                self._worth[place] = (one.open, worth)
                self.moments[place] = self._taken(case, one, answers)

    def _taken(self, case: FlowCase, one: Subscription, answers: dict[str, Any] | None) -> Moment:
        assert case.progress
        facts = tuple(FactDraft(fact.kind, fact.process, fact.node, fact.nth, fact.content) for fact in case.facts)
        past = tuple(task for key, task in self._opened[id(case)].items() if key not in case.open)
        rows = deepcopy(case.registers)
        return Moment(one, case.progress, facts, tuple(case.open.values()), past, rows, case.now, answers)


def write(tools: Tools, uow: UnitOfWork, moment: Moment) -> StoredCase:
    """Write a case as it stands at a moment, with its photo and its rows; the caller commits."""
    quiet = moment.progress._replace(
        moved=(), ended={}, dropped_timers=(), set_timers=tuple(one.key for one in moment.progress.timers),
        effects=(), thrown=(),
    )  # fmt: skip
    case_id, process = new_id(11, moment.now), moment.facts[0].process
    facts = link_facts(case_id, moment.facts, Command(moment.now, SYSTEM))
    begun = quiet._replace(opened=(*moment.past, *moment.waiting))
    case = uow.cases.create(case_id, process, begun.versions[process], begun, facts[:1], at=moment.now)
    if facts[1:]:
        now = quiet._replace(opened=(), ended={task.key: "completed" for task in moment.past})
        case = uow.cases.write_step(case, now, facts[1:], at=moment.now)
    uow.attachments.add(AttachmentRow(
        county=11, id=UUID(PHOTO), case_id=case_id, name="现场.jpg", media_type="image/jpeg", size=1,
        sha256=bytes(32), path="none", uploaded_at=moment.now,
    ))  # fmt: skip
    for key, rows in moment.rows.items():
        register = tools.city.registers[key]
        for row in rows:
            if "version" in row:
                values = {name: value for name, value in row.items() if name not in ("id", "version")}
                unit, data = read_row(register, values)
                hand = Hand(moment.now, SYSTEM.id, SYSTEM.name)
                uow.registers.add(register, UUID(row["id"]), unit or "33.02", data, hand)
    return case
