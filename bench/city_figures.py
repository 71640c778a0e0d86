"""What the simulated day left behind: figures, and the checks that nothing was lost."""

import random
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from rich.console import Console
from rich.table import Table

from app.domain.actor import Actor, Assignment
from app.usecases.audit.verify_case import verify_case
from tests.api.serving import Product

#: cases whose history is carried out again
SAMPLE = 1000
#: facts that are commands of people, clocks and other cases
COMMANDS = ("CaseStarted", "TaskClaimed", "TaskCompleted", "TimerFired", "MessageReceived", "SignalReceived")
_UNOWNED = """SELECT c.id, c.process FROM cases c WHERE c.closed_at IS NULL
AND NOT EXISTS (SELECT FROM tasks t WHERE t.county = c.county AND t.case_id = c.id AND t.state < 2)
AND NOT EXISTS (SELECT FROM timers m WHERE m.county = c.county AND m.case_id = c.id AND m.state = 'waiting')
AND NOT EXISTS (SELECT FROM calls o WHERE o.county = c.county AND o.case_id = c.id AND o.state = 'waiting')
AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.county = c.county AND s.case_id = c.id)"""
#: tasks whose candidates are seats that nobody holds: they would lie forever. Reporters answer without an account
_NOBODYS = """SELECT t.process, t.node, t.role, t.unit FROM tasks t WHERE t.state = 0 AND t.role <> 'citizen'
AND EXISTS (SELECT FROM task_candidates k WHERE k.county = t.county AND k.task_id = t.id)
AND NOT EXISTS (SELECT FROM task_candidates k JOIN person_roles p ON p.role = k.role AND p.unit = k.unit
    AND p.valid_from <= now() AND (p.valid_to IS NULL OR p.valid_to > now())
    AND NOT p.person_id::text = ANY(t.excluded_people)
    JOIN people o ON o.county = p.county AND o.id = p.person_id AND o.active
    WHERE k.county = t.county AND k.task_id = t.id)"""
_KINDS = "SELECT kind, count(*) FROM facts GROUP BY 1"
_STATES = "SELECT process, status, count(*) FROM cases GROUP BY 1, 2 ORDER BY 1, 2"
#: more due timers than that are fired in rounds
_MANY = 100
_WAITING = f"""SELECT (SELECT min(fire_at) FROM timers WHERE state = 'waiting'),
(SELECT count(*) FROM (SELECT FROM timers WHERE state = 'waiting' AND fire_at <= %(at)s LIMIT {_MANY}) AS due),
EXISTS (SELECT FROM messages WHERE state = 'buffered' AND kind = 'message' AND rests_until < clock_timestamp()
    AND (expires_at IS NULL OR expires_at > %(at)s))"""


class Waiting(NamedTuple):
    """What waits for the clock and not for people."""

    #: the next timer's moment
    timer: datetime | None
    #: timers that are due by the moment that was asked for
    due: int
    #: a kept message is to be looked at
    kept: bool


@dataclass
class Checks:
    """What was found while the day went on."""

    sweeps: int = 0
    #: cases that nobody owned at some hour, and tasks that nobody could take
    unowned: set[str] = field(default_factory=set)
    nobodys: set[str] = field(default_factory=set)
    #: seconds of the city's clock for which the timer that is due longest has been due, at each look
    late: list[float] = field(default_factory=list)
    #: the timer that is due longest, and since when it could have fired
    _longest: tuple[datetime, datetime] | None = None

    def sweep(self, link: psycopg.Connection[Any]) -> None:
        """Look for open cases that wait for nothing and nobody, and for tasks that nobody can take."""
        self.sweeps += 1
        self.unowned |= {f"{process} {case}" for case, process in link.execute(_UNOWNED)}
        self.nobodys |= {f"{process}/{node} {role}@{unit}" for process, node, role, unit in link.execute(_NOBODYS)}

    def waiting(self, link: psycopg.Connection[Any], moment: datetime, began: datetime) -> Waiting:
        """Look for what no person does by a moment, at the end of a round that began at another."""
        row = link.execute(_WAITING, {"at": moment}).fetchone()
        assert row is not None
        found = Waiting(*row)
        if found.timer and found.timer <= moment:
            if self._longest is None or self._longest[0] != found.timer:
                # one that is set for a moment in the past can fire no sooner than it was set: in this round
                self._longest = found.timer, max(found.timer, began)
            self.late.append((moment - self._longest[1]).total_seconds())
        return found


class Sweeper:
    """Sweeps while the parts act and the plan feeds them: what it looks for may be at no moment."""

    def __init__(self, checks: Checks, link: psycopg.Connection[Any]) -> None:
        self._checks, self._link = checks, link
        self._pool = ThreadPoolExecutor(1)
        self._sweep: Future[None] | None = None

    def begin(self) -> None:
        """Sweep beside everything else, after the sweep before."""
        self.settle()
        self._sweep = self._pool.submit(self._checks.sweep, self._link)

    def settle(self) -> None:
        """Wait for the sweep that is under way; its failure is ours."""
        if self._sweep:
            self._sweep.result()


def read_figures(product: Product, day: Any, checks: Checks, seconds: float, events: int) -> dict[str, Any]:
    """Read what the day left in the database."""
    with psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        checks.sweep(link)
        facts = Counter(dict(link.execute(_KINDS).fetchall()))
        incidents = _count(link, "SELECT count(*) FROM incidents WHERE resolved_at IS NULL")
        begun = _count(link, "SELECT count(*) FROM cases WHERE process = 'event_lifecycle'")
        states = [[*row] for row in link.execute(_STATES)]
        fsync = {name: link.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "synchronous_commit")}  # type: ignore[index]
        cases = [row[0] for row in link.execute("SELECT id FROM cases ORDER BY id")]
    commands = sum(facts[kind] for kind in COMMANDS)
    chosen = random.Random(SAMPLE).sample(cases, min(SAMPLE, len(cases)))
    return {
        "seconds": round(seconds, 1), "events": begun, "steps": facts["StepPassed"], "incidents": incidents,
        "lost": len(day.open) + events - begun + sum(day.wrong.values()), "commands": commands,
        "commands_per_event": round(commands / max(begun, 1), 1), "commands_per_s": round(commands / seconds, 1),
        "replay_equal": _replayed(product, chosen), "replayed": len(chosen), "cases": len(cases),
        "timers": facts["TimerFired"], "timer_late_max_s": max(checks.late, default=0.0),
        "states": states, "facts": facts.total(), "fsync": fsync,
        "simulated_days": round((day.until - day.began).total_seconds() / 86_400, 1), "rounds": day.rounds,
        "slowest_ms": round(day.slowest[0] * 1000, 1), "slowest": day.slowest[1],
        "unowned": sorted(checks.unowned)[:20], "nobodys": sorted(checks.nobodys)[:20],
        "sweeps": checks.sweeps, "wrong": dict(day.wrong.most_common(20)), "counts": dict(day.counts),
        "idle": round(day.waited / max(day.waited + day.took, 1e-9), 3),
    }  # fmt: skip


def _count(link: psycopg.Connection[Any], question: str) -> int:
    row = link.execute(question).fetchone()  # type: ignore[call-overload]
    return int(row[0])


def _replayed(product: Product, cases: list[Any]) -> int:
    """Count the cases whose chain holds and whose commands, carried out again, give the same facts."""
    equal = 0
    with product.tools() as tools, tools.store.unit_of_work() as uow:
        auditors = uow.people.with_role("auditor", tools.city.root, tools.clock.now())
        auditor = Actor(str(auditors[0].id), "auditor", "auditor", (Assignment("auditor", tools.city.root),))
        uow.rollback()
        for case in cases:
            verdict = verify_case(tools, actor=auditor, case_id=case)
            equal += verdict.chain_ok and verdict.replay_ok
    return equal


def print_figures(out: Console, figures: dict[str, Any]) -> None:
    """Print what a person wants to see."""
    table = Table("figure", "value")
    for name, value in figures.items():
        if not isinstance(value, list | dict):
            table.add_row(name, str(value))
    out.print(table)
    states = Table("process", "status", "cases")
    for process, status, number in figures["states"]:
        states.add_row(process, status, str(number))
    out.print(states)
    for name in ("wrong", "unowned", "nobodys"):
        for line in figures[name]:
            out.print(f"{name}: {line}", figures[name][line] if isinstance(figures[name], dict) else "", markup=False)
