"""The people of the simulated city in a process of their own: they do what the plan hands them, on a set clock."""

import io
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.config import Config
from app.domain.actor import Actor
from app.domain.errors import Conflict, InvalidAnswers, NotFound, TaskAlreadyDone, TaskNotReady, YongzhiError
from app.domain.ids import derived_id
from app.domain.progress import Progress
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
from bench.city_citizens import answer, questions
from bench.city_day import Arrival
from bench.city_line import Planned, Tick, Told, Wish, Work
from bench.city_officers import TEXT, acts_after, answers_for
from bench.city_seats import Seats
from tests.stories.photos import photo, scan

#: the top process of every event; what it begins beside itself may outlive it
EVENT = "event_lifecycle"
#: attempts at a form
_TRIED = 30
#: pause before a refused form is filled in again
AGAIN = timedelta(hours=4)
#: where an officer stands whose case has no place
NOWHERE = (29.9, 121.6)


class SetClock(Clock):
    """The city's clock as this process sees it: at the moment of the act."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class District:
    """The people who do what the plan hands to this process."""

    def __init__(self, config: Config, seed: int) -> None:
        tools = open_tools(config)
        self.clock = SetClock(tools.store, movable=True)
        self.tools = replace(tools, clock=self.clock)
        self.chance = random.Random(seed)
        self.seats = Seats(self.tools, self.chance)
        self.told = Told()
        #: seconds of the slowest wait for the database so far
        self.slowest = 0.0
        #: who has the task of the present act
        self._holder: UUID | None = None
        #: what the plan knows from this part
        self._said: set[tuple[UUID, object]] = set()

    def act(self, one: Planned) -> Told:
        """Do what somebody does at his moment."""
        self.told, self.clock.at, self._holder = Told(), one.at, one.by
        name = one.what.form if isinstance(one.what, Work) else "report"
        try:
            self._do(one)
        except (NotFound, TaskAlreadyDone):
            self.told.counts["overtaken"] += 1
        except Conflict as lost:
            # somebody was at the same case: he tries again
            self._again(one, f"{name}: {lost.message}")
        except YongzhiError as failure:
            node = f"{one.what.process}/{one.what.node}" if isinstance(one.what, Work) else "report"
            self.told.wrong[f"{node}: {failure.message[:80]} {getattr(failure, 'errors', '')}"] += 1
        return self.told

    def tick(self, tick: Tick) -> Told:
        """Fire timers that are due by a moment; the plan looks whether others are left."""
        self.told, self.clock.at = Told(), tick.at
        while fire_due_timers(self.tools, at=tick.at, most=tick.most) == tick.most:
            pass
        while tick.kept and deliver_kept(self.tools):
            pass
        return self.told

    def noticed(self, case_id: UUID, process: str, progress: Progress, at: datetime) -> None:
        """Plan what the tasks that opened ask for; listen to which events ended."""
        for task in progress.opened:
            work = Work(derived_id(case_id, task.key, at), task.process, task.node, task.form, task.candidates,
                        task.excluded_people)
            self.told.planned.append(Planned(acts_after(self.chance, task.form, at, task.due_at), work, case_id))
        if progress.record.get("lat") is not None:
            place = (float(progress.record["lat"]), float(progress.record["lon"]))
            if self._new(case_id, place):
                self.told.places[case_id] = place
        if process != EVENT:
            return
        self.told.questions += (
            one for one in questions(case_id, progress.subscriptions, at) if self._new(case_id, one.key)
        )
        status = progress.record.get("status")
        if progress.closed or status == "on_ledger":
            self.told.ended.append(case_id)
        elif status:
            self.told.reopened.append(case_id)

    def _new(self, case_id: UUID, what: object) -> bool:
        """Say whether the plan does not yet know something from this part."""
        known = (case_id, what) in self._said
        self._said.add((case_id, what))
        return not known

    def _again(self, one: Planned, why: str) -> None:
        """Plan another attempt; what is never done is lost."""
        if one.tries < _TRIED:
            later = self.clock.at + AGAIN * one.tries
            self.told.planned.append(one._replace(at=later, tries=one.tries + 1, by=self._holder))
        else:
            self.told.wrong[why[:200]] += 1

    def _do(self, one: Planned) -> None:
        if isinstance(one.what, Arrival):
            self._report(one.what)
        elif isinstance(one.what, Wish):
            self.told.counts["answered" if answer(self.tools, self.chance, one.what) else "overtaken"] += 1
        else:
            self._work(one, one.what)

    def _report(self, arrival: Arrival) -> None:
        shots = []
        actor = self.seats.officer("grid_member", arrival.grid) if arrival.channel == "GRID" else self.seats.gateway()
        if arrival.channel == "GRID":
            shots = [self._shot(actor, (arrival.lat, arrival.lon), "before", {})]
        reporter = {"phone": arrival.phone, "wants_callback": bool(arrival.phone)} if arrival.phone else {}
        report = {"channel": arrival.channel, "nature": arrival.nature, "content": arrival.content, "lat": arrival.lat,
                  "lon": arrival.lon, "photos": shots, "item_hint": arrival.item, "reporter": reporter}
        filed = submit_report(self.tools, actor=actor, report=read(ReportRecord, report))
        if arrival.phone and filed.tracking_code:
            self.told.reported[filed.case_id] = (filed.event_no, filed.tracking_code)
        self.told.counts["events"] += 1

    def _work(self, one: Planned, work: Work) -> None:
        tried = 0
        for actor in [self.seats.person(one.by)] if one.by else self.seats.candidates(work):
            tried += 1
            try:
                claim_task(self.tools, actor=actor, task_id=work.task_id)
            except NotFound:
                continue
            self._holder = UUID(actor.id)
            break
        else:
            if not tried:
                self.told.wrong[f"nobody for {work.process}/{work.node} {work.candidates[:2]}"] += 1
            self.told.counts["overtaken"] += 1
            return
        view = read_task(self.tools, actor=actor, task_id=work.task_id)
        answers = self._answers(actor, view, work, one.place or NOWHERE)
        try:
            complete_task(self.tools, actor=actor, task_id=work.task_id, answers=answers)
        except (InvalidAnswers, TaskNotReady) as failure:
            self._note_progress(actor, view)
            # he reads what is wrong and tries again later
            self._again(one, f"{work.form}: {getattr(failure, 'errors', failure.message)}")
            return
        self.told.counts["worked"] += 1

    def _answers(self, actor: Actor, view: TaskView, work: Work, place: tuple[float, float]) -> dict[str, Any]:
        now = self.clock.at.isoformat()
        known = {"lat": place[0], "lon": place[1], "on_site_at": now, "now": now, "note": TEXT,
                 "officers": "执法人员01（证号 33020001）、执法人员02（证号 33020002）"}
        answers, files = answers_for(self.chance, work.form, view.form, view.values, view.context, known, view.options)
        for name, phase in files.items():
            answers[name] = [self._shot(actor, place, phase, {"task_id": work.task_id}, paper="doc" in name)]
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
