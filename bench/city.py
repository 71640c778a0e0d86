"""A day of the whole city: 10,685 reports through all their flows, until each is closed or on a ledger.

Everything goes through the use cases, each command in a durable transaction of its own, on PostgreSQL as it is
installed. The city's clock is set from act to act; several processes take their work from one plan. `bench/city_day.py`
and `bench/city_officers.py` state what is drawn and how.
"""

import multiprocessing
import os
import shutil
import tempfile
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from rich.console import Console

from app.domain.actor import SYSTEM
from app.domain.catalogue import load_catalogue
from app.domain.outlines import read_outline
from app.ports import postgres
from app.usecases.people.load_city import load_city
from app.usecases.studio.publish_files import publish_files
from bench.city_day import EVENTS, Arrival, arrivals
from bench.city_figures import Checks, Sweeper, Waiting, print_figures, read_figures
from bench.city_line import Told
from bench.city_part import serve
from bench.city_plan import ROUND, Plan
from bench.cpu import Meter, machine
from bench.steps import postmaster
from tests.api.serving import ROOT, Product

PROCESSES = 3
SEED = 20260302
#: the day begins on a Monday
DAY = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
#: what is not closed or on a ledger by then is lost
LONGEST = timedelta(days=200)
#: every hour while most happens, then four times a day
SWEEP_EVERY, BUSY, SWEEP_LATER = timedelta(hours=1), timedelta(days=3), timedelta(hours=6)
_GRIDS = "SELECT code, area FROM units WHERE level = 1 AND area IS NOT NULL ORDER BY code"


@dataclass
class Day:
    """What is known of the day so far."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    #: events that are neither closed nor on a ledger
    open: set[UUID] = field(default_factory=set)
    until: datetime = DAY
    rounds: int = 0
    began: datetime = DAY
    #: seconds that the parts had nothing to do, and that they were busy
    waited: float = 0.0
    took: float = 0.0

    def heard(self, round_: list[Told]) -> None:
        for told in round_:
            self.counts += told.counts
            self.wrong += told.wrong
            self.slowest = max(self.slowest, told.slowest)
            self.waited += told.waited
            self.took += told.took
            self.open |= set(told.reopened)
        # both parts may have moved one event; that it ended is the last word
        for told in round_:
            self.open -= set(told.ended)


def run(
    options: Namespace, out: Console, *, events: int = 0, scale: str = "full", processes: int = PROCESSES
) -> dict[str, Any]:
    """Measure, print, and give the figures; with one process a seed gives one day."""
    events = events or getattr(options, "events", EVENTS)
    folder = Path(tempfile.mkdtemp(prefix="bench-city-"))
    product = Product(folder / "var", movable_clock=True)
    try:
        product.start_database()
        drawn = _prepare(product, scale, events)
        with _parts(product, drawn, processes) as plan:
            meter = Meter({"all": [os.getpid()], "database": [postmaster(product)]})
            before, began = meter.look(), time.monotonic()
            day, checks = _live(product, plan)
            seconds = time.monotonic() - began
            cpu = {layer: round(spent - before[layer], 1) for layer, spent in meter.look().items()}
            # the server is a child of this process
            cpu["program"] = round(cpu.pop("all") - cpu["database"], 1)
        figures = read_figures(product, day, checks, seconds, events)
        print_figures(out, figures)
        return figures | {"cpu_seconds": cpu, "machine": machine()}
    finally:
        product.stop()
        postgres.stop(product.var)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(product: Product, scale: str, events: int) -> list[Arrival]:
    """Bring a fresh database to work with the city and the real diagrams; draw the day's reports."""
    with product.tools() as tools:
        tools.store.migrate()
        load_city(tools, scale="full" if scale == "full" else "demo")
        publish_files(tools, actor=SYSTEM, bpmn=ROOT / "bpmn", forms=ROOT / "forms")
    with psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        # not the empty ones: a plan for a table that is known to be empty reads it from end to end
        link.execute("ANALYZE units, people, person_roles, rosters, definitions")
        grids = [(code, *_middle(bytes(area))) for code, area in link.execute(_GRIDS)]
    catalogue = load_catalogue(ROOT / "city")
    return list(arrivals(DAY, list(catalogue.items.values()), grids, events=events, seed=SEED))


def _middle(area: bytes) -> tuple[float, float]:
    points = read_outline(area)[:-1]
    return sum(lat for _, lat in points) / len(points), sum(lon for lon, _ in points) / len(points)


@contextmanager
def _parts(product: Product, drawn: list[Arrival], processes: int) -> Iterator[Plan]:
    """Let the people of the city live, in processes that share one plan."""
    context = multiprocessing.get_context("spawn")
    lines, parts = [], []
    for number in range(processes):
        here, there = context.Pipe()
        parts.append(context.Process(target=serve, args=(product.config, SEED + number, there), daemon=True))
        parts[-1].start()
        lines.append(here)
    try:
        plan = Plan(lines, drawn, SEED)
        plan.wake(DAY)
        yield plan
    finally:
        for line, part in zip(lines, parts, strict=True):
            with suppress(OSError):
                line.send(None)
            part.join(timeout=30)


def _live(product: Product, plan: Plan) -> tuple[Day, Checks]:
    """Let the clock run until every event is closed or on a ledger."""
    day, checks, swept = Day(), Checks(), DAY
    url = product.config.database_url or ""
    with psycopg.connect(url, autocommit=True) as link, psycopg.connect(url, autocommit=True) as beside:
        sweeper = Sweeper(checks, beside)
        while True:
            if day.until - swept >= (SWEEP_EVERY if day.until - DAY < BUSY else SWEEP_LATER):
                swept = day.until
                sweeper.begin()
            told, waiting = _round(plan, checks, link, day.until)
            day.rounds += 1
            day.heard(told)
            due, following = waiting.timer, plan.following
            nearest = min([one for one in (due, following) if one], default=None)
            over = not plan.busy and not day.open and not (following and following < DAY + timedelta(days=1))
            if nearest is None or over or day.until - DAY > LONGEST:
                sweeper.settle()
                return day, checks
            # what is under way may plan something for soon
            day.until = (day.until if plan.busy else max(day.until, nearest)) + ROUND


def _round(plan: Plan, checks: Checks, link: psycopg.Connection[Any], moment: datetime) -> tuple[list[Told], Waiting]:
    """Have everything done up to a moment, by people and by the clock; say what waits after it."""
    alone = plan.parts == 1
    # with one part nothing is left under way, so that nothing depends on how quick it is
    told = list(plan.act(moment, until=None if alone else moment + ROUND))
    while (waiting := checks.waiting(link, moment, moment - ROUND)).due or waiting.kept:
        plan.tick(moment, waiting.due, kept=waiting.kept)
        if not alone:
            break
        told += plan.act(moment)
    return told, waiting
