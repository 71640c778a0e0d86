"""The inbox of a whole city: first and next page with the counts of all boxes, in small and large roles; words.

Five million tasks of which 300,000 are open, in the full city with 16,000 units and 40,000 people, on the product's own
PostgreSQL and server. The time in the database is what the request's page and counts wait for it, in one round trip.
"""

import os
import shutil
import statistics
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.domain.actor import Actor
from app.ports import postgres
from app.store import words
from app.store.transaction import Transaction
from app.usecases import Tools
from app.usecases.people.load_city import load_city
from bench.cpu import machine
from bench.inbox_load import GROUPS, fill, members
from tests.api.serving import Caller, Product
from tests.api.trial_pack import FILES

#: share of the tasks that are open
OPEN_SHARE = 0.06
USERS, ROUNDS = 120, 4
SUPERVISORS = ("village_secretary", "street_duty", "county_duty", "city_duty", "supervisor_city")
#: rare and common words, a number's end, and a word beside another
QUESTIONS = ("燃气泄漏", "河道污染", "井盖", "庄市大道12", "占道经营油烟扰民", "000123", "NB-000123-20261101-000123")
LIKE = f"select c.id from cases c where c.search like %(like)s limit {words.RARE + 1}"
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures; those who open their inboxes have something in them."""
    folder = Path(tempfile.mkdtemp(prefix="bench-inbox-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(FILES)
        opened = max(GROUPS[-1], round(options.tasks * OPEN_SHARE))
        server = postgres.start(product.var)
        with product.tools() as tools:
            load_city(tools, scale="full")
            fill(server.admin_url.replace("/postgres?", "/yongzhi?"), options.tasks, opened)
        product.start(scheduler=False)
        figures = _measured(product, server.admin_url.replace("/postgres?", "/yongzhi?"))
    finally:
        product.stop()
        postgres.stop(product.var)
        shutil.rmtree(folder, ignore_errors=True)
    figures["machine"] = machine()
    _print(figures, out)
    return figures


def _measured(product: Product, admin_url: str) -> Figures:
    with psycopg.connect(admin_url) as link:
        sizes = {name: _one(link, f"select count(*) from {what}") for name, what in {
            "tasks": "tasks", "open_tasks": "tasks where state < 2", "units": "units", "people": "people",
            "cases": "cases"}.items()}  # fmt: skip
        usual = [row[0] for row in link.execute(
            "select p.username from people p where p.username not like 'bench.%%' and exists ("
            "select from person_roles r join task_candidates k using (role, unit) where r.person_id = p.id)"
            " order by md5(p.username) limit %s", (USERS,))]  # fmt: skip
        heads = [row[0] for role in SUPERVISORS for row in link.execute(
            "select p.username from people p join person_roles r on r.person_id = p.id where r.role = %s"
            " order by md5(p.username) limit 6", (role,))]  # fmt: skip
    with product.tools() as tools:
        everybody = _Users(tools, product)
        first, following, waited = everybody.pages(usual)
        heads_http, _, heads_db = everybody.pages(heads)
        opened = {size: everybody.pages(members(size, 30)) for size in GROUPS}
        found = _searches(tools, everybody.actor(heads[-1]))
    # few officers have more than a page; the members of the groups have a thousand tasks
    following = [one for _, more, _ in ((first, following, waited), *opened.values()) for one in more]
    flat = {size: statistics.median(times) for size, (_, _, times) in opened.items()}
    return {
        "http_p95_ms": _p95(first), "next_http_p95_ms": _p95(following), "db_p95_ms": _p95(waited),
        "supervisors_http_p95_ms": _p95(heads_http), "supervisors_db_p95_ms": _p95(heads_db),
        "group_5000_over_5": round(flat[5000] / flat[5], 2),
        "group_db_p50_ms": {str(size): round(value, 2) for size, value in flat.items()},
        "group_http_p95_ms": {str(size): _p95(times) for size, (times, _, _) in opened.items()},
        **sizes, "search": found,
    }  # fmt: skip


class _Users:
    """People who open their inboxes."""

    def __init__(self, tools: Tools, product: Product) -> None:
        self._tools, self._product = tools, product

    def actor(self, username: str) -> Actor:
        """Find somebody as he acts."""
        with self._tools.store.unit_of_work() as uow:
            person = uow.people.by_username(username)
            assert person is not None, username
            return uow.people.actor(person.id, self._tools.clock.now())

    def pages(self, usernames: Sequence[str]) -> tuple[list[float], list[float], list[float]]:
        """Open first and next pages, several times each: ms over HTTP, ms of the next page, ms in the database."""
        first: list[float] = []
        following: list[float] = []
        waited: list[float] = []
        for actor in map(self.actor, usernames):
            caller = self._signed_in(actor)
            for number in range(ROUNDS + 1):
                page, spent = _timed(partial(caller.get, "/tasks?limit=20&counts=true"))
                more = 0.0
                if page["next"]:
                    _, more = _timed(partial(caller.get, f"/tasks?limit=20&counts=true&after={page['next']}"))
                took = self._in_database(actor)
                # the first round opens connections and prepares statements
                if number:
                    first.append(spent)
                    waited.append(took)
                    following += [more] if more else []
            caller.close()
        return first, following, waited

    def _in_database(self, actor: Actor) -> float:
        now = self._tools.clock.now()
        spent = [0.0]
        asked = Transaction.together

        def together(tx: Transaction, *statements: Any) -> Any:
            answers, took = _timed(partial(asked, tx, *statements))
            spent[0] += took
            return answers

        Transaction.together = together  # type: ignore[method-assign]
        try:
            with self._tools.store.unit_of_work() as uow:
                uow.tasks.list_and_count(actor, now, limit=20)
        finally:
            Transaction.together = asked  # type: ignore[method-assign]
        return spent[0]

    def _signed_in(self, actor: Actor) -> Caller:
        token, wall = os.urandom(24).hex(), self._tools.clock.wall()
        assert actor.person_id is not None
        with self._tools.store.unit_of_work() as uow:
            digest = self._tools.secrets.token_hash(token)
            uow.sessions.add(digest, actor.person_id, "bearer", wall, wall + timedelta(hours=2))
            uow.commit()
        return Caller(self._product.config.port, token)


def _searches(tools: Tools, actor: Actor) -> dict[str, Figures]:
    """Look for words in the whole city: by pairs of letters, and by comparing every text."""
    found = {}
    for q in QUESTIONS:
        with tools.store.unit_of_work() as uow:
            tx = uow._tx
            asked = {"now": tools.clock.now(), "box": "area", "q": q, "limit": 20}
            found[q] = {
                "pairs_ms": _several(partial(words.find_cases, tx, q)),
                "like_ms": _several(partial(tx.rows, LIKE, {"like": words.like(q)})),
                "page_ms": _several(partial(uow.tasks.list, actor, **asked)),
                "cases": len(tx.rows(LIKE, {"like": words.like(q)})),
            }  # fmt: skip
    return found


def _several(act: Callable[[], Any]) -> float:
    return round(statistics.median(_timed(act)[1] for _ in range(5)), 2)


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = act()
    return found, (time.perf_counter() - began) * 1000


def _p95(times: Iterable[float]) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2)


def _one(link: psycopg.Connection[Any], sql: str) -> int:
    row = link.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _print(figures: Figures, out: Console) -> None:
    table = Table("", "ms", title=f"{figures['open_tasks']:,} open of {figures['tasks']:,} tasks")
    for name, value in figures.items():
        if isinstance(value, float):
            table.add_row(name, str(value))
    for name in ("group_db_p50_ms", "group_http_p95_ms"):
        table.add_row(name, str(figures[name]))
    out.print(table)
    searches = Table("words", "pairs of letters ms", "LIKE ms", "page ms", "cases")
    for q, row in figures["search"].items():
        searches.add_row(q, str(row["pairs_ms"]), str(row["like_ms"]), str(row["page_ms"]), str(row["cases"]))
    out.print(searches)
