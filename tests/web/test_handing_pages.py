"""The pages of transfer and delegation, as a browser without scripts sends them."""

import pytest

from tests.web.world import World


@pytest.fixture
def desk(world: World):
    """Two duty officers of one room at their browsers, and a task that the first holds."""
    duty = [world.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    case = first.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    tasks = first.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    task = next(one["id"] for one in tasks if one["case_id"] == case)
    first.api("POST", f"/tasks/{task}/claim")
    return first.sign_in(), second.sign_in(), f"/tasks/{task}", case


def send(person, path, **fields):
    """Send a form as a browser does."""
    return person.browser.post(path, data={"csrf_token": person.csrf, **fields}, headers={"Accept": "text/html"})


def test_the_page_names_those_who_may_have_it_and_nobody_else(desk):
    first, second, path, _ = desk
    page = first.browser.get(f"{path}/transfer").text
    assert page.count('type="radio"') >= 1 and second.username not in page
    mine = first.api("GET", f"{path}/takers").json["people"]
    assert all(one["name"] in page for one in mine)
    # asked for by htmx, the list alone; a search that finds nobody says so
    part = first.browser.get(f"{path}/transfer?q=nobody", headers={"HX-Request": "true"}).text
    assert "<html" not in part and "没有符合条件的人。" in part
    assert first.browser.get(f"{path}/transfer?q=%00").status_code == 422


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(desk):
    first, second, path, _ = desk
    wrong = send(first, f"{path}/transfer", to=first.username, reason="请 <b>接办</b>")
    assert wrong.status_code == 422 and "不能交给自己" in wrong.text
    assert "请 &lt;b&gt;接办&lt;/b&gt;</textarea>" in wrong.text
    none = send(first, f"{path}/delegate", to="", reason=" ")
    assert none.status_code == 422 and none.text.count("此项必填") == 2
    assert first.api("GET", path).json["held_by_me"]
    # a revision of nonsense counts as none given; an old one does not pass
    assert send(first, f"{path}/transfer", to=second.username, reason="r", revision="0").status_code == 303
    assert first.api("GET", path).json["held_by_me"]
    assert send(first, f"{path}/transfer", to=second.username, reason="r", revision="9" * 5000).status_code == 303
    assert second.api("GET", path).json["held_by_me"]


def test_there_and_back_in_pages(desk):
    first, second, path, case = desk
    assert send(first, f"{path}/delegate", to=second.username, reason="请核实<script>").headers["Location"] == "/inbox"
    waiting = first.browser.get(path).text
    assert "收回委派" in waiting and f'action="{path}/release"' not in waiting and f"{path}/transfer" not in waiting
    borrowed = second.browser.get(path).text
    assert "请核实&lt;script&gt;" in borrowed and f"{path}/complete" not in borrowed and f"{path}/draft" in borrowed
    # pages that were open before lead back to the task
    for late in (first, second):
        assert late.browser.get(f"{path}/transfer").headers["Location"] == path
        assert send(late, f"{path}/delegate", to=second.username, reason="r").headers["Location"] == path
    assert send(second, f"{path}/resolve", opinion="").headers["Location"] == path
    assert send(second, f"{path}/resolve", opinion="属实").headers["Location"] == "/inbox"
    assert "属实" in first.browser.get(path).text
    assert send(first, f"{path}/recall").headers["Location"] == path
    timeline = first.browser.get(f"/cases/{case}").text
    assert "委派给" in timeline and "附意见退回委派" in timeline and "属实" in timeline


def test_without_the_pages_token_nothing_is_handed_on(desk):
    first, second, path, _ = desk
    for verb in ("transfer", "delegate", "resolve", "recall"):
        answer = first.browser.post(f"{path}/{verb}", data={"to": second.username, "reason": "r", "opinion": "o"})
        assert answer.status_code == 400, verb
    assert first.api("GET", path).json["held_by_me"]
