"""One-task cases over HTTP: start, list, claim, complete, each writing request under an idempotency key.

The product runs as it is installed: its embedded PostgreSQL with fsync on, gunicorn with two workers, the scheduler.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.bootstrap import create_app
from bench import bare
from bench.callers import STEPS
from bench.cpu import Meter, machine
from bench.wire import Crossing, Wire
from tests.api.serving import ROOT, STREET, Product
from tests.api.trial_pack import FILES

PROCESS = "one_task"
ROOM = f"{STREET}.cmd"
#: seconds before a measured part begins: caches, prepared statements, the kernel's own
WARM = 3.0
#: facts that every case has exactly once
ONCE = ("CaseStarted", "TaskOpened", "TaskClaimed", "TaskCompleted", "CaseClosed")
#: processes that act as clients
CLIENT_PROCESSES = 2
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="bench-rest-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(FILES)
        product.start()
        names = product.usernames("street_duty", ROOM)
        passwords = {name: product.add_password(name) for name in names}
        over_http = _over_http(product, passwords, options)
        _check(product)
        peer = _bare(product, options.seconds)
        crossings = _crossings(product, *next(iter(passwords.items())))
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
    figures = {
        **over_http,
        "vs_bare": round(over_http["cpu_ms_per_case"] / peer["cpu_ms_per_case"], 2),
        "bare": peer,
        "per_step": {step: _summary(crossing) for step, crossing in crossings.items()},
        "clients": options.clients, "seconds": options.seconds, "workers": product.workers, "fsync": True,
        "machine": machine(),
    }  # fmt: skip
    _print(figures, crossings, out)
    return figures


def _over_http(product: Product, passwords: dict[str, str], options: Namespace) -> Figures:
    """Let the clients walk cases, and take the CPU of every layer over the middle part."""
    signed = [product.caller(*account) for account in passwords.items()]
    tokens = [signed[number % len(signed)].token for number in range(options.clients)]
    for caller in signed:
        caller.close()
    shares = [tokens[number::CLIENT_PROCESSES] for number in range(min(CLIENT_PROCESSES, len(tokens)))]
    orders = [{"port": product.config.port, "process": PROCESS, "tokens": share} for share in shares]
    meter = Meter({
        "server": [product.groups["server"]], "database": [_postmaster(product)],
        "scheduler": [product.groups["scheduler"]],
    })  # fmt: skip
    rows, cpu, span = _measured("bench.callers", orders, options.seconds, meter.look)
    assert rows, "no case was finished"
    by_layer = {layer: round(cpu[layer] * 1000 / len(rows), 3) for layer in ("server", "database")}
    return {
        "cases_per_s": round(len(rows) / span, 1),
        "cpu_ms_per_case": round(sum(by_layer.values()), 3),
        "cpu_ms_by_layer": by_layer,
        "scheduler_cpu_percent": round(cpu["scheduler"] * 100 / span, 2),
        "cases": len(rows),
        "step_ms_p50": _quantiles(rows, 50),
        "step_ms_p95": _quantiles(rows, 95),
    }


def _bare(product: Product, seconds: float) -> Figures:
    """Let the peer do the same writes on the same database, with rows as large as ours are."""
    url = product.config.database_url or ""
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(bare.SCHEMA)
        size = "select (select avg(length(state)) from cases)::int, (select avg(length(body)) from facts)::int"
        state, body = link.execute(size).fetchone() or (0, 0)
    orders = [{"url": url, "state": state, "body": body}] * CLIENT_PROCESSES
    meter = Meter({"database": [_postmaster(product)]})
    rows, cpu, span = _measured("bench.bare", orders, seconds, meter.look, ours=1)
    by_layer = {"client": cpu["ours"] * 1000 / len(rows), "database": cpu["database"] * 1000 / len(rows)}
    return {
        "cases_per_s": round(len(rows) / span, 1),
        "cpu_ms_per_case": round(sum(by_layer.values()), 3),
        "cpu_ms_by_layer": {layer: round(amount, 3) for layer, amount in by_layer.items()},
        "state_bytes": state, "fact_bytes": body,
    }  # fmt: skip


def _measured(
    module: str,
    orders: Sequence[Figures],
    seconds: float,
    look: Callable[[], dict[str, float]],
    *,
    ours: int | None = None,
) -> tuple[list[Sequence[float]], dict[str, float], float]:
    """Start client processes, and cut the measured part out of the middle of their work.

    Args:
        ours: column in which a client writes the CPU that it has used itself.

    Returns:
        The rows of all cases that ended in the measured part, the CPU seconds by layer, and its length.
    """
    # the clients need moments to start and are not all done at once: they begin before and end after
    order = [sys.executable, "-m", module]
    pipe = subprocess.PIPE
    clients = [subprocess.Popen(order, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in orders]
    try:
        for client, wish in zip(clients, orders, strict=True):
            assert client.stdin
            client.stdin.write(json.dumps({**wish, "seconds": seconds + WARM + 1.0}))
            client.stdin.close()
            client.stdin = None
        time.sleep(WARM)
        begin, first = time.monotonic(), look()
        time.sleep(seconds)
        end, last = time.monotonic(), look()
        said = [json.loads(client.communicate(timeout=60)[0]) for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.wait()
    cpu = {layer: last[layer] - first[layer] for layer in last}
    parts = [[row for row in rows if begin <= row[0] < end] for rows in said]
    if ours is not None:
        cpu["ours"] = sum(part[-1][ours] - part[0][ours] for part in parts if part)
    return [row for part in parts for row in part], cpu, end - begin


def _check(product: Product) -> None:
    """A figure counts only if every case that was started was also recorded, closed and chained."""
    with psycopg.connect(product.config.database_url or "") as link:
        count = "select count(*), count(*) filter (where closed_at is not null), sum(seq) from cases"
        cases, closed, facts = link.execute(count).fetchone() or (0, 0, 0)
        kinds = dict(link.execute("select kind, count(*) from facts group by kind").fetchall())
        durable = [(link.execute(f"show {name}").fetchone() or ("",))[0] for name in ("fsync", "synchronous_commit")]
    assert cases == closed and facts == sum(kinds.values()), (cases, closed, facts, kinds)
    assert {kinds.get(kind) for kind in ONCE} == {cases}, (cases, kinds)
    assert durable == ["on", "on"], durable


def _crossings(product: Product, username: str, password: str) -> dict[str, Crossing]:
    """Send the four requests of a case to an application in this process, and count what goes to the database."""
    with product.tools() as tools:
        wire = Wire(tools.store.engine)
        client = create_app(product.config, tools).test_client()
        signed = client.post("/api/v1/session", json={"username": username, "password": password})
        head = {"Authorization": f"Bearer {signed.json['token']}"}
        for _ in range(6):
            # the pool opens its connections, the library parses, the driver prepares
            _walk(client, head, lambda _, act: act())
        found: dict[str, Crossing] = {}

        def counted(step: str, act: Callable[[], Any]) -> Any:
            kept: list[Any] = []
            found[step] = wire.during(lambda: kept.append(act()))
            return kept[0]

        _walk(client, head, counted)
    return found


def _walk(client: Any, head: dict[str, str], through: Callable[[str, Callable[[], Any]], Any]) -> None:
    def post(path: str, content: Any) -> Any:
        answer = client.post(f"/api/v1{path}", json=content, headers={**head, "Idempotency-Key": uuid.uuid4().hex})
        assert answer.status_code < 300, answer.text
        return answer.json

    case = through("start", lambda: post(f"/processes/{PROCESS}/cases", {"variables": {}}))["case_id"]
    listed = through("list", lambda: client.get("/api/v1/tasks?sort=-created&limit=20", headers=head).json)["tasks"]
    task = next(task["id"] for task in listed if task["case_id"] == case)
    through("claim", lambda: post(f"/tasks/{task}/claim", {}))
    through("complete", lambda: post(f"/tasks/{task}/complete", {"answers": {"note": "已修复"}}))


def _summary(crossing: Crossing) -> Figures:
    return {"statements": len(crossing.statements), "round_trips": crossing.round_trips,
            "commits": crossing.commits, "pings": crossing.pings}  # fmt: skip


def _quantiles(rows: Sequence[Sequence[float]], percent: int) -> Figures:
    """Give a quantile of each step's milliseconds, as the client saw it."""
    columns = list(zip(*rows, strict=True))[1:]
    return {step: round(statistics.quantiles(column, n=100)[percent - 1] * 1000, 2) if len(column) > 1 else None
            for step, column in zip(STEPS, columns, strict=True)}  # fmt: skip


def _postmaster(product: Product) -> int:
    return int((product.var.resolve() / "postgres/data/postmaster.pid").read_text().split("\n", 1)[0])


def _print(figures: Figures, crossings: dict[str, Crossing], out: Console) -> None:
    table = Table("", "product over HTTP", "bare writes", title="Cases of one task, fsync on")
    peer, by_layer, his = figures["bare"], figures["cpu_ms_by_layer"], figures["bare"]["cpu_ms_by_layer"]
    table.add_row("cases per second", str(figures["cases_per_s"]), str(peer["cases_per_s"]))
    table.add_row("CPU ms per case", str(figures["cpu_ms_per_case"]), str(peer["cpu_ms_per_case"]))
    table.add_row("  of it program", str(by_layer["server"]), str(his["client"]))
    table.add_row("  of it database", str(by_layer["database"]), str(his["database"]))
    out.print(table, f"{figures['vs_bare']} times the CPU of the bare writes\n")
    table = Table("step", "statements", "round trips", "commits", "pings", "ms p50", "ms p95")
    for step, each in figures["per_step"].items():
        seen = (figures["step_ms_p50"][step], figures["step_ms_p95"][step])
        table.add_row(step, *(str(value) for value in (*each.values(), *seen)))
    out.print(table)
    for step, crossing in crossings.items():
        out.print(f"[bold]{step}[/bold]")
        for text in crossing.statements:
            out.print(f"  {text}", highlight=False, markup=False)
