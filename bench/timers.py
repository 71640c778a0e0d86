"""Due timers: ten thousand at once on two nodes, again with one node killed, and a steady trickle.

The nodes are two metronomes as they are installed, on one embedded PostgreSQL with fsync on. Every case waits with a
task whose limit runs out: the timer takes the task away and opens another. What counts is the commit, as PostgreSQL
itself dates it.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.config import Config
from app.domain.actor import SYSTEM
from app.domain.ids import new_id
from app.engine import commands
from app.ports import postgres
from app.usecases.opening import open_tools
from app.usecases.stepping import command_of, link_facts, make_world
from bench.cpu import Meter, machine
from tests.api.serving import ROOT, STREET, Product
from tests.api.trial_pack import FILES
from tests.engine.running import diagram, line, user_task

PROCESS = "due_task"
CASES = 10_000
NODES = 2
#: cases that are written in one transaction while loading
TOGETHER = 200
#: seconds between the last case that is written and the moment that all wait for
HEAD_START = 5.0
#: timers per second of the steady part
TRICKLE = 50
#: cases that are written first, to know the pace; they fire at once, and the nodes have read city and process then
SAMPLE = 400
PLACES = {"city": "33.02", "county": "33.02.11", "street": STREET, "command_room": f"{STREET}.cmd"}
Figures = dict[str, Any]


def due_task() -> bytes:
    late = ('<bpmn:boundaryEvent id="limit" attachedToRef="work"><bpmn:timerEventDefinition>'
            "<bpmn:timeDate>=due</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>")
    ends = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>'
    tasks = user_task("work", form="trial/answer") + user_task("overdue", form="trial/answer")
    return diagram(PROCESS, ends + tasks + late + line("s", "work", "e") + line("limit", "overdue", "e2"))


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="bench-timers-"))
    product = Product(folder / "var")
    try:
        # commits are dated by the server, so that no measuring process stands in the way
        postgres.start(product.var, settings={"track_commit_timestamp": "on"})
        product.start_database()
        product.prepare({**FILES, "trial/due_task.bpmn": due_task()})
        together = drain(product, kill=False)
        killed = drain(product, kill=True)
        steady = _steady(product, options.seconds)
    finally:
        product.stop()
        postgres.stop(product.var)
        shutil.rmtree(folder, ignore_errors=True)
    parts = (together, killed, steady)
    figures = {
        "fired_per_s": together["fired_per_s"], "late_p99_ms": steady["late_p99_ms"],
        "twice": sum(part["twice"] for part in parts), "lost": sum(part["lost"] for part in parts),
        "at_once": together, "one_node_killed": killed, "steady": steady, "nodes": NODES, "fsync": True,
        "machine": machine(),
    }  # fmt: skip
    _print(figures, out)
    return figures


def drain(product: Product, *, kill: bool) -> Figures:
    """Have all cases fall due at one moment, with two nodes waiting; kill one in the middle if asked."""
    with _nodes(product) as nodes, psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        began = _load(product, CASES, 0.0)
        due = _due(link, began)
        time.sleep(max((due - datetime.now(UTC)).total_seconds(), 0))
        meter = Meter({"nodes": [node.pid for node in nodes], "database": [_postmaster(product)]})
        before, left, standing = meter.look(), CASES, 0
        while left and (datetime.now(UTC) - due).total_seconds() < 300:
            time.sleep(0.02 if kill else 0.1)
            left = _waiting(link)
            if kill and left < CASES * 0.7:
                kill, standing = False, left
                os.killpg(nodes[0].pid, signal.SIGKILL)
        after = meter.look()
        cpu = {layer: round((after[layer] - before[layer]) * 1000 / CASES, 3) for layer in after}
        return {"cases": CASES, **_rate(link, began, due), **_account(link, began), "cpu_ms_per_case": cpu,
                "left_at_kill": standing}  # fmt: skip


def _steady(product: Product, seconds: float) -> Figures:
    """Have timers fall due one by one, evenly, with both nodes running."""
    cases = int(seconds * TRICKLE)
    with _nodes(product), psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        began = _load(product, cases, seconds)
        end = time.monotonic() + seconds + HEAD_START + 60
        while _waiting(link) and time.monotonic() < end:
            time.sleep(0.2)
        late = sorted(_lateness(link, began))
        spread = statistics.quantiles(late, n=100)
        quantiles = {"late_p50_ms": spread[49], "late_p99_ms": spread[98], "late_max_ms": late[-1]}
        rounded = {name: round(value, 1) for name, value in quantiles.items()}
        return {"cases": cases, "per_s": TRICKLE, **rounded, **_account(link, began)}


@contextmanager
def _nodes(product: Product) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the metronomes of two nodes, settings as they are installed."""
    environment = {**product.config.to_env(), "TICK_SECONDS": str(Config.tick_seconds)}
    with open(product.var / "nodes.log", "ab") as log:
        nodes = [
            subprocess.Popen([sys.executable, "-m", "app.scheduler"], cwd=ROOT, env=environment, stdout=log,
                             stderr=log, start_new_session=True)
            for _ in range(NODES)
        ]  # fmt: skip
    try:
        yield nodes
    finally:
        for node in nodes:
            node.terminate()
        for node in nodes:
            node.wait(20)


def _load(product: Product, cases: int, seconds: float) -> datetime:
    """Write waiting cases through the engine; they fall due from some moments after the last one on."""

    def write(count: int, due: datetime, apart: float) -> float:
        begun = time.monotonic()
        shares = [range(part, count, NODES) for part in range(NODES)]
        list(pool.map(partial(_write, product.config, due, apart), shares))
        return time.monotonic() - begun

    with ProcessPoolExecutor(NODES) as pool:
        took = write(SAMPLE, datetime.now(UTC), 0.0)
        # the moment must be known before the cases are written: they wait for one that lies far enough ahead
        began = datetime.now(UTC)
        due = began + timedelta(seconds=1.5 * took * cases / SAMPLE + HEAD_START)
        write(cases, due, seconds / cases)
    assert datetime.now(UTC) < due, f"loading took too long: {datetime.now(UTC) - due} after the moment"
    return began


def _write(config: Config, due: datetime, apart: float, numbers: Sequence[int]) -> None:
    tools = open_tools(config)
    for start in range(0, len(numbers), TOGETHER):
        with tools.store.unit_of_work() as uow:
            for number in numbers[start : start + TOGETHER]:
                at = tools.clock.now()
                case_id, command = new_id(11, at), command_of(SYSTEM, at)
                moment = (due + timedelta(seconds=number * apart)).isoformat()
                progress = commands.start(make_world(tools, uow, case_id), command, PROCESS, {"due": moment}, PLACES)
                facts = link_facts(case_id, progress.facts, command)
                uow.cases.create(case_id, PROCESS, progress.versions[PROCESS], progress, facts, at=at)
            uow.commit()
    tools.store.dispose()


def _due(link: psycopg.Connection[Any], began: datetime) -> datetime:
    found = link.execute("select min(due_at) from timers where due_at > %s", [began]).fetchone()
    assert found and found[0]
    moment: datetime = found[0]
    return moment


def _waiting(link: psycopg.Connection[Any]) -> int:
    return int((link.execute("select count(*) from timers").fetchone() or (0,))[0])


#: every fact of a fired timer of this part, with the moment at which its transaction was committed
_FIRED = """select f.case_id, f.body::jsonb ->> 'key', (f.body::jsonb ->> 'due_at')::timestamptz,
    pg_xact_commit_timestamp(f.xmin) from facts f join cases c on c.county = f.county and c.id = f.case_id
    where f.kind = 'TimerFired' and c.opened_at >= %s"""


def _rate(link: psycopg.Connection[Any], began: datetime, due: datetime) -> Figures:
    moments = sorted(row[3] for row in link.execute(_FIRED, [began]).fetchall())
    seconds = (moments[-1] - due).total_seconds()
    return {"fired_per_s": round(len(moments) / seconds, 1), "seconds": round(seconds, 2)}


def _lateness(link: psycopg.Connection[Any], began: datetime) -> list[float]:
    return [(row[3] - row[2]).total_seconds() * 1000 for row in link.execute(_FIRED, [began]).fetchall()]


def _account(link: psycopg.Connection[Any], began: datetime) -> Figures:
    """Count what came twice and what never came: by facts, by tasks and by timers that still stand."""
    keys = [(row[0], row[1]) for row in link.execute(_FIRED, [began]).fetchall()]
    sql = """select count(*), count(*) filter (where exists (select from timers t where t.case_id = c.id)),
        count(*) filter (where 1 <> (select count(*) from tasks t where t.case_id = c.id and t.node = 'overdue'
            and t.state = 0) or exists (select from tasks t where t.case_id = c.id and t.node = 'work' and t.state < 3))
        from cases c where opened_at >= %s"""
    cases, standing, wrong = link.execute(sql, [began]).fetchone() or (0, 0, 0)
    return {"twice": len(keys) - len(set(keys)), "lost": max(cases - len(set(keys)), standing, wrong)}


def _postmaster(product: Product) -> int:
    return int((product.var.resolve() / "postgres/data/postmaster.pid").read_text().split("\n", 1)[0])


def _print(figures: Figures, out: Console) -> None:
    table = Table("", "at once", "one node killed", "steady", title=f"Due timers on {NODES} nodes, fsync on")
    parts = [figures[name] for name in ("at_once", "one_node_killed", "steady")]
    for key in ("cases", "fired_per_s", "seconds", "late_p50_ms", "late_p99_ms", "late_max_ms", "twice", "lost"):
        table.add_row(key, *(str(part.get(key, "")) for part in parts))
    out.print(table, json.dumps(figures["at_once"]["cpu_ms_per_case"]))
