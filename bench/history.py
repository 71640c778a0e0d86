"""What a durable step costs on a database with millions of old facts, against one with none.

Both databases are on the product's own PostgreSQL, with fsync on; blocks of steps alternate between them.
"""

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from app.domain.actor import Actor
from app.ports import postgres
from app.usecases.desk.complete_task import complete_task
from bench.cpu import machine
from bench.ongoing import ANSWERS
from bench.steps import (
    BLOCK,
    CASES,
    FEWEST_PAIRS,
    measured_product,
    officer,
    open_cases,
    ours,
    postmaster,
)
from bench.walkers import Block, middle, ratio
from tests.api.serving import Product

FULL = "aged"
#: old cases that are written at a time
BATCH = 10_000
#: ids like the product's: of a moment long ago, with the county of the sample
_IDS = """
select n, (lpad(to_hex(1700000000000 + n * 1000::bigint), 12, '0') || '7' || lpad(to_hex(mod(n, 4096)), 3, '0')
    || right(split_part(%(like)s::text, '-', 4), 4) || lpad(to_hex(n), 12, '0'))::uuid as id
from generate_series(%(first)s::int, %(last)s::int) n"""
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    with measured_product() as product:
        server = postgres.start(product.var)
        with psycopg.connect(server.admin_url, autocommit=True) as link:
            link.execute(f"create database {FULL} template yongzhi owner yongzhi")
        url = product.config.database_url or ""
        products = {"empty": product, FULL: replace_database(product, url.replace("/yongzhi?", f"/{FULL}?"))}
        admin = server.admin_url.replace("/postgres?", f"/{FULL}?")
        with product.tools() as tools:
            actor = officer(product, tools)
        facts = _fill(products[FULL], actor, admin, options.facts, out)
        blocks, buffers = _contest(products, actor, options.seconds)
    figures = {
        "vs_empty": ratio(blocks[FULL], blocks["empty"]), "pairs": len(blocks["empty"]), "old_facts": facts,
        "cpu_us": {name: middle(each) for name, each in blocks.items()}, "buffers_per_step": buffers,
        "fsync": True, "machine": machine(),
    }  # fmt: skip
    _print(figures, out)
    return figures


def replace_database(product: Product, url: str) -> Product:
    """Take another database of the same installation."""
    other = Product(product.var, url)
    other.config = replace(product.config, database_url=url)
    return other


def _fill(product: Product, actor: Actor, admin: str, facts: int, out: Console) -> int:
    """Write old, closed cases with their tasks and facts, copies of one that was really worked on; count the facts."""
    with product.tools() as tools:
        task = open_cases(tools, actor, 1)[0]
        with tools.store.unit_of_work() as uow:
            like = uow.tasks.get(task).case_id
        for _ in range(2):
            task = complete_task(tools, actor=actor, task_id=task, answers=ANSWERS).next_task_id or task
    # the superuser, who need not look up the case of each fact; the rows are the same
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        link.execute("set synchronous_commit = off")
        each = (link.execute("select count(*) from facts where case_id = %s", (like,)).fetchone() or (1,))[0]
        copies = [_copying(link, *order) for order in (
            ("cases", "id = %(like)s", {"id": "i.id", "event_no": "null", "closed_at": "o.opened_at", "opened_at":
             "o.opened_at - make_interval(secs => i.n)"}),
            ("tasks", "case_id = %(like)s and state = 2", {"case_id": "i.id", "id":
             "(left(i.id::text, 24) || lpad(to_hex(i.n * 8 + o.nth), 12, '0'))::uuid"}),
            ("facts", "case_id = %(like)s", {"case_id": "i.id", "at": "o.at - make_interval(secs => i.n)"}),
        )]  # fmt: skip
        last, total = 0, -(-facts // each)
        while last < total:
            first, last = last + 1, min(last + BATCH, total)
            for sql in copies:
                link.execute(sql, {"like": like, "first": first, "last": last})
            out.print(f"{last * each:,} old facts", end="\r")
        link.execute("vacuum (freeze, analyze)")
        link.execute("checkpoint")
        return int((link.execute("select count(*) from facts").fetchone() or (0,))[0])


def _copying(link: psycopg.Connection[Any], table: str, condition: str, instead: Mapping[str, str]) -> str:
    """Write the statement that copies the rows of one case to many others."""
    found = link.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = '' order by attnum", (table,),
    ).fetchall()  # fmt: skip
    names = [name for (name,) in found]
    values = ", ".join(instead.get(name, f"o.{name}") for name in names)
    return (
        f"insert into {table} ({', '.join(names)}) select {values} from ({_IDS}) i"
        f" cross join (select * from {table} where {condition}) o"
    )


def _contest(
    products: Mapping[str, Product], actor: Actor, seconds: float
) -> tuple[dict[str, list[Block]], dict[str, Figures]]:
    """Alternate blocks on both databases, each pair in the other order than the one before."""
    root = postmaster(products["empty"])
    blocks: dict[str, list[Block]] = {name: [] for name in products}
    with ExitStack() as stack:
        walkers = {}
        for name, product in products.items():
            with product.tools() as tools:
                tasks = open_cases(tools, actor)
            walkers[name] = stack.enter_context(ours(product, actor, tasks))
            walkers[name].steps(3 * CASES)
        before = {name: _buffers(product) for name, product in products.items()}
        end = time.monotonic() + seconds * 2
        while time.monotonic() < end or len(blocks["empty"]) < FEWEST_PAIRS:
            order = list(products) if len(blocks["empty"]) % 2 else list(reversed(products))
            for name in order:
                blocks[name].append(Block(walkers[name], BLOCK, root))
        for name in products:
            # a backend reports what it has read when it is idle for a moment, or ends
            walkers[name].end()
    steps = len(blocks["empty"]) * BLOCK
    after = {name: _buffers(product) for name, product in products.items()}
    return blocks, {
        name: {kind: round((after[name][kind] - before[name][kind]) / steps, 1) for kind in before[name]}
        for name in products
    }


def _buffers(product: Product) -> dict[str, int]:
    """Read how many pages the database's backends have looked at so far: in memory, and from the disk."""
    with psycopg.connect(product.config.database_url or "", autocommit=True) as link:
        time.sleep(2)
        row = link.execute(
            "select blks_hit, blks_read from pg_stat_database where datname = current_database()"
        ).fetchone() or (0, 0)
    return {"hit": row[0], "read": row[1]}


def _print(figures: Figures, out: Console) -> None:
    table = Table("µs per step", "CPU", "of client", "of server", "pages in memory", "pages read", title="Old facts")
    for name, each in figures["cpu_us"].items():
        pages: Mapping[str, Any] = figures["buffers_per_step"][name]
        cells: Sequence[Any] = (*(each[part] for part in ("total", "client", "server")), pages["hit"], pages["read"])
        table.add_row(name, *map(str, cells))
    out.print(table, f"{figures['vs_empty']} times the cost of an empty database, {figures['old_facts']:,} old facts\n")
