"""200 officers at once over HTTP: one act each in ten seconds, some sent twice; every step exactly once in the facts.

The product as it is installed (PostgreSQL of its own with fsync on, two workers of eight threads, scheduler, live
updates), with the real processes. Officers use the pages as a browser does: an act is over when its last page is there.
"""

import shutil
import statistics
import tempfile
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.domain.actor import SYSTEM
from app.usecases.people.add_person import add_person
from app.usecases.people.grant_role import grant_role
from bench.cpu import Meter, machine
from bench.officers_desk import Done, Officer
from bench.officers_line import Seat
from bench.pages import real_files
from bench.signed import sign_in
from tests.api.serving import Caller, Product

#: seconds between two acts of one officer, and of the part before the measured one
PACE, WARM = 10.0, 10.0
#: roles of the officers, and how many of ten hold each
ROLES = {"grid_member": 4, "street_duty": 3, "platform_enforce": 3}
#: reports per officer of the two rooms before anybody begins
WAITING = 3
#: who holds a role where there is a command room, street after street
_HELD_BY = """select username, unit from (
        select p.username, r.unit, s.street, row_number() over (partition by s.street order by r.unit, p.username) turn
        from person_roles r join people p on p.id = r.person_id,
             lateral (select substring(r.unit from '^(?:[0-9]+[.]){3}[0-9]+') street) s
        where r.role = %s and p.active and exists (
            select from person_roles d where d.role = 'street_duty' and d.unit like s.street || '.%%')) found
    order by turn, street"""
#: facts of one step of one task, with how often they are there
_STEPS = """select t.id::text, f.kind, count(*) from facts f join tasks t on t.case_id = f.case_id
    and t.key = f.body::json->>'key' where f.kind in ('TaskClaimed', 'TaskCompleted') group by 1, 2"""
_COMMENTS = """select f.case_id::text || ' ' || (f.body::json->>'text'), count(*) from facts f
    where f.kind = 'CommentAdded' group by 1"""
#: not what a calendar begins meanwhile, such as the village talk at seven in the morning
_REPORTS = """select c.id::text, count(*) from cases c join facts f on f.case_id = c.id and f.seq = 1
    where c.process = 'event_lifecycle' group by 1"""
_GAPS = """select count(*) from cases c where c.seq <> (select count(*) from facts f where f.case_id = c.id)"""
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="bench-officers-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(real_files())
        seats = _seats(product, options.officers)
        product.start(live=True)
        figures = measured(product, seats, options.seconds)
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
    figures |= {"workers": product.workers, "threads": product.threads, "seconds": options.seconds}
    figures["machine"] = machine()
    _print(figures, out)
    return figures


def _seats(product: Product, officers: int) -> list[Seat]:
    """Find officers of the demo city; where a room has too few, give it more."""
    found: list[tuple[str, str, str]] = []
    url = product.config.database_url or ""
    with psycopg.connect(url) as link, product.tools() as tools:
        for role, share in ROLES.items():
            people = link.execute(_HELD_BY, (role,)).fetchall()
            units = sorted({unit for _, unit in people})
            wanted = max(1, officers * share // 10)
            for number in range(len(people), wanted):
                username, unit = f"bench.{role.replace('_', '.')}.{number}", units[number % len(units)]
                add_person(tools, actor=SYSTEM, username=username, name=f"测试{number:03}", unit=unit)
                grant_role(tools, actor=SYSTEM, username=username, role=role, unit=unit)
                people.append((username, unit))
            found += [(username, role, unit) for username, unit in people[:wanted]]
    names = [username for username, *_ in found]
    cookies, tokens = sign_in(product, names), sign_in(product, names, "bearer")
    return [Seat(username, role, unit, cookies[username], tokens[username]) for username, role, unit in found]


def measured(product: Product, seats: Sequence[Seat], seconds: float) -> Figures:
    """Let reports come in, then let everybody work, and count what became of it."""
    prepared = _fill(product, seats)
    begin = time.monotonic() + 0.5
    first, until = begin + WARM, begin + WARM + seconds
    officers = [Officer(product.config.port, seat, begin, until, PACE) for seat in seats]
    meter = Meter({"server": [product.groups["server"]], "database": [_postmaster(product)]})
    for officer in officers:
        officer.start()
    time.sleep(max(0.0, first - time.monotonic()))
    before = meter.look()
    time.sleep(max(0.0, until - time.monotonic()))
    spent = {layer: value - before[layer] for layer, value in meter.look().items()}
    for officer in officers:
        officer.join(120)
        assert not officer.is_alive(), "an officer still waits for an answer"
    done = [officer.done for officer in officers]
    acts = [act for one in done for act in one.acts if act[1] >= first]
    assert acts, "nobody did anything"
    times = sorted(1000 * took for *_, took in acts)
    errors = [error for one in done for error in one.errors]
    return {
        "officers": len(seats), "acts": len(acts), "acts_per_s": round(len(acts) / seconds, 1),
        "p50_ms": round(statistics.median(times), 1), "p95_ms": _quantile(times, 0.95),
        "p99_ms": _quantile(times, 0.99), "most_ms": round(times[-1], 1),
        "errors": len(errors), **_judged(product, done, prepared),
        "repeated": sum(officer.line.repeated for officer in officers),
        "by_act": {kind: _kind(acts, kind) for kind in sorted({kind for kind, *_ in acts})},
        "cpu_percent": {layer: round(100 * value / seconds, 1) for layer, value in spent.items()},
        "error_texts": dict(Counter(errors).most_common(5)),
    }  # fmt: skip


def _fill(product: Product, seats: Sequence[Seat]) -> int:
    """Let grid workers report until everybody has something to do; gives how many cases there are."""
    workers = [seat for seat in seats if seat.role == "grid_member"]
    others = [seat for seat in seats if seat.role != "grid_member"]
    for number in range(WAITING * len(others)):
        seat = workers[number % len(workers)]
        with closing(Caller(product.config.port, seat.token)) as caller:
            caller.post("/reports", {"channel": "GRID", "nature": "patrol", "grid": seat.unit, "item_hint": "C14-05",
                                     "content": f"第{number}处路边堆放垃圾", "address": f"{number}号旁"})  # fmt: skip
    for seat in others:
        with closing(Caller(product.config.port, seat.token)) as caller:
            for task in _claim(caller, WAITING) if seat.role == "street_duty" else ():
                # what is accepted goes on to the departments
                values = caller.get(f"/tasks/{task}")["values"]
                caller.post(f"/tasks/{task}/complete", {"answers": {**values, "decision": "accept"}})
    for seat in others:
        with closing(Caller(product.config.port, seat.token)) as caller:
            _claim(caller, 1)
    with psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        link.execute("analyze")
        return len(link.execute(_REPORTS).fetchall())


def _claim(caller: Caller, most: int) -> list[str]:
    listed = caller.get("/tasks?box=todo&limit=100")["tasks"]
    tasks = [str(one["id"]) for one in listed if not one["holder"] and one["node"] in ("accept_decide", "sign")][:most]
    for task in tasks:
        caller.post(f"/tasks/{task}/claim")
    return tasks


def _judged(product: Product, done: Sequence[Done], prepared: int) -> Figures:
    """Compare what officers were told with the facts: what is missing, and what is there more than once."""
    with psycopg.connect(product.config.database_url or "") as link:
        steps = {(task, kind): count for task, kind, count in link.execute(_STEPS)}
        comments = dict(link.execute(_COMMENTS).fetchall())
        cases = dict(link.execute(_REPORTS).fetchall())
        gaps = (link.execute(_GAPS).fetchone() or (0,))[0]
        durable = [(link.execute(f"show {name}").fetchone() or ("",))[0] for name in ("fsync", "synchronous_commit")]
    assert durable == ["on", "on"], durable
    told = [
        *(steps.get((task, "TaskClaimed"), 0) for one in done for task in one.claimed),
        *(steps.get((task, "TaskCompleted"), 0) for one in done for task in one.completed),
        *(comments.get(f"{case} {text}", 0) for one in done for text, case in one.comments.items()),
        *(cases.get(case, 0) for one in done for case in one.reports),
    ]
    reports = sum(len(one.reports) for one in done)
    twice = [count for counts in (steps, comments, cases) for count in counts.values() if count > 1]
    writes = {name: sum(len(getattr(one, name)) for one in done) for name in ("claimed", "completed", "comments")}
    return {
        "lost": told.count(0) + gaps, "doubled": len(twice) + max(0, len(cases) - prepared - reports),
        "writes": {**writes, "reports": reports},
    }  # fmt: skip


def _kind(acts: Sequence[tuple[str, float, float]], kind: str) -> Figures:
    times = sorted(1000 * took for name, _, took in acts if name == kind)
    return {"acts": len(times), "p50_ms": round(statistics.median(times), 1), "p99_ms": _quantile(times, 0.99)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def _postmaster(product: Product) -> int:
    return int((product.var.resolve() / "postgres/data/postmaster.pid").read_text().split("\n", 1)[0])


def _print(figures: Figures, out: Console) -> None:
    title = f"{figures['officers']} officers at once, one act each in {PACE:.0f} s"
    table = Table("act", "acts", "p50 ms", "p99 ms", title=title)
    whole = {"acts": figures["acts"], "p50_ms": figures["p50_ms"], "p99_ms": figures["p99_ms"]}
    for kind, each in {**figures["by_act"], "all": whole}.items():
        table.add_row(kind, *(str(each[name]) for name in ("acts", "p50_ms", "p99_ms")))
    out.print(table)
    for name in ("acts_per_s", "errors", "lost", "doubled", "repeated", "writes", "cpu_percent", "error_texts"):
        out.print(f"{name}: {figures[name]}", highlight=False, markup=False)
