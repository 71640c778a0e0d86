"""The next task opens by itself: of the list that the officer came from, as he wishes, and never somebody else's."""

import html
import re
from urllib.parse import quote

import pytest

from tests.api.test_interface import fill
from tests.web.test_handing_pages import send
from tests.web.world import World


@pytest.fixture
def batch(world: World):
    """Two duty officers of one room, and three tasks that a filter finds, the newest last."""
    duty = [world.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    mark = quote(f"process=one_task;created_at>={world.tools.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}", safe="")
    cases = [first.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"] for _ in range(3)]
    listed = first.api("GET", f"/tasks?limit=200&sort=-created&where={mark}").json["tasks"]
    assert [one["case_id"] for one in listed] == cases[::-1]
    paths = [f"/tasks/{one['id']}" for one in listed]
    yield first.sign_in(), second.sign_in(), f"/inbox?where={mark}&sort=-created", paths
    send(first, "/inbox/onward", go_on="1")


def finish(person, path):
    """Claim a task and send its form; give the place to go on to."""
    person.api("POST", f"{path}/claim")
    view = person.api("GET", path).json
    done = person.post(f"{path}/complete", json={"answers": fill(view["form_schema"])})
    assert done.status_code == 200, done.text
    return done.json["location"]


def test_the_list_goes_on_after_the_finished_task_and_then_from_its_beginning(batch):
    first, _, inbox, (newest, middle, oldest) = batch
    first.browser.get(inbox)
    assert finish(first, middle) == oldest
    assert "已打开列表中的下一件" in first.browser.get(oldest).text
    assert finish(first, oldest) == newest
    place = finish(first, newest)
    assert place.startswith("/inbox?") and "one_task" in place
    page = first.browser.get(place).text
    assert "这个列表里没有等您办理的任务了" in page and "没有符合条件的任务" in page


def test_what_is_lent_or_somebody_elses_is_passed_over(batch):
    first, second, inbox, (newest, middle, oldest) = batch
    first.browser.get(inbox)
    first.api("POST", f"{middle}/claim")
    first.api("POST", f"{middle}/delegate", json={"to": second.username, "reason": "请核实"})
    assert finish(first, newest) == oldest
    second.api("POST", f"{oldest}/claim")
    # the third is the second officer's, the second one waits for his opinion
    second.browser.get(inbox)
    assert finish(second, oldest) == middle
    assert second.browser.get(middle).status_code == 200


def test_whoever_switches_it_off_comes_back_to_his_list(batch):
    first, _, inbox, (newest, middle, _) = batch
    page = first.browser.get(inbox).text
    assert 'aria-pressed="true"' in page and "自动打开下一件：开" in page
    assert send(first, "/inbox/onward", go_on="0").headers["Location"].startswith("/inbox")
    assert 'aria-pressed="false"' in first.browser.get(inbox).text
    assert finish(first, newest).startswith("/inbox?")
    assert "已打开" not in first.browser.get(middle).text
    # columns and this are kept in one row, each by itself
    send(first, "/inbox/columns", column="node")
    assert 'aria-pressed="false"' in first.browser.get(inbox).text
    send(first, "/inbox/onward", go_on="1")
    send(first, "/inbox/columns", usual="1")
    assert 'aria-pressed="true"' in first.browser.get(inbox).text
    assert first.browser.post("/inbox/onward", data={"go_on": "0"}).status_code == 400


def test_without_a_list_and_from_another_box_it_is_all_of_ones_work(batch):
    first, second, inbox, (newest, middle, _) = batch
    assert finish(second, newest).startswith("/tasks/")
    # other boxes do not show what waits for him, so they are not where he goes on
    first.browser.get(inbox)
    first.browser.get("/inbox?box=done")
    first.browser.get("/inbox?box=mine&q=x")
    assert finish(first, middle).startswith("/tasks/")
    assert send(first, f"{middle}/release").headers["Location"].startswith("/tasks/")


def test_somebody_else_at_the_same_browser_does_not_get_the_list(batch):
    first, second, inbox, (newest, _, _) = batch
    first.browser.get(inbox)
    # the session ended by itself: what the browser knows of its pages is still there
    first.browser.delete_cookie("yongzhi_session")
    second.browser = first.browser
    second.sign_in()
    assert "one_task" not in finish(second, newest)
    assert "one_task" not in second.browser.get("/inbox").text


def test_each_tab_goes_on_in_its_own_list(batch):
    first, _, inbox, (newest, middle, oldest) = batch
    page = first.browser.get(inbox).text
    mine = html.unescape(re.search(r'data-list="([^"]+)"', page)[1])
    assert mine.startswith("box=todo&where=process")
    assert "data-list" not in first.browser.get("/inbox?box=done").text
    # another tab looks at something else in the meantime
    first.browser.get("/inbox?q=nothing-like-it")
    assert send(first, f"{middle}/release", list=mine).headers["Location"].startswith("/tasks/")
    first.api("POST", f"{middle}/claim")
    assert "one_task" in send(first, f"{middle}/release", list=mine).headers["Location"]
    first.api("POST", f"{middle}/claim")
    assert "nothing-like-it" in send(first, f"{middle}/release").headers["Location"]
    # what no page has sent is not read
    for strange in ("box=moon&where=%00", "sort=;drop", "x" * 9000, "where=nonsense~~"):
        first.api("POST", f"{middle}/claim")
        assert send(first, f"{middle}/release", list=strange).status_code == 303
    first.api("POST", f"{newest}/claim")
    view = first.api("GET", newest).json
    answers = {"answers": fill(view["form_schema"])}
    done = first.post(f"{newest}/complete", json=answers, headers={"X-List": mine})
    assert done.json["location"] == middle and finish(first, oldest).startswith("/inbox?q=nothing")
