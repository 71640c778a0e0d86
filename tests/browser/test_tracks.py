"""The map of a day: a superior sees who went where, a grid worker himself, each from his page."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import expect

from app.usecases.intake.record_track import record_track
from tests.browser.conftest import MORNING, Town
from tests.browser.office import Seat

Take = Callable[..., Seat]
WORKER, LEADER = "grid.zs.001", "gridleader.zs.01"
GRID = "33.02.11.004.001.001"


def prepare(town: Town) -> None:
    """Have a worker agree, walk, visit and patrol on the morning of the tests."""

    def at(minutes: int) -> str:
        return (MORNING + timedelta(minutes=minutes)).isoformat()

    spots = [{"lat": round(29.9342 + 0.0004 * n, 6), "lon": round(121.6042 + 0.0003 * n, 6)} for n in range(6)]
    rows: list[tuple[str, dict[str, Any]]] = [
        ("track_consents", {"state": "given", "said_at": at(0)}),
        ("visits", {"household": "河东路 20 号", "purpose": "care", "finding": "need", "came_at": at(12), **spots[2]}),
        ("patrols", {"fine": [1], "problems": [18, 19], "ended_at": at(25), **spots[5]}),
    ]
    with town.caller(WORKER) as worker:
        for key, values in rows:
            worker.post(f"/registers/{key}/rows", {"unit": GRID, "values": {**values, "worker": WORKER}})
    with town.product.tools() as tools:
        with tools.store.unit_of_work() as uow:
            known = uow.people.by_username(WORKER)
            assert known is not None
            person = uow.people.actor(known.id, MORNING)
        points = [{"at": datetime.fromisoformat(at(5 * n)), "position": spot} for n, spot in enumerate(spots)]
        assert record_track(tools, actor=person, unit=GRID, points=points).kept == 6


def test_a_leader_sees_the_way_of_a_day_on_the_map_and_the_worker_his_own(town: Town, seat: Take) -> None:
    prepare(town)
    leader = seat(LEADER)
    leader.open("/registers")
    page = leader.page
    with leader.leaving():
        page.get_by_role("link", name="走访地图").click()
    with leader.leaving():
        page.locator("[name=day]").fill(f"{MORNING:%Y-%m-%d}")
    expect(page).to_have_url(re.compile(f"day={MORNING:%Y-%m-%d}"))
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "true")
    expect(page.locator(".map-disc")).to_have_count(1)
    expect(page.locator(".map-square")).to_have_count(1)
    # the line, its two ends and four stops; the outlines of the grids are paths too
    expect(page.locator("path.leaflet-interactive[stroke='#1f4e82'][stroke-width='4']")).to_have_count(1)
    page.locator(".map-disc").hover()
    expect(page.locator(".leaflet-tooltip")).to_contain_text("河东路 20 号 · 关爱探望 · 有困难需求")
    expect(page.locator("table").first).to_contain_text("09:25")
    expect(page.locator("table").last).to_contain_text("2 项有问题")
    with leader.leaving():
        page.locator("[name=worker]").select_option(index=1)
    expect(page).to_have_url(re.compile("worker=[^&]"))
    expect(page.locator("table").first).to_contain_text("09:25")

    worker = seat(WORKER, size="phone")
    worker.open(f"/tracks?day={MORNING:%Y-%m-%d}")
    expect(worker.page.locator("[data-map]")).to_have_attribute("data-ready", "true")
    expect(worker.page.locator("path[stroke-width='4']")).to_have_count(1)
    expect(worker.page.locator("table").first).to_contain_text("09:25")


def test_a_stranger_to_the_street_sees_nothing_and_a_wrong_day_is_refused(town: Town, seat: Take) -> None:
    other = seat("duty.zs")
    other.open(f"/tracks?day={MORNING - timedelta(days=400):%Y-%m-%d}")
    expect(other.page.locator("main")).to_contain_text("这一天没有走访记录")
    other.open("/tracks?day=2026-13-99", status=422)
