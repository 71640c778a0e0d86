"""Every change that the command room can make to a case, each looked at first and found again in the case's history."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Town, bring_to_handler
from tests.browser.office import Seat
from tests.browser.test_every_act import FIRST, ROOM, SECOND, room_work, together
from tests.stories.cast import AUDITOR
from tests.usecases.drawn import END, START, Stage, drawn

Take = Callable[..., Seat]
CHAIN = "steer_chain"


@pytest.fixture(scope="module")
def stage(town: Town) -> Iterator[Stage]:
    """A chain of two steps, and decisions of several."""
    with town.product.tools() as tools:
        made = Stage(tools, town.product.var / "steered")
        chain = drawn(CHAIN, START, room_work("steer_first"), room_work("steer_second"), END)
        made.publish(chain, together("all"), together("turns"))
        yield made


def steer(one: Seat, case: str, kind: str, key: str = "", **typed: str) -> str:
    """Choose a change, look at its effect, and carry it out; gives the reason that was written."""
    reason = f"理由：{kind}{typed.get('change', '')}"
    one.open(f"/cases/{case}/steering?kind={kind}")
    page = one.page
    for name, value in ({"key": key} if key else {}).items() | typed.items():
        field = page.locator(f"#change [name={name}]")
        field.select_option(value) if name in ("key", "change", "name") else field.fill(value)
    page.locator("#reason").fill(reason)
    with one.leaving():
        page.get_by_role("button", name="预览效果").click()
    expect(page.locator("#effect")).to_contain_text("执行后将会")
    with one.leaving():
        page.get_by_role("button", name="确认执行").click()
    one.says("已执行")
    return reason


def remembered(seat: Take, *cases: tuple[str, list[str]]) -> None:
    """The history of each case says why each change was made."""
    auditor = seat(AUDITOR)
    for case, reasons in cases:
        auditor.open(f"/audit/cases/{case}/facts")
        for reason in reasons:
            expect(auditor.page.locator("main")).to_contain_text(reason)


def test_steps_are_skipped_begun_anew_and_cancelled(town: Town, seat: Take, stage: Stage) -> None:
    one = seat("admin")
    case = str(stage.start(CHAIN, room=ROOM))
    steps = one.page.locator("section.panel", has_text="正在等待的步骤").locator("tbody")
    said = [steer(one, case, "skip", f"{CHAIN}/steer_first#1")]
    expect(steps).to_contain_text("steer_second")
    said.append(steer(one, case, "restart"))
    expect(steps).to_contain_text("steer_first")
    said.append(steer(one, case, "cancel_branch", f"{CHAIN}/steer_first#2"))
    expect(one.page.locator(".page-head")).to_contain_text("已办结")
    other = str(stage.start(CHAIN, room=ROOM))
    why = steer(one, other, "cancel_case")
    expect(one.page.locator(".page-head")).to_contain_text("已办结")
    remembered(seat, (case, said), (other, [why]))


def test_those_who_sign_are_changed(town: Town, seat: Take, stage: Stage) -> None:
    one = seat("admin")
    case = str(stage.start("desk_turns", room=ROOM, people=[FIRST, SECOND]))
    key = "desk_turns/sign#1"
    said = [
        steer(one, case, "participants", key, change="add", item="coord.zs"),
        steer(one, case, "participants", key, change="order", items=f"coord.zs，{SECOND}"),
        steer(one, case, "participants", key, change="rule", condition="numberOfCompletedInstances >= 2"),
    ]
    voted = str(stage.start("desk_all", room=ROOM, people=[FIRST, SECOND]))
    more = [
        steer(one, voted, "participants", "desk_all/sign#1", change="vote", value="同意", share="50"),
        steer(one, voted, "participants", "desk_all/sign#2", change="remove"),
    ]
    remembered(seat, (case, said), (voted, more))
    with town.caller(FIRST) as officer:
        task = town.take(officer, voted, "sign")
    signer = seat(FIRST)
    signer.open(f"/tasks/{task}")
    expect(signer.page.locator("#joint")).to_contain_text("同意比例达到 50% 即完成（票签）")
    expect(signer.page.locator("#joint")).to_contain_text("0/1")


def test_a_limit_is_extended_paused_resumed_and_stopped(town: Town, seat: Take) -> None:
    case, task = bring_to_handler(town, "路口信号灯杆倾斜，可能倒下", "C14-05")
    one = seat("command.zs")
    with town.caller("command.zs") as officer:
        limit = officer.get(f"/cases/{case}")["limits"][0]["name"]
    said = [steer(one, case, "limit", name=limit, change="extend", amount="2 h")]
    said += [steer(one, case, "limit", name=limit, change=change) for change in ("pause", "resume", "stop")]
    remembered(seat, (case, said))
    one.open(f"/cases/{case}/why?limit={limit}")
    expect(one.page.locator(".why")).to_contain_text(said[0])
