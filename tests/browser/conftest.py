"""The real product for everybody with a browser: one city for all browser tests, real diagrams, real server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from playwright.sync_api import Browser

from app.domain.geometry import distance_m
from tests.api.serving import ROOT, Caller, Product
from tests.browser.doing import undone
from tests.browser.office import Seat, until
from tests.databases import Databases
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


#: where the people of these tests work, and from where places are counted
CENTRE = (29.9342, 121.6042)
#: metres around an event in which another may be the same
APART = 210


def free_places() -> Iterator[dict[str, float]]:
    """List places of the street, the nearest first: far from each other, and from where a test names a place.

    Two reports of one town would otherwise be taken for one, and after some thirty they would leave the street.
    """
    known = yaml.safe_load((ROOT / "city" / "demo" / "places.yaml").read_text("utf-8"))["places"]
    taken = [CENTRE, *((one["lat"], one["lon"]) for one in known)]
    raster = ((29.9125 + 0.0021 * row, 121.5825 + 0.0025 * column) for row in range(27) for column in range(27))
    for lat, lon in sorted(raster, key=lambda spot: distance_m(*spot, *CENTRE)):
        if all(distance_m(lat, lon, *one) > APART for one in taken):
            yield {"lat": round(lat, 5), "lon": round(lon, 5)}


@dataclass(frozen=True)
class Prepared:
    """Cases at which pages can be looked at."""

    #: waits for the duty officer
    reported: str
    #: handled by HANDLER, who holds the task
    handling: str
    task: str


@dataclass
class Town:
    """The running product, and everybody's password."""

    product: Product
    passwords: dict[str, str] = field(default_factory=dict)
    #: who has signed in once; his next window has the session already
    cookies: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    places: Iterator[dict[str, float]] = field(default_factory=free_places)
    #: where the last report was made
    place: dict[str, float] = field(default_factory=dict)
    #: what `prepare` made last
    kept: Prepared | None = None

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

    def report(self, content: str, item: str, *, beside: bool = False) -> dict[str, Any]:
        """File a report through the interface, each from another place: {event_no, case_id, tracking_code}.

        Args:
            content: what a test can find again; no other test may say the same.
            item: code of the matter.
            beside: it is near the one before, so that both may be the same.
        """
        self.place = {**self.place, "lat": round(self.place["lat"] + 0.0005, 5)} if beside else next(self.places)
        where = {**self.place, "address": f"庄市街道 {self.place['lat']}, {self.place['lon']}"}
        with self.caller("grid.zs.041") as worker:
            sent = {"channel": "GRID", "nature": "patrol", **where, "content": content, "item_hint": item}
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
        task = self.waiting(officer, case_id, node)
        officer.post(f"/tasks/{task}/claim")
        return task

    def waiting(self, officer: Caller, case_id: str, node: str) -> str:
        """Find a task in somebody's list, however long that is by now; gives its id."""
        rows: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            page = officer.get(f"/tasks?box=todo&limit=100{after and f'&after={quote(after)}'}")
            rows += [row for row in page["tasks"] if row["case_id"] == case_id]
            after = page["next"]
        found = [str(row["id"]) for row in rows if row["node"] == node]
        assert found, f"no {node}, but {[row['node'] for row in rows]}"
        return found[0]

    def clock(self, to: datetime | None = None) -> datetime:
        """Move the clock to a moment, or one minute on; everything that is due on the way happens."""
        with self.caller(AUDITOR) as auditor:
            moved = auditor.post("/clock", {"to": to.isoformat()} if to else {"advance": 60})
        return datetime.fromisoformat(moved["now"])


@pytest.fixture(scope="session")
def town(
    databases: Databases, city_template: str, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Town]:
    """Start server and scheduler over a copy of the demo city with the real processes."""
    url = databases.copy(city_template)
    product = Product(tmp_path_factory.mktemp("town"), url, movable_clock=True)
    try:
        product.start(live=True)
        made = Town(product)
        made.clock(MORNING)
        yield made
    finally:
        product.stop()
    databases.drop(url)


@pytest.fixture
def seat(request: pytest.FixtureRequest, town: Town, chromium: Browser) -> Iterator[Callable[..., Seat]]:
    """Give people their windows; at the end no browser may have complained, and what was to be done has been done."""
    taken: list[Seat] = []
    failed = request.session.testsfailed

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
    test = f"{request.path.name}::{request.node.originalname}"
    if taken and request.session.testsfailed == failed:
        rows = [one.watch.answered for one in taken]
        # see everything.py; the last answer may still be on its way
        until(taken[-1].page, lambda: not undone(test, chain(*rows)), f"{test} does all that everything.py says")
    wrong = [line for one in taken for line in one.close()]
    assert not wrong, "\n".join(wrong)


def bring_to_handler(town: Town, content: str, item: str) -> tuple[str, str]:
    """Bring a new case to the handler's desk: (case, task)."""
    case = town.report(content, item)["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    with town.caller(HANDLER) as officer:
        return case, town.take(officer, case, "handle")


def prepare(town: Town) -> Prepared:
    """Give the cases that are looked at, made anew where another file's clock or officers took the task away."""
    if town.kept is not None:
        with town.caller(HANDLER) as officer:
            seen = officer.send("GET", f"/tasks/{town.kept.task}")
        if seen.ok and seen.body["held_by_me"]:
            return town.kept
    # what waits at the door still does; a second one like it would stand beside it in the lists
    lamp = "沿河路灯连续五盏不亮，夜间行走不便"
    reported = town.kept.reported if town.kept else town.report(lamp, "C17-01")["case_id"]
    town.kept = Prepared(reported, *bring_to_handler(town, "企业门口堆放建筑垃圾，占用绿化带", "C14-05"))
    return town.kept


@pytest.fixture
def prepared(town: Town) -> Prepared:
    """Bring one case to the handler's desk, and leave one at the door."""
    return prepare(town)
