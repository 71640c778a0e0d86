"""A part of the simulated city in a process of its own: its reports and officers, on a clock that is set."""

import heapq
import io
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.config import Config
from app.domain.actor import Actor
from app.domain.errors import Conflict, InvalidAnswers, NotFound, TaskAlreadyDone, TaskNotReady, YongzhiError
from app.domain.ids import derived_id
from app.domain.progress import OpenTask, Progress
from app.schemas.records import read
from app.schemas.reports import ReportRecord
from app.usecases.clock import Clock
from app.usecases.command.deliver_kept import deliver_kept
from app.usecases.command.fire_due_timers import fire_due_timers
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_task import TaskView, read_task
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.submit_report import submit_report
from app.usecases.opening import open_tools
from bench.city_citizens import Citizens
from bench.city_day import Arrival
from bench.city_officers import TEXT, acts_after, answers_for
from bench.city_seats import Seats
from tests.stories.photos import photo, scan

#: the top process of every event; what it begins beside itself may outlive it
EVENT = "event_lifecycle"
#: attempts at a form
_TRIED = 30
#: pause before a refused form is filled in again
AGAIN = timedelta(hours=4)


class SetClock(Clock):
    """The city's clock as this process sees it: at the moment of the act."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(order=True)
class Planned:
    """Something that somebody will do."""

    at: datetime
    number: int
    arrival: Arrival | None = field(default=None, compare=False)
    task: OpenTask | None = field(default=None, compare=False)
    task_id: UUID | None = field(default=None, compare=False)
    tries: int = field(default=1, compare=False)
    #: case whose reporter does something, and what
    citizen: tuple[UUID, str] | None = field(default=None, compare=False)
    #: who holds it already
    by: Actor | None = field(default=None, compare=False)


@dataclass
class Told:
    """What a part of the city did since it was asked last."""

    #: when it has something to do next
    following: datetime | None
    counts: Counter[str]
    #: cases that closed or went on the ledger, and those that came back from it
    ended: list[UUID]
    reopened: list[UUID]
    #: (seconds, statement) of the slowest wait for the database
    slowest: tuple[float, str]
    #: what went wrong, with how often
    wrong: Counter[str]


class District:
    """Reports and officers of a part of the city."""

    def __init__(self, config: Config, arrivals: list[Arrival], seed: int) -> None:
        tools = open_tools(config)
        self.clock = SetClock(tools.store, movable=True)
        self.tools = replace(tools, clock=self.clock)
        self.chance = random.Random(seed)
        self.number = 0
        self.plan: list[Planned] = []
        self.seats = Seats(self.tools, self.chance)
        self.citizens = Citizens(self.tools, self.chance)
        self.places: dict[UUID, tuple[float, float]] = {}
        self.told = self._nothing()
        for arrival in arrivals:
            self._later(arrival.at, arrival=arrival)

    def until(self, moment: datetime) -> Told:
        """Do everything that is due before a moment, then fire the timers up to it."""
        while self.plan and self.plan[0].at < moment:
            one = heapq.heappop(self.plan)
            self.clock.at = one.at
            try:
                self._do(one)
            except (NotFound, TaskAlreadyDone):
                self.told.counts["overtaken"] += 1
            except Conflict as lost:
                # somebody was at the same case: he tries again
                self._again(one, f"{one.task.form if one.task else 'report'}: {lost.message}")
            except YongzhiError as failure:
                node = f"{one.task.process}/{one.task.node}" if one.task else "report"
                self.told.wrong[f"{node}: {failure.message[:80]} {getattr(failure, 'errors', '')}"] += 1
        self.clock.at = moment
        while fire_due_timers(self.tools, at=moment):
            pass
        while deliver_kept(self.tools):
            pass
        told, self.told = self.told, self._nothing()
        told.following = self.plan[0].at if self.plan else None
        return told

    def noticed(self, case_id: UUID, process: str, progress: Progress, at: datetime) -> None:
        """Plan what the tasks that opened ask for; listen to which events ended."""
        for task in progress.opened:
            due = acts_after(self.chance, task.form, at, task.due_at)
            self._later(due, task=task, task_id=derived_id(case_id, task.key, at))
        if progress.record.get("lat") is not None:
            self.places[case_id] = (float(progress.record["lat"]), float(progress.record["lon"]))
        status = progress.record.get("status")
        if process != EVENT:
            return
        for due, act in self.citizens.wishes(case_id, progress.subscriptions, at):
            self._later(due, citizen=(case_id, act))
        if progress.closed or status == "on_ledger":
            self.told.ended.append(case_id)
        elif status:
            self.told.reopened.append(case_id)

    def _again(self, one: Planned, why: str) -> None:
        """Plan another attempt; what is never done is lost."""
        if one.tries < _TRIED:
            self._later(self.clock.at + AGAIN * one.tries, arrival=one.arrival, task=one.task, task_id=one.task_id,
                        citizen=one.citizen, tries=one.tries + 1, by=one.by)
        else:
            self.told.wrong[why[:200]] += 1

    def _later(self, at: datetime, **what: Any) -> None:
        self.number += 1
        heapq.heappush(self.plan, Planned(at, self.number, **what))

    def _nothing(self) -> Told:
        return Told(None, Counter(), [], [], (0.0, ""), Counter())

    def _do(self, one: Planned) -> None:
        if one.arrival:
            self._report(one.arrival)
        elif one.citizen:
            self.told.counts["answered" if self.citizens.answer(*one.citizen) else "overtaken"] += 1
        else:
            self._work(one)

    def _report(self, arrival: Arrival) -> None:
        shots = []
        actor = self.seats.officer("grid_member", arrival.grid) if arrival.channel == "GRID" else self.seats.gateway()
        if arrival.channel == "GRID":
            shots = [self._shot(actor, (arrival.lat, arrival.lon), "before", {})]
        reporter = {"phone": arrival.phone, "wants_callback": bool(arrival.phone)} if arrival.phone else {}
        report = {"channel": arrival.channel, "nature": arrival.nature, "content": arrival.content, "lat": arrival.lat,
                  "lon": arrival.lon, "photos": shots, "item_hint": arrival.item, "reporter": reporter}
        filed = submit_report(self.tools, actor=actor, report=read(ReportRecord, report))
        if arrival.phone:
            self.citizens.reported(filed)
        self.told.counts["events"] += 1

    def _work(self, one: Planned) -> None:
        assert one.task is not None and one.task_id is not None
        tried = 0
        for actor in [one.by] if one.by else self.seats.candidates(one.task):
            tried += 1
            try:
                claim_task(self.tools, actor=actor, task_id=one.task_id)
            except NotFound:
                continue
            one.by = actor
            break
        else:
            if not tried:
                self.told.wrong[f"nobody for {one.task.process}/{one.task.node} {one.task.candidates[:2]}"] += 1
            self.told.counts["overtaken"] += 1
            return
        view = read_task(self.tools, actor=actor, task_id=one.task_id)
        answers = self._answers(actor, view, one)
        try:
            complete_task(self.tools, actor=actor, task_id=one.task_id, answers=answers)
        except (InvalidAnswers, TaskNotReady) as failure:
            self._note_progress(actor, view)
            # he reads what is wrong and tries again later
            self._again(one, f"{one.task.form}: {getattr(failure, 'errors', failure.message)}")
            return
        self.told.counts["worked"] += 1

    def _answers(self, actor: Actor, view: TaskView, one: Planned) -> dict[str, Any]:
        assert one.task is not None
        case_id = view.row.case_id
        place = self.places.get(case_id) or (29.9, 121.6)
        now = self.clock.at.isoformat()
        known = {"lat": place[0], "lon": place[1], "on_site_at": now, "now": now, "note": TEXT,
                 "officers": "执法人员01（证号 33020001）、执法人员02（证号 33020002）"}
        answers, files = answers_for(
            self.chance, one.task.form, view.form, view.values, view.context, known, view.options
        )
        for name, phase in files.items():
            answers[name] = [self._shot(actor, place, phase, {"task_id": one.task_id}, paper="doc" in name)]
        return answers

    def _shot(self, actor: Actor | None, place: tuple[float, float], phase: str, to: Any, paper: bool = False) -> str:
        content = scan("paper") if paper else photo(*place, self.clock.at)
        name = "scan.pdf" if paper else "IMG_0001.jpg"
        kept = attach_file(self.tools, actor=actor, stream=io.BytesIO(content), filename=name, phase=phase, **to)
        self.told.counts["files"] += 1
        return str(kept.id)

    def _note_progress(self, actor: Actor, view: TaskView) -> None:
        """Write down how far long work has come, where the page asks for it."""
        for act in view.acts:
            if act.message == "progress.noted" and act.open:
                told = {"progress_text": TEXT, "percent": 60}
                perform_act(self.tools, actor=actor, case_id=view.row.case_id, act_key=act.key, answers=told)
