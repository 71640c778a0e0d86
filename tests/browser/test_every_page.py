"""Every page of the product in English, as wide as a desk and as narrow as a phone: it speaks, and nothing is cut."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MORNING, WINDOWS, Town, prepare
from tests.browser.doing import deeds
from tests.browser.everything import COLLEAGUE, HANDLER, PAGES
from tests.browser.office import Seat
from tests.browser.test_whistle import Told
from tests.usecases.desk.test_acts_of_the_desk import signed
from tests.usecases.drawn import Stage

Take = Callable[..., Seat]
HAN = re.compile(r"[\u4e00-\u9fff]")
#: what a page says in its own words; what people wrote and drew stands elsewhere
FRAME = "h2, h3, label:not(.taker), legend, button, thead th, dt, .btn, .form-hint, .empty-title, .empty-hint"
#: heads of decision tables are as their designers wrote them
DRAWN = ".laid *, .why table *"
WORKER, GRID = "grid.zs.041", "33.02.11.004.003.014"


@pytest.fixture(scope="module")
def spots(town: Town) -> dict[str, str]:
    """What stands in the addresses."""
    prepared = prepare(town)
    told = Told(town)
    told.desk.close()
    with town.product.tools() as tools:
        stage = Stage(tools, town.product.var / "joint")
        stage.publish(signed("page_jury"))
        jury = str(stage.start("page_jury", people=[HANDLER, COLLEAGUE]))
        with tools.store.unit_of_work() as uow:
            person = uow.people.by_username(HANDLER)
            assert person is not None
    with town.caller(HANDLER) as officer:
        joint = town.take(officer, jury, "sign")
        act = next(one["key"] for one in officer.get(f"/tasks/{prepared.task}")["acts"] if one["open"])
    with town.caller("duty.zs") as officer:
        seen = officer.get(f"/cases/{prepared.handling}")
    with town.caller(WORKER) as worker:
        came = {"household": "河东路 9 号", "purpose": "care", "finding": "none", "came_at": MORNING.isoformat()}
        row = worker.post("/registers/visits/rows", {"unit": GRID, "values": {**came, "worker": WORKER}})
    return {
        "case": prepared.handling, "task": prepared.task, "joint": joint, "act": quote(act), "row": row["id"],
        "case_act": quote(next(one["key"] for one in seen["acts"] if one["open"])), "limit": seen["limits"][0]["name"],
        "whistle": told.event.reported.case_id, "person": str(person.id),
    }  # fmt: skip


@pytest.mark.parametrize("who", dict.fromkeys(who for who, _ in PAGES.values()), ids=lambda who: who or "nobody")
def test_each_page_speaks_english_and_fits_desk_and_phone(
    town: Town, seat: Take, spots: dict[str, str], who: str
) -> None:
    one = seat(who, locale="en-GB")
    paths = {endpoint: path for endpoint, (whose, path) in PAGES.items() if whose == who}
    one.open("/language/en?next=/sign-in")
    try:
        for path in paths.values():
            look(one, path.format(**spots))
    finally:
        # it is remembered with the account
        one.open("/language/zh?next=/sign-in")
    assert {f"see:{endpoint}" for endpoint in paths} <= deeds(one.watch.answered)


def look(one: Seat, path: str) -> None:
    """The page speaks for itself in English, and is no wider than a desk's and a phone's window."""
    page = one.page
    page.set_viewport_size(WINDOWS["desktop"]["viewport"])
    one.open(path)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main h1, main h2").first).not_to_be_empty()
    expect(page.locator("main").locator(f":is({FRAME}):not({DRAWN})").filter(has_text=HAN)).to_have_count(0)
    one.fits()
    page.set_viewport_size(WINDOWS["phone"]["viewport"])
    one.fits()
