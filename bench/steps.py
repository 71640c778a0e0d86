"""CPU and round trips of a complete durable step, against a bare script that reads, locks, writes and commits the same.

The product's own PostgreSQL with fsync on; blocks of both alternate in one run on one database.
"""

import shutil
import tempfile
import time
import uuid
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.bootstrap import create_app
from app.domain.actor import Actor
from app.domain.facts import first_break
from app.usecases import Tools
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.start_case import start_case
from bench.cpu import machine
from bench.ongoing import ANSWERS, FILES, PROCESS
from bench.steps_bare import OWN
from bench.walkers import Block, Walker, middle, ratio
from bench.wire import Crossing, Wire
from tests.api.serving import STREET, Product

ROOM = f"{STREET}.cmd"
#: cases that each contestant walks over, one step each in turn
CASES = 40
#: other open cases, so that the planner sees tables and not single pages
BYSTANDERS = 600
#: steps of one block
BLOCK = 120
FEWEST_PAIRS = 20
#: columns of a fact that the peer writes too
_FACT = ("kind", "actor", "actor_name", "role", "unit", "process", "node", "nth", "body")
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    with measured_product() as product:
        with product.tools() as tools:
            actor = officer(product, tools)
            crossings = _crossings(product, tools, actor)
            mine = open_cases(tools, actor)
            open_cases(tools, actor, BYSTANDERS)
        blocks = _contest(product, actor, mine, options.seconds)
        with product.tools() as tools:
            _check(tools, mine)
    figures = {**_figures(blocks), **_trips(crossings), "fsync": True, "machine": machine()}
    _print(figures, crossings, out)
    return figures


@contextmanager
def measured_product() -> Iterator[Product]:
    """Prepare an installation in a temporary folder, without server and scheduler."""
    folder = Path(tempfile.mkdtemp(prefix="bench-steps-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(FILES)
        with psycopg.connect(product.config.database_url or "") as link:
            names = ("fsync", "synchronous_commit")
            durable = [(link.execute(f"show {name}").fetchone() or ("",))[0] for name in names]
        assert durable == ["on", "on"], durable
        yield product
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)


def officer(product: Product, tools: Tools) -> Actor:
    """Take a duty officer of one street."""
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(product.usernames("street_duty", ROOM)[0])
        assert person is not None
        return uow.people.actor(person.id, tools.clock.now())


def open_cases(tools: Tools, actor: Actor, number: int = CASES) -> list[uuid.UUID]:
    """Start cases whose first task the officer holds; give their tasks."""
    found = []
    for _ in range(number):
        given = {"unit": ROOM, "who": actor.username, "title": "路灯不亮"}
        case = start_case(tools, actor=actor, process=PROCESS, variables=given)
        with tools.store.unit_of_work() as uow:
            (task,) = uow.tasks.of_case(case.case_id)
        assert task.holder == actor.id
        found.append(task.id)
    return found


def postmaster(product: Product) -> int:
    """Find the process that all others of the database belong to."""
    return int((product.var.resolve() / "postgres/data/postmaster.pid").read_text().split("\n", 1)[0])


def ours(product: Product, actor: Actor, tasks: Sequence[uuid.UUID]) -> Walker:
    """Start the product's walker."""
    order = {"username": actor.username, "tasks": [str(task) for task in tasks]}
    return Walker("bench.steps_ours", order, product.config.to_env())


def _contest(
    product: Product, actor: Actor, mine: Sequence[uuid.UUID], seconds: float
) -> dict[str, list[Block]]:
    """Alternate blocks of the contestants, each pair in the other order than the one before."""
    root = postmaster(product)
    with ExitStack() as stack:
        with product.tools() as tools:
            his = open_cases(tools, actor)
            piped = open_cases(tools, actor)
        with psycopg.connect(product.config.database_url or "", autocommit=True) as link:
            # as autovacuum does it in any database that is older than a minute
            link.execute("analyze")
        contestants = {
            "ours": ours(product, actor, mine),
            "bare": Walker("bench.steps_bare", _order(product, actor, his, piped=False)),
            "bare_piped": Walker("bench.steps_bare", _order(product, actor, piped, piped=True)),
        }
        for each in contestants.values():
            stack.enter_context(each)
            # connections, caches, prepared statements
            each.steps(3 * CASES)
        blocks: dict[str, list[Block]] = {name: [] for name in contestants}
        end = time.monotonic() + seconds * 3
        while time.monotonic() < end or len(blocks["ours"]) < FEWEST_PAIRS:
            order = list(contestants) if len(blocks["ours"]) % 2 else list(reversed(contestants))
            for name in order:
                blocks[name].append(Block(contestants[name], BLOCK, root))
    return blocks


def _order(product: Product, actor: Actor, tasks: Sequence[uuid.UUID], *, piped: bool) -> Figures:
    """Give the peer the content of one of our own steps: state, record, task and facts, byte for byte."""
    url = product.config.database_url or ""
    with product.tools() as tools:
        sample = open_cases(tools, actor, 1)[0]
        with tools.store.unit_of_work() as uow:
            before = uow.cases.get(uow.tasks.get(sample).case_id)
        complete_task(tools, actor=actor, task_id=sample, answers=ANSWERS)
        with tools.store.unit_of_work() as uow:
            case = uow.cases.get(before.id)
            facts = uow.facts.of_case(before.id, after=before.seq)
    with psycopg.connect(url) as link:
        held = link.execute("select * from tasks limit 0").description or ()
        names = [column.name for column in held if column.name not in (*OWN, "due_order")]
        texts = ", ".join(f"{name}::text" for name in names)
        task = link.execute(f"select {texts} from tasks where case_id = %s and state = 1", (case.id,)).fetchone() or ()
        record = (link.execute("select record::text from cases where id = %s", (case.id,)).fetchone() or ("",))[0]
    rows = [
        {**{name: getattr(fact, name) for name in _FACT}, "n": number, "previous": fact.previous.hex(),
         "hash": fact.hash.hex()}
        for number, fact in enumerate(facts, 1)
    ]  # fmt: skip
    return {
        "url": url, "piped": piped, "holder": actor.id, "tasks": [str(task) for task in tasks],
        "state": case.state.hex(), "record": record, "facts": rows, "task": dict(zip(names, task, strict=True)),
    }  # fmt: skip


def _crossings(product: Product, tools: Tools, actor: Actor) -> Mapping[str, Crossing]:
    """Count what one step sends to the database, by itself and as a request over HTTP."""
    # one more account, because a password takes another's place
    password = product.add_password(actor.username)
    wire = Wire(tools.store.engine)
    client = create_app(product.config, tools).test_client()
    signed = client.post("/api/v1/session", json={"username": actor.username, "password": password})
    head = {"Authorization": f"Bearer {signed.json['token']}"}
    task = open_cases(tools, actor, 1)[0]

    def step() -> None:
        nonlocal task
        following = complete_task(tools, actor=actor, task_id=task, answers=ANSWERS).next_task_id
        assert following
        task = following

    def request() -> None:
        nonlocal task
        headers = {**head, "Idempotency-Key": uuid.uuid4().hex}
        answer = client.post(f"/api/v1/tasks/{task}/complete", json={"answers": ANSWERS}, headers=headers)
        assert answer.status_code == 200, answer.text
        task = uuid.UUID(answer.json["next_task_id"])

    found = {}
    for name, act in (("step", step), ("request", request)):
        for _ in range(8):
            act()
        counted = sorted((wire.during(act) for _ in range(9)), key=lambda each: each.round_trips)
        # at most once a second a node looks whether anything was published; the median has not looked
        found[name] = counted[len(counted) // 2]
    return found


def _trips(crossings: Mapping[str, Crossing]) -> Figures:
    step, request = crossings["step"], crossings["request"]
    return {
        "round_trips": step.round_trips, "statements": len(step.statements),
        "request": {
            "round_trips": request.round_trips, "statements": len(request.statements),
            "beside_the_step": request.round_trips - step.round_trips,
        },
    }  # fmt: skip


def _check(tools: Tools, tasks: Sequence[uuid.UUID]) -> None:
    """A figure counts only if what was written is a whole, chained history."""
    with tools.store.unit_of_work() as uow:
        for task in tasks[:5]:
            case = uow.cases.get(uow.tasks.get(task).case_id)
            facts = uow.facts.of_case(case.id)
            assert first_break(facts) is None and len(facts) == case.seq
            answered = sum(fact.kind == "TaskCompleted" for fact in facts)
            assert answered == case.revision - 1 > FEWEST_PAIRS
            assert len(uow.timers.of_case(case.id)) == 1


def _figures(blocks: Mapping[str, Sequence[Block]]) -> Figures:
    return {
        "vs_bare": ratio(blocks["ours"], blocks["bare"]),
        "vs_bare_piped": ratio(blocks["ours"], blocks["bare_piped"]), "pairs": len(blocks["ours"]),
        "steps_per_block": BLOCK, "cpu_us": {name: middle(each) for name, each in blocks.items()},
    }  # fmt: skip


def _print(figures: Figures, crossings: Mapping[str, Crossing], out: Console) -> None:
    table = Table("µs per step", "CPU", "of client", "of server", "wall clock", title="A durable step, fsync on")
    for name, each in figures["cpu_us"].items():
        table.add_row(name, *(str(each[part]) for part in ("total", "client", "server", "wall")))
    out.print(table, f"{figures['vs_bare']} times the CPU of the bare script, {figures['round_trips']} round trips")
    beside = figures["request"]["beside_the_step"]
    out.print(f"over HTTP {figures['request']['round_trips']}: {beside} more for sign-in, rights and idempotency\n")
    for name, crossing in crossings.items():
        out.print(f"[bold]{name}[/bold]")
        for text in crossing.statements:
            out.print(f"  {text}", highlight=False, markup=False)
