"""Every page in both languages, as wide as a desk and as narrow as a phone: it speaks, and nothing is cut.

In Chinese it also passes the accessibility rules without a serious finding, and fits a phone that is held in a hand:
with fingers, larger targets and the phone's own idea of a page's width.
"""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MORNING, WINDOWS, Town, prepare
from tests.browser.doing import deeds
from tests.browser.everything import COLLEAGUE, HANDLER, PAGES
from tests.browser.office import Seat
from tests.browser.rules import serious_findings
from tests.browser.test_whistle import SQUAD, Told, accepts, checks_in
from tests.usecases.desk.test_acts_of_the_desk import signed
from tests.usecases.drawn import Stage

Take = Callable[..., Seat]
HAN = re.compile(r"[\u4e00-\u9fff]")
#: what a page says in its own words; what people wrote and drew stands elsewhere
FRAME = "h2, h3, label:not(.taker), legend, button, thead th, dt, .btn, .form-hint, .empty-title, .empty-hint"
#: a limit is explained with what its table said when it was taken
DRAWN = ".why table *"
WORKER, GRID = "grid.zs.041", "33.02.11.004.003.014"
#: an address at which there is nothing
NOWHERE = "/no-such-page"
#: what else these pages show, and what they show to others
MORE: dict[str, tuple[str, ...]] = {
    "": (NOWHERE,),
    HANDLER: ("/inbox?box=done", "/inbox?box=mine", "/inbox?box=cc", "/inbox?box=watched",
              "/inbox?q=%E7%BB%BF%E5%8C%96", "/start", "/registers"),
    "duty.zs": ("/inbox", "/inbox?box=area", "/inbox?box=done&light=red", "/cases", "/cases/{reported}", "/report",
                "/rights"),
    "director.zs": ("/inbox?box=area", "/inbox?box=supervise", "/cases/{case}/documents/dispatch"),
    "admin": ("/cases/{case}/steering",),
    "designer": ("/studio/process/callback/versions/1", "/studio/process/event_lifecycle/edit",
                 "/studio/decision/sla/versions/1", "/studio/form/event/withdraw/versions/1",
                 "/studio/form/handling/handle/versions/1"),
    WORKER: ("/report", "/inbox?box=mine", "/inbox?pick=item_code", "/contact"),
}
LOOKS = [*PAGES.values(), *((who, path) for who, paths in MORE.items() for path in paths)]


@pytest.fixture(scope="module")
def spots(town: Town) -> dict[str, str]:
    """What stands in the addresses."""
    prepared = prepare(town)
    told = Told(town)
    accepts(told.event, SQUAD)
    checks_in(told.event, SQUAD)
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
        "reported": prepared.reported,
    }  # fmt: skip


@pytest.mark.parametrize("who", dict.fromkeys(who for who, _ in LOOKS), ids=lambda who: who or "nobody")
def test_each_page_speaks_fits_and_has_no_serious_finding(
    town: Town, seat: Take, spots: dict[str, str], who: str
) -> None:
    paths = [path.format(**spots) for whose, path in LOOKS if whose == who]
    here, found = seat(who), []
    # nothing changes while the rules look at it
    here.still()
    for path in paths:
        look(here, path, "zh-CN")
        found += [f"{path}: {line}" for line in serious_findings(here.page)]
        fits(here)
    in_hand = seat(who, size="phone")
    in_hand.still()
    for path in paths:
        in_hand.open(path, 404 if path == NOWHERE else 200)
        in_hand.fits()
    abroad = seat(who, locale="en-GB")
    abroad.open("/language/en?next=/sign-in")
    try:
        for path in paths:
            look(abroad, path, "en")
            frame = abroad.page.locator("main").locator(f":is({FRAME}):not({DRAWN})")
            expect(frame.filter(has_text=HAN), path).to_have_count(0)
            fits(abroad)
    finally:
        # it is remembered with the account
        abroad.open("/language/zh?next=/sign-in")
    assert not found, "\n".join(found)
    opened = {f"see:{endpoint}" for endpoint, (whose, _) in PAGES.items() if whose == who}
    assert opened <= deeds(here.watch.answered) & deeds(abroad.watch.answered)


def look(one: Seat, path: str, language: str) -> None:
    """The page opens at a desk, in its language, with all that is fetched later."""
    one.page.set_viewport_size(WINDOWS["desktop"]["viewport"])
    one.open(path, 404 if path == NOWHERE else 200)
    expect(one.page.locator("html")).to_have_attribute("lang", language)
    expect(one.page.locator("main h1, main h2").first).to_have_text(re.compile(r"\S"))
    if re.fullmatch("/tasks/[^/]+", path):
        expect(one.page.locator("#offers")).to_be_visible()


def fits(one: Seat) -> None:
    """Nothing is wider than a desk's and a phone's window."""
    one.fits()
    one.page.set_viewport_size(WINDOWS["phone"]["viewport"])
    one.fits()
