"""A thousand open browsers: what they cost the pages, and how soon they hear of a new task.

Every stream goes through the server of the pages, which hands it over. Half of the room's browsers belong to the seat
for which tasks come in; the others hear nothing.
"""

import asyncio
import http.client
import shutil
import statistics
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.domain.rights import is_allowed
from app.usecases.tickets import write_ticket
from bench.cpu import machine
from tests.api.serving import STREET, Product
from tests.api.trial_pack import FILES

BROWSERS = 1000
#: of them, how many belong to people of the room that gets tasks
CONCERNED = 100
#: tasks whose way to the browsers is timed, and pages that are timed
TASKS, PAGES = 20, 150
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="bench-live-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(FILES)
        product.start(live=True)
        figures = asyncio.run(_measured(product))
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
    figures |= {"workers": product.workers, "threads": product.threads, "machine": machine()}
    _print(figures, out)
    return figures


async def _measured(product: Product) -> Figures:
    room = product.usernames("street_duty", f"{STREET}.cmd")
    cookies = await asyncio.to_thread(_sessions, product, room)
    before = await asyncio.to_thread(_pages, product, cookies[0][0])
    begun = time.monotonic()
    crowd = [_Browser(product.config.port, address) for _, address in cookies]
    for place in range(0, len(crowd), 50):
        await asyncio.gather(*(one.open() for one in crowd[place : place + 50]))
    opened = time.monotonic() - begun
    await asyncio.wait_for(asyncio.gather(*(one.first.wait() for one in crowd)), 120)
    told = time.monotonic() - begun
    with_all = await asyncio.to_thread(_pages, product, cookies[0][0])
    delays = await _delays(product, room[0], crowd[:CONCERNED])
    open_still = sum(not one.ended for one in crowd)
    for one in crowd:
        one.close()
    return {
        "browsers": len(crowd), "open_at_the_end": open_still, "opened_in_s": round(opened, 1),
        "all_told_in_s": round(told, 1), "page_ms_without": _spread(before), "page_ms_with": _spread(with_all),
        "heard_ms": _spread(delays), "memory_mb": _memory(product.groups["live"]),
    }  # fmt: skip


def _sessions(product: Product, room: Sequence[str]) -> list[tuple[str, str]]:
    """Sign everybody in without a password, a few times each: (cookie, address of the stream)."""
    made = []
    with product.tools() as tools:
        now, until = tools.clock.wall(), tools.clock.wall() + timedelta(hours=1)
        with tools.store.unit_of_work() as uow:
            others = [
                one for one in uow.people.list(limit=500)
                if one.username not in room and is_allowed(uow.people.actor(one.id, tools.clock.now()), "inbox.read")
            ]
            own = [one for one in (uow.people.by_username(name) for name in room) if one is not None]
            for number in range(BROWSERS):
                person = own[number % len(own)] if number < CONCERNED else others[number % len(others)]
                token = tools.secrets.new_token()
                uow.sessions.add(tools.secrets.token_hash(token), person.id, "cookie", now, until)
                made.append((token, f"/live?ticket={write_ticket(tools, token)}"))
            uow.commit()
    return made


def _pages(product: Product, token: str) -> list[float]:
    """Open the inbox again and again, as one officer would; in milliseconds."""
    taken = []
    for number in range(PAGES + 10):
        link = http.client.HTTPConnection("127.0.0.1", product.config.port, timeout=30)
        begun = time.perf_counter()
        link.request("GET", "/inbox", headers={"Cookie": f"yongzhi_session={token}"})
        answer = link.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        if number >= 10:
            taken.append((time.perf_counter() - begun) * 1000)
        link.close()
    return taken


async def _delays(product: Product, username: str, concerned: "Sequence[_Browser]") -> list[float]:
    """Start cases, and time how long each browser of the room takes to hear of the task."""
    caller = await asyncio.to_thread(lambda: product.caller(username, product.add_password(username)))
    delays: list[float] = []
    for number in range(TASKS):
        for one in concerned:
            one.heard_at = 0.0
        # a link that rests is closed by the server
        caller.close()
        await asyncio.to_thread(caller.post, "/processes/one_task/cases", {"variables": {"title": f"{number}"}})
        begun = time.perf_counter()
        end = begun + 20
        while not all(one.heard_at for one in concerned) and time.perf_counter() < end:
            await asyncio.sleep(0.01)
        delays += [(one.heard_at - begun) * 1000 for one in concerned if one.heard_at]
        await asyncio.sleep(1.2)
    caller.close()
    assert len(delays) == TASKS * len(concerned), f"{TASKS * len(concerned) - len(delays)} were not told"
    return delays


class _Browser:
    """One open stream."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self.first, self.heard_at, self.ended = asyncio.Event(), 0.0, False
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Ask for the stream, and begin to read it."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(f"GET {self._address} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        line = await reader.readline()
        assert b" 200 " in line, line
        self._task = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: pulse"):
                self.first.set()
                self.heard_at = self.heard_at or time.perf_counter()
        self.ended = True

    def close(self) -> None:
        """Go away."""
        if self._task:
            self._task.cancel()
        if self._writer:
            self._writer.close()


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "most": round(ordered[-1], 1),
    }  # fmt: skip


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024, 1)


def _print(figures: Figures, out: Console) -> None:
    title = f"{figures['browsers']} open browsers; {figures['workers']} x {figures['threads']} threads serve the pages"
    table = Table("", "p50", "p95", "most", title=title)
    lines = {
        "page_ms_without": "inbox page without streams, ms", "page_ms_with": "inbox page with them, ms",
        "heard_ms": "a new task is heard, ms",
    }  # fmt: skip
    for name, text in lines.items():
        table.add_row(text, *(str(figures[name][part]) for part in ("p50", "p95", "most")))
    out.print(table)
    times = f"opened in {figures['opened_in_s']} s, all told in {figures['all_told_in_s']} s"
    out.print(f"{times}, {figures['open_at_the_end']} open at the end, side process {figures['memory_mb']} MB")
