"""The whistle page from the call to both ratings, as the street's director and a department see it; two windows."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town, bring_to_handler
from tests.browser.office import Seat
from tests.stories.cast import ZHUANGSHI
from tests.stories.desk import HttpDesk, Reported
from tests.stories.telling import Event, Scene
from tests.stories.test_ac1_stalls import (
    COORDINATOR,
    GRID_LEADER,
    LEADERS,
    MARKET,
    OFFICERS,
    POLICE,
    SQUAD,
    WHO,
    aftercare,
    checks_in,
    conclude,
)
from tests.stories.test_whistle import SPOT, WHISTLE, accepts, consults, drafted

Take = Callable[..., Seat]
Z = ZHUANGSHI
CALLED = (SQUAD, MARKET, POLICE)


class Passwords(dict[str, str]):
    """Gives an account of the town its password when it is first asked for."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    def __missing__(self, username: str) -> str:
        return self._town.password(username)


class Told:
    """A whistle for an emergency, which needs nobody to wait: who does what, over HTTP."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.desk = HttpDesk(town.product.config.port, Passwords(town))
        scene = Scene(self.desk)
        scene.now = self.now = town.clock()
        given = {**WHISTLE, "urgency": "U1", "content": "夜宵摊液化气泄漏，多人围观，需要各部门马上到场"}
        with town.caller(Z.command) as officer:
            begun = officer.post("/processes/whistle_case/cases", {"answers": given})
        self.event = Event(scene, Reported(begun["event_no"], begun["case_id"], ""), dict(SPOT))
        drafted(self.event, Z.command, *CALLED, kind="emergency",
                appointed_at=(self.now + timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M"))

    @property
    def path(self) -> str:
        return f"/cases/{self.event.reported.case_id}/whistle"

    def worked(self) -> None:
        """The squad does what was agreed; its leader, the street, the grid and a second signature find it good."""
        here = {"lat": SPOT["lat"], "lon": SPOT["lon"]}
        # photos are taken after the task was signed for
        self.now = self.event.scene.now = self.town.clock()
        who = WHO[SQUAD]
        self.event.do(who, "work", on_site_at=self.now.strftime("%Y-%m-%dT%H:%M"), row_outcome="corrected", **here,
                      officers=OFFICERS, action="关闭阀门，疏散围观人员并清理现场",
                      after_photos=[self.event.shot(who, "work")])
        self.event.do(LEADERS[SQUAD], "task_review", decision="accept")
        self.event.do(COORDINATOR, "street_check", decision="pass")
        self.event.do(GRID_LEADER, "verify_row", decision="cleared", **here,
                      photos=[self.event.shot(GRID_LEADER, "verify_row")])
        self.event.do(Z.command, "cosign_row", decision="cleared", **here)

    def rated(self) -> None:
        """The street rates each department, each accepts, and the squad rates the whistle."""
        after = aftercare(self.event.scene, self.event)
        for label in ("综合行政执法中队", "市场监管所", "派出所"):
            after.do(Z.director, "rate_departments", about=label, score_ack=18, score_arrival=18, score_action=28,
                     score_result=28)
        for unit in CALLED:
            after.do(WHO[unit], "read_rating", decision="accept")
        after.do(WHO[SQUAD], "rate_whistle", score_need=5, score_preparation=4, score_coordination=3,
                 comment="准备充分")


@pytest.fixture
def whistle(town: Town) -> Any:
    told = Told(town)
    yield told
    told.desk.close()


def row_of(page: Page, department: str) -> Any:
    return page.locator("#departments tbody tr", has_text=department)


def test_a_whistle_from_the_call_to_both_ratings(town: Town, seat: Take, whistle: Told) -> None:
    event, director = whistle.event, seat(Z.director)
    page = director.page
    director.open(whistle.path)
    for name in ("执法中队", "市场监管所", "派出所"):
        expect(row_of(page, name)).to_contain_text("等待应哨")
    expect(row_of(page, "执法中队")).to_contain_text("牵头")
    expect(page.locator("#consultation")).to_contain_text("会商后")
    expect(page.locator(".leaflet-interactive[stroke='#b3261e'], .map-spot")).not_to_have_count(0)

    accepts(event, SQUAD)
    checks_in(event, SQUAD)
    checks_in_near(event)
    director.open(whistle.path)
    expect(row_of(page, "执法中队")).to_contain_text("已应哨")
    expect(row_of(page, "执法中队")).to_contain_text("执法人员01、执法人员02")
    # two of them stand at one spot: one mark names both
    expect(page.locator("[data-map]")).to_contain_text("市场监管所")
    expect(page.locator("[data-map]")).to_contain_text("派出所")
    expect(page.locator("#waiting")).to_contain_text("会商")

    consults(event, technical_lead="公安带班领导", rows=[
        {"problem": "液化气泄漏", "measure": "关阀疏散", "lead": SQUAD, "due": f"{whistle.now:%Y-%m-%d}"}])
    director.open(whistle.path)
    expect(page.locator("#consultation tbody tr")).to_have_count(1)
    expect(page.locator("#consultation tbody tr")).to_contain_text("液化气泄漏")
    expect(page.locator("#consultation tbody tr")).to_contain_text(f"{whistle.now:%Y-%m-%d}")
    expect(page.locator("#consultation tbody tr")).to_contain_text("办理中")
    # the page leads to the task, and the task can be done
    squad = seat(WHO[SQUAD], size="phone")
    squad.open(whistle.path)
    squad.page.locator("#departments").get_by_role("link", name="签收").click()
    squad.arrived("**/tasks/*")
    event.do(WHO[SQUAD], "sign_task", contact_person="承办人")
    event.do(Z.director, "confirm_emergency", decision="confirm")
    whistle.worked()
    conclude(event)
    director.open(whistle.path)
    expect(page.locator("#consultation tbody tr")).to_contain_text("已消除")
    expect(page.locator("#conclusion")).to_contain_text("问题已解决")
    expect(page.locator("#waiting")).to_contain_text("评价")

    whistle.rated()
    director.open(whistle.path)
    expect(row_of(page, "执法中队")).to_contain_text("92")
    expect(row_of(page, "执法中队")).to_contain_text("准备充分")
    expect(row_of(page, "派出所")).to_contain_text("92")


def checks_in_near(event: Event) -> None:
    """The other two come to one spot, sixty metres from the place."""
    for unit in (MARKET, POLICE):
        accepts(event, unit)
        checks_in(event, unit, north_m=60)


def test_the_page_in_english_on_a_phone_says_nothing_in_codes(town: Town, seat: Take, whistle: Told) -> None:
    accepts(whistle.event, SQUAD)
    checks_in(whistle.event, SQUAD)
    one = seat(Z.director, size="phone", locale="en-GB")
    one.open(f"/language/en?next={whistle.path}")
    main = one.page.locator("main")
    for said in ("Accepted", "On site", "Check-ins on the map", "Emergency whistle", "enforcement squad"):
        expect(main).to_contain_text(said, ignore_case=True)
    expect(main).not_to_contain_text(re.compile(r"33\.02|street_"))
    one.fits()
    one.open("/language/zh?next=/rights")


def test_another_event_is_taken_along_and_stands_beside_the_whistle(town: Town, seat: Take, whistle: Told) -> None:
    along, _ = bring_to_handler(town, "人行道上堆着液化气瓶，无人看管", "C14-05")
    coordinator, case = seat(COORDINATOR), whistle.event.reported.case_id
    coordinator.open(f"/cases/{case}")
    with coordinator.leaving():
        coordinator.page.get_by_role("link", name="追加联办事件", exact=True).click()
    chosen = coordinator.form.locator(".fjs-form-field-taglist")
    chosen.locator("input").click()
    chosen.locator(".fjs-dropdownlist-item", has_text="液化气瓶").first.click()
    expect(chosen.locator(".fjs-taglist-tag")).to_contain_text("液化气瓶")
    coordinator.write("说明", "同一处的气瓶")
    coordinator.submit()
    coordinator.says("已提交")
    coordinator.open(whistle.path)
    expect(coordinator.page.locator("#linked li")).to_have_count(1)
    coordinator.page.locator("#linked").get_by_role("link").click()
    coordinator.arrived(f"**/cases/{along}")
    expect(coordinator.page.locator("dl.facts", has_text="联办哨单")).to_contain_text(whistle.event.reported.event_no)
    with town.caller(COORDINATOR) as officer:
        task = town.take(officer, along, "held")
    coordinator.open(f"/tasks/{task}")
    coordinator.write("退出联合的理由", "气瓶已由业主运走")
    coordinator.submit()
    assert whistle.event.desk.case(COORDINATOR, along)["record"]["whistle_outcome"] == "released"
