"""The real product for everybody with a browser: one city for all browser tests, real diagrams, real server."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser
from psycopg import sql

from app.ports import postgres
from tests.api.serving import ROOT, Caller, Product
from tests.browser.office import Seat
from tests.stories.cast import AUDITOR
from tests.stories.photos import SHANGHAI

#: a Monday; the first working day of a week
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
HANDLER = "enforce.zs"
WINDOWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    },
}


@dataclass
class Town:
    """The running product, and everybody's password."""

    product: Product
    passwords: dict[str, str] = field(default_factory=dict)
    #: who has signed in once; his next window has the session already
    cookies: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    reports: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.product.config.port}"

    def password(self, username: str) -> str:
        """Give an account of the city a password, once."""
        if username not in self.passwords:
            self.passwords[username] = self.product.add_password(username)
        return self.passwords[username]

    @contextmanager
    def caller(self, username: str) -> Iterator[Caller]:
        """Let somebody act through the interface, to prepare what a browser will look at."""
        caller = self.product.caller(username, self.password(username))
        try:
            yield caller
        finally:
            caller.close()

    def report(self, content: str, item: str) -> dict[str, Any]:
        """File a report through the interface, each from another place: {event_no, case_id, tracking_code}."""
        self.reports += 1
        lat = 29.9342 + 0.0011 * self.reports
        spot = {"lat": round(lat, 5), "lon": 121.6042, "address": f"庄市街道河东路{self.reports}号"}
        with self.caller("grid.zs.041") as worker:
            sent = {"channel": "GRID", "nature": "patrol", **spot, "content": content, "item_hint": item}
            return dict(worker.post("/reports", sent))

    def do(self, username: str, case_id: str, node: str, **answers: Any) -> None:
        """Claim a task, if nobody has, and finish it as its form proposes, with these answers on top."""
        with self.caller(username) as officer:
            task = self.take(officer, case_id, node)
            view = officer.get(f"/tasks/{task}")
            known = {"revision": view["task"]["revision"], "form_version": view["task"]["form_version"]}
            # what is only shown, and that not always, is nobody's answer
            shown = {one.get("key") for one in view["form_schema"]["components"]
                     if one.get("readonly") and one.get("conditional")}  # fmt: skip
            given = {name: value for name, value in view["values"].items() if name not in shown}
            officer.post(f"/tasks/{task}/complete", {"answers": {**given, **answers}, **known})

    def take(self, officer: Caller, case_id: str, node: str) -> str:
        """Claim a task; gives its id."""
        rows = [row for row in officer.get("/tasks?box=todo&limit=100")["tasks"] if row["case_id"] == case_id]
        found = [str(row["id"]) for row in rows if row["node"] == node]
        assert found, f"no {node}, but {[row['node'] for row in rows]}"
        officer.post(f"/tasks/{found[0]}/claim")
        return found[0]

    def clock(self, to: datetime | None = None) -> datetime:
        """Move the clock to a moment, or one minute on; everything that is due on the way happens."""
        with self.caller(AUDITOR) as auditor:
            moved = auditor.post("/clock", {"to": to.isoformat()} if to else {"advance": 60})
        return datetime.fromisoformat(moved["now"])


@pytest.fixture(scope="session")
def town(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Town]:
    """Load the demo city, publish the real processes, and start server and scheduler."""
    name = f"browser_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as link:
        order = sql.SQL("CREATE DATABASE {} OWNER {}")
        link.execute(order.format(*map(sql.Identifier, (name, postgres.OWNER))))
    url = postgres_server.url.replace(f"/{postgres.DATABASE}?", f"/{name}?")
    product = Product(tmp_path_factory.mktemp("town"), url, movable_clock=True)
    files = {
        path.relative_to(ROOT / room).as_posix(): path.read_bytes()
        for room, endings in (("bpmn", ("*.bpmn", "*.dmn")), ("forms", ("*.form.json",)))
        for ending in endings
        for path in (ROOT / room).rglob(ending)
    }
    product.prepare(files)
    product.start(live=True)
    made = Town(product)
    made.clock(MORNING)
    yield made
    product.stop()
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def seat(town: Town, chromium: Browser) -> Iterator[Callable[..., Seat]]:
    """Give people their windows; at the end no browser may have complained about anything."""
    taken: list[Seat] = []

    def take(username: str = "", *, size: str = "desktop", locale: str = "zh-CN", **more: Any) -> Seat:
        window = {"locale": locale, "timezone_id": "Asia/Shanghai", **WINDOWS[size], **more}
        one = Seat(chromium.new_context(**window), town.address)
        taken.append(one)
        # a language that was chosen lies in a cookie too
        if (username, locale) in town.cookies:
            one.context.add_cookies(town.cookies[username, locale])
        elif username:
            one.sign_in(username, town.password(username))
            town.cookies[username, locale] = one.context.cookies()
        return one

    yield take
    for one in taken:
        one.close()


@dataclass(frozen=True)
class Prepared:
    """Cases at which pages can be looked at."""

    #: waits for the duty officer
    reported: str
    #: handled by HANDLER, who holds the task
    handling: str
    task: str


def bring_to_handler(town: Town, content: str, item: str) -> tuple[str, str]:
    """Bring a new case to the handler's desk: (case, task)."""
    case = town.report(content, item)["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    with town.caller(HANDLER) as officer:
        return case, town.take(officer, case, "handle")


@pytest.fixture(scope="session")
def prepared(town: Town) -> Prepared:
    """Bring one case to the handler's desk, and leave one at the door."""
    reported = town.report("沿河路灯连续五盏不亮，夜间行走不便", "C17-01")["case_id"]
    return Prepared(reported, *bring_to_handler(town, "企业门口堆放建筑垃圾，占用绿化带", "C14-05"))
