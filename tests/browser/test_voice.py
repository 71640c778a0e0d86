"""A voice is recorded in the page, listened to, and kept: beside a task, in a report, on a phone without network."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import HANDLER, Prepared, Town, bring_to_handler
from tests.browser.office import Seat, waited
from tests.browser.test_phone import GONE, PHONE, WORKER, opened, reported

Take = Callable[..., Seat]
ALLOWED: dict[str, Any] = {"permissions": ["microphone", "geolocation"]}
HERE: dict[str, Any] = {"geolocation": {"latitude": 29.9361, "longitude": 121.6042, "accuracy": 8}}


def record(page: Page, button: Locator) -> None:
    """Speak for a moment, listen to it, and take it."""
    button.click()
    booth = page.locator("dialog.voice")
    expect(booth).to_have_attribute("data-state", "recording")
    expect(booth.locator(".voice-time")).to_contain_text(re.compile(r"0:0[1-9] / "))
    booth.get_by_role("button", name="停止").click()
    expect(booth).to_have_attribute("data-state", "ready")
    plays(page, "dialog.voice audio")
    booth.get_by_role("button", name="使用这段录音").click()
    expect(booth).to_have_count(0)


def plays(page: Page, player: str) -> None:
    """Have a player play: the policy lets it, and there is sound in it."""
    page.evaluate(f"document.querySelector('{player}').play()")
    waited(page, f"document.querySelector('{player}').currentTime > 0.1")


def test_a_voice_is_recorded_beside_a_task_and_played_by_the_next(town: Town, seat: Take) -> None:
    case, task = bring_to_handler(town, "工地夜间打桩，窗户都在震", "C14-05")
    officer = seat(HANDLER, **ALLOWED, **HERE)
    officer.open(f"/tasks/{task}")
    page = officer.page
    record(page, page.locator("[data-attach] [data-record]"))
    expect(page.locator("[data-attach] .file small")).to_contain_text("SHA-256")
    officer.open(f"/tasks/{task}")
    kept = page.locator(".file[data-kind=voice]")
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text(re.compile(r"voice-\d{6}\.webm.*SHA-256 [0-9a-f]{12}", re.S))
    plays(page, ".file[data-kind=voice] audio")
    with town.caller(HANDLER) as him:
        facts = him.get(f"/cases/{case}/history")["facts"]
    added = [json.loads(one["body"]) for one in facts if one["kind"] == "AttachmentAdded"]
    assert [(one["media_type"], one["lat"], one["lon"]) for one in added] == [("audio/webm", 29.9361, 121.6042)]
    assert added[0]["taken_at"]


def test_a_voice_ends_by_itself_and_can_be_spoken_again(prepared: Prepared, seat: Take) -> None:
    officer = seat(HANDLER, **ALLOWED)
    officer.open(f"/tasks/{prepared.task}")
    page = officer.page
    page.evaluate("document.querySelector('meta[name=voice-seconds]').content = '1'")
    page.locator("[data-attach] [data-record]").click()
    booth = page.locator("dialog.voice")
    expect(booth).to_have_attribute("data-state", "ready")
    booth.get_by_role("button", name="重新录音").click()
    expect(booth).to_have_attribute("data-state", "recording")
    page.keyboard.press("Escape")
    expect(booth).to_have_count(0)
    expect(page.locator("[data-attach] .file")).to_have_count(0)


def test_without_permission_or_microphone_the_page_says_so(prepared: Prepared, seat: Take) -> None:
    officer = seat(HANDLER)
    officer.open(f"/tasks/{prepared.task}")
    page = officer.page
    booth = page.locator("dialog.voice")
    page.locator("[data-attach] [data-record]").click()
    expect(booth.locator(".voice-said")).to_contain_text("未获准使用麦克风")
    booth.get_by_role("button", name="取消").click()
    # a machine without any device answers like this
    gone = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))"
    page.evaluate(f"() => {{ {gone}; }}")
    page.locator("[data-attach] [data-record]").click()
    expect(booth.locator(".voice-said")).to_have_text("没有找到麦克风。")
    booth.get_by_role("button", name="取消").click()
    expect(booth).to_have_count(0)


def test_a_report_carries_a_voice(seat: Take) -> None:
    worker = seat(WORKER, size="phone", **ALLOWED, **HERE)
    worker.open("/report")
    page = worker.page
    page.locator("#content-text").fill("河道边有人倾倒泥浆，录音说明位置")
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator("#lat")).not_to_have_value("")
    record(page, page.locator("[data-record]"))
    expect(page.locator(".voice-row audio")).to_have_count(1)
    expect(page.locator(".voice-row .photo-said")).to_have_text("")
    page.locator(".report-submit button").click()
    worker.arrived("**/cases/*")
    expect(page.locator(".file[data-kind=voice]")).to_have_count(1)


def test_a_voice_recorded_without_network_arrives_later_once(town: Town, seat: Take) -> None:
    worker = seat(WORKER, **{**PHONE, "permissions": ["geolocation", "microphone"]})
    worker.forgive(GONE)
    page = opened(worker)
    waited(page, "caches.match('/phone/shell').then(Boolean)")
    before = len(reported(town, "公共卫生"))
    worker.context.set_offline(True)
    opened(worker)
    page.get_by_text("公共卫生", exact=True).first.click()
    record(page, page.locator("[data-record]"))
    expect(page.locator("[data-voices] audio")).to_have_count(1)
    page.locator("#report .tap-send").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    opened(worker)
    expect(page.locator("[data-kept-list] li")).to_contain_text("公共卫生")
    worker.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden()
    found = reported(town, "公共卫生")
    assert len(found) == before + 1
    worker.open(f"/cases/{found[0]['id']}")
    expect(page.locator(".file[data-kind=voice]")).to_have_count(1)
