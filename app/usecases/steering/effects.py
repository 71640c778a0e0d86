"""What a change does to a case, told before or after: tasks, timers, where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import NotFound
from app.domain.progress import OpenTask, Progress, WaitingTimer
from app.domain.records import StoredCase, TaskRow, TimerRow
from app.engine.targets import Standing, standing
from app.engine.world import Command, World
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


@dataclass(frozen=True)
class TouchedTask:
    """A task that opens, ends or moves."""

    key: str
    node: str
    name: str
    name_en: str
    #: who holds it, or a seat that it is offered to
    holder_name: str
    role: str
    unit: str
    #: answers that would be lost
    draft: bool
    due_at: datetime | None


@dataclass(frozen=True)
class TouchedTimer:
    """A moment that the case waits for from now on, or no longer."""

    key: str
    node: str
    name: str
    name_en: str
    due_at: datetime


@dataclass(frozen=True)
class Position:
    """Where a token stands."""

    key: str
    process: str
    version: int
    node: str
    name: str
    name_en: str
    kind: str


@dataclass(frozen=True)
class Effect:
    """What a change does."""

    opened: Sequence[TouchedTask]
    ended: Sequence[TouchedTask]
    #: tasks whose due moment changes
    moved: Sequence[TouchedTask]
    dropped_timers: Sequence[TouchedTimer]
    set_timers: Sequence[TouchedTimer]
    #: names of messages and signals that leave the case
    thrown: Sequence[str]
    #: the case ends with it
    closes: bool
    #: the case stands still afterwards
    suspended: bool
    before: Sequence[Position]
    after: Sequence[Position]
    #: of the case, to be given with the next change
    revision: int


class Effects:
    """Tells what changes of one case do."""

    def __init__(self, tools: Tools, uow: UnitOfWork, case: StoredCase) -> None:
        self._tools, self._case = tools, case
        self._tasks = {task.key: task for task in uow.tasks.of_case(case.id) if task.state in ("open", "claimed")}
        self._timers = {timer.key: timer for timer in uow.timers.of_case(case.id)}
        self._versions: dict[str, int] = {}

    def of(self, world: World, command: Command, progress: Progress) -> Effect:
        """Tell what a command did, or would do."""
        before, _ = standing(world, command, self._case.state)
        after, still = standing(world, command, progress.state)
        self._versions = {one.process: one.version for one in (*before, *after)} | dict(progress.versions)
        due = {timer.key: timer for timer in progress.timers}
        return Effect(
            opened=[self._opened(task) for task in progress.opened],
            ended=[self._stood(self._tasks[key]) for key in progress.ended if key in self._tasks],
            moved=[self._opened(task) for task in progress.moved],
            dropped_timers=[self._timer(self._timers[key]) for key in progress.dropped_timers
                            if key in self._timers and key not in due],
            set_timers=[self._timer(due[key]) for key in progress.set_timers],
            thrown=[one.name for one in progress.thrown], closes=progress.closed,
            suspended=still and not progress.closed, before=self.positions(before), after=self.positions(after),
            revision=self._case.revision,
        )  # fmt: skip

    def positions(self, found: Iterable[Standing]) -> list[Position]:
        """Name where tokens stand."""
        return [Position(one.key, one.process, one.version, one.node,
                         *self._named(one.process, one.version, one.node), one.kind) for one in found]  # fmt: skip

    def _named(self, process: str, version: int, node: str) -> tuple[str, str]:
        try:
            names = self._tools.library.process(process, version).names
        except NotFound:
            return node, ""
        name, name_en = names.get(node, ("", ""))
        return name or node, name_en

    def _opened(self, task: OpenTask) -> TouchedTask:
        stood = self._tasks.get(task.key)
        role, unit = task.candidates[0] if task.candidates else ("", "")
        holder = stood.holder_name if stood else task.assignee or ""
        return TouchedTask(task.key, task.node, task.name, task.name_en, holder, role, unit, False, task.due_at)

    def _stood(self, task: TaskRow) -> TouchedTask:
        return TouchedTask(task.key, task.node, task.name, task.name_en, task.holder_name, task.role, task.unit,
                           task.draft is not None, task.due_at)  # fmt: skip

    def _timer(self, timer: TimerRow | WaitingTimer) -> TouchedTimer:
        # what is dropped may have belonged to a process that is gone by now
        number = self._versions.get(timer.process) or self._case.version
        return TouchedTimer(timer.key, timer.node, *self._named(timer.process, number, timer.node), timer.due_at)
