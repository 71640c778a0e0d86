"""The inbox in pages: columns, filters, views, bulk, export, the reason of a date; cases copied and watched."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.domain.records import BOXES
from tests.web.world import REPORT, Person, World


def send(person: Person, path: str, **fields):
    """Send a form as a browser does; lists are sent as several fields of a name."""
    return person.browser.post(path, data={"csrf_token": person.csrf, **fields}, headers={"Accept": "text/html"})


def begun(person: Person, times: int = 1) -> list[tuple[str, str]]:
    """Start cases of one task each: [(case, task)]."""
    found = []
    for _ in range(times):
        case = person.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
        tasks = person.api("GET", "/tasks?limit=50&sort=-created").json["tasks"]
        found.append((case, next(one["id"] for one in tasks if one["case_id"] == case)))
    return found


@pytest.fixture
def desk(world: World) -> tuple[Person, Person]:
    """Two duty officers of one room at their browsers."""
    duty = [world.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    return first.sign_in(), second.sign_in()


@pytest.mark.parametrize("box", ["todo", "mine", "done", "area", "supervise", "cc", "watched"])
def test_every_box_opens_and_an_empty_one_says_why(world: World, box: str):
    person = world.person("village_mediator").sign_in()
    page = person.browser.get(f"/inbox?box={box}")
    assert page.status_code == 200
    if "empty-state" in page.text:
        assert "这里是空的" in page.text and len(re.findall(r'empty-hint">([^<]{12,})', page.text)) == 1


def test_columns_are_chosen_kept_and_put_back(desk):
    first, second = desk
    begun(first)
    assert "到岗时间" in first.browser.get("/inbox").text
    assert send(first, "/inbox/columns", column=["node", "number", "urgency"]).status_code == 303
    page = first.browser.get("/inbox").text
    assert 'data-th="紧急程度"' in page and 'data-th="到岗时间"' not in page
    # of the other officer nothing has changed
    assert 'data-th="到岗时间"' in second.browser.get("/inbox").text
    assert send(first, "/inbox/columns", column=["salary"]).status_code == 422
    assert send(first, "/inbox/columns", usual="1").status_code == 303
    assert 'data-th="到岗时间"' in first.browser.get("/inbox").text


def test_a_condition_is_added_and_taken_away(desk):
    first, _ = desk
    begun(first)
    added = first.browser.get("/inbox?box=todo&add_field=process&add_operator=%3D&add_value=one_task")
    assert added.status_code == 303 and "where=process%3Done_task" in added.headers["Location"]
    page = first.browser.get(added.headers["Location"])
    assert "流程 等于" in page.text and 'name="task"' in page.text
    assert "没有符合条件的任务" in first.browser.get("/inbox?where=process%3Dnone").text
    for wrong in ("process", "reported_by=x", "Process=x", "due_at=soon", ";", "a=1;" * 11):
        assert first.browser.get("/inbox", query_string={"where": wrong}).status_code == 422, wrong


def test_a_filter_is_kept_shared_and_forgotten(desk, world: World):
    first, second = desk
    seat = f"street_duty@{first.unit}"
    fields = {"box": "todo", "where": "process=one_task", "sort": "urgency,due", "name": "我的一项任务", "seat": seat}
    assert send(first, "/inbox/views", **fields).status_code == 303
    mine, his = first.browser.get("/inbox").text, second.browser.get("/inbox").text
    assert "我的一项任务" in mine and "我的一项任务" in his
    stranger = world.person("village_mediator").sign_in()
    assert "我的一项任务" not in stranger.browser.get("/inbox").text
    drop = re.search(r'action="(/inbox/views/[^"]+/drop)"', mine)[1]
    assert drop not in his
    assert send(second, drop).status_code == 303 and "我的一项任务" in first.browser.get("/inbox").text
    # nobody shares with a seat that he does not hold
    other = fields | {"name": "别人的", "seat": "county_director@33.02.11"}
    assert send(first, "/inbox/views", **other).status_code == 303
    assert "别人的" not in first.browser.get("/inbox").text
    assert send(first, drop).status_code == 303 and "我的一项任务" not in first.browser.get("/inbox").text


def test_the_list_is_sorted_by_several_keys_in_pages_that_meet(desk):
    first, _ = desk
    begun(first, 5)
    seen, after = [], ""
    while after is not None:
        page = first.api("GET", f"/tasks?limit=2&sort=process,-created,number&after={after}").json
        seen += [(one["process"], one["created_at"], one["id"]) for one in page["tasks"]]
        after = page["next"]
    assert len(seen) == len({one for *_, one in seen}) >= 5
    assert [one[0] for one in seen] == sorted(one[0] for one in seen)
    same = [at for process, at, _ in seen if process == "one_task"]
    assert same == sorted(same, reverse=True)
    for wrong in ("due,due", "due,-due", "holder", "due,created,number,item", "finished", "-", "due;drop"):
        assert first.api("GET", "/tasks", query_string={"sort": wrong}).status_code == 422, wrong
    # a heading leads to the list sorted by it, what it was sorted by before comes after
    assert "sort=number,created" in first.browser.get("/inbox?sort=created").text


def test_a_box_is_taken_away_as_a_workbook(desk):
    first, _ = desk
    begun(first, 2)
    sent = first.browser.get("/inbox.xlsx?box=todo&where=process%3Done_task")
    assert sent.status_code == 200 and "inbox-todo.xlsx" in sent.headers["Content-Disposition"]
    rows = list(load_workbook(BytesIO(sent.data)).worksheets[0].iter_rows(values_only=True))
    assert "当前环节" in rows[0] and "灯" not in rows[0]
    listed = first.api("GET", "/tasks?limit=200&where=process%3Done_task").json["tasks"]
    assert len(rows) == len(listed) + 1 >= 3
    assert first.browser.get("/inbox.xlsx?sort=nonsense").status_code == 422


def test_bulk_does_each_by_itself_and_says_so(desk):
    first, second = desk
    tasks = [task for _, task in begun(first, 3)]
    second.api("POST", f"/tasks/{tasks[0]}/claim")
    page = send(first, "/inbox/bulk", act="claim", task=[*tasks, "nonsense"]).text
    assert "2 项成功，1 项未变" in page and second.api("GET", f"/tasks/{tasks[0]}").json["held_by_me"]
    assert all(first.api("GET", f"/tasks/{task}").json["held_by_me"] for task in tasks[1:])
    assert "2 项成功，1 项未变" in send(first, "/inbox/bulk", act="release", task=tasks).text
    assert send(first, "/inbox/bulk", act="claim").headers["Location"] == "/inbox"
    assert send(first, "/inbox/bulk", act="burn", task=tasks).headers["Location"] == "/inbox"


def test_bulk_transfer_asks_whom_and_why(desk):
    first, second = desk
    tasks = [task for _, task in begun(first, 2)]
    for task in tasks:
        first.api("POST", f"/tasks/{task}/claim")
    asked = send(first, "/inbox/bulk", act="transfer", task=tasks)
    assert asked.status_code == 200 and 'name="reason"' in asked.text and 'type="radio"' in asked.text
    missing = send(first, "/inbox/bulk", act="transfer", task=tasks, sure="1", to="", reason="")
    assert "此项必填" in missing.text and first.api("GET", f"/tasks/{tasks[0]}").json["held_by_me"]
    done = send(first, "/inbox/bulk", act="transfer", task=tasks, sure="1", to=second.username, reason="换班")
    assert "2 项成功，0 项未变" in done.text
    assert all(second.api("GET", f"/tasks/{task}").json["held_by_me"] for task in tasks)


def test_bulk_completes_with_one_shared_answer(desk):
    first, _ = desk
    tasks = [task for _, task in begun(first, 3)]
    for task in tasks[:2]:
        first.api("POST", f"/tasks/{task}/claim")
    page = send(first, "/inbox/bulk", act="complete", task=tasks[:2]).text
    assert "data-submit-url" in page and tasks[1] in page
    view = first.api("GET", f"/tasks/{tasks[0]}").json
    answers = {**view["values"], "decision": "go_on", "note": "同意"}
    order = {"act": "complete", "tasks": tasks, "answers": answers}
    sent = first.api("POST", "/tasks/bulk", json=order).json["results"]
    assert [one["ok"] for one in sent] == [True, True, False], sent
    assert sent[2]["problem"]["type"].endswith("task-not-held")
    assert first.api("GET", f"/tasks/{tasks[2]}").json["task"]["state"] == "open"


def test_what_bulk_may_not_do_is_refused(desk):
    first, _ = desk
    for wrong in ({"act": "claim", "tasks": []}, {"act": "burn", "tasks": ["x"]},
                  {"act": "claim"}):
        assert first.api("POST", "/tasks/bulk", json=wrong).status_code == 422
    unknown = "019cac0f-2680-7684-800b-2c32ffb26512"
    sent = first.api("POST", "/tasks/bulk", json={"act": "claim", "tasks": [unknown]}).json["results"]
    assert sent[0]["problem"]["type"].endswith("not-found") or "task" in sent[0]["problem"]["type"]


def test_a_date_says_where_it_comes_from(world: World):
    worker = world.person("grid_member")
    case = worker.api("POST", "/reports", json=REPORT).json["case_id"]
    rows = worker.api("GET", "/tasks?box=mine&limit=200").json["tasks"]
    row = next(one for one in rows if one["case_id"] == case)
    assert row["due_at"] and row["left"] and row["used"] is not None
    told = worker.api("GET", f"/tasks/{row['id']}/limit").json["limit"]
    assert told["due_at"] == row["due_at"] and told["origin"]["source"] == "sla" and told["origin"]["version"] >= 1
    assert told["rules"] and told["rules"][0]["outputs"] and told["rules"][0]["number"] >= 1
    worker.sign_in()
    page = worker.browser.get(f"/tasks/{row['id']}/why").text
    assert "命中的规则" in page and "没有延期、暂停或人工调整" in page
    english = worker.browser.get(f"/tasks/{row['id']}/why", headers={"HX-Request": "true"}).text
    assert "<html" not in english
    # the task's page says the same as the list, and leads to why
    link = re.compile(rf'href="/tasks/{row["id"]}/why"[^>]*>([^<]+)<')
    lists = [f"/inbox?box=mine&q={row['event_no']}"] * 2
    # a minute may end between two pages
    before, shown, after = (link.findall(worker.browser.get(path).text) for path in (
        lists[0], f"/tasks/{row['id']}", lists[1]))  # fmt: skip
    assert shown in (before, after) and len(shown) == 1, (before, shown, after)
    limit = told["name"]
    assert worker.browser.get(f"/cases/{case}/why?limit={limit}").status_code == 200
    assert worker.browser.get(f"/cases/{case}/why?limit=nothing").status_code == 404


def test_a_task_without_a_limit_says_so(desk):
    first, _ = desk
    (_, task), = begun(first)
    assert first.api("GET", f"/tasks/{task}/limit").json["limit"] is None
    assert "没有时限" in first.browser.get(f"/tasks/{task}/why").text


def test_a_program_that_wants_the_counts_asks_for_them(desk):
    first, _ = desk
    begun(first)
    assert first.api("GET", "/tasks?limit=1").json["counts"] == {}
    counted = first.api("GET", "/tasks?limit=1&counts=true").json
    assert counted["counts"]["todo"] >= 1 and set(counted["counts"]) == {*BOXES} and counted["more"] == []


def test_a_copied_case_is_found_read_and_said_to_be_read(desk, world: World):
    first, _ = desk
    (case, task), = begun(first)
    other = world.person("village_mediator").sign_in()
    assert other.api("GET", f"/cases/{case}").status_code == 404
    assert "抄送给谁" in first.browser.get(f"/cases/{case}/copy").text
    found = first.browser.get(f"/cases/{case}/copy?q={other.username}", headers={"HX-Request": "true"}).text
    to = re.search(r'value="(person:[^"]+)"', found)[1]
    assert send(first, f"/cases/{case}/copy", to=[], reason="x").status_code == 422
    assert send(first, f"/cases/{case}/copy", to=[to], reason=" ").status_code == 422
    assert send(first, f"/cases/{case}/copy", to=[to], reason="请知悉<b>").status_code == 303
    assert case in str(other.api("GET", "/tasks?box=cc").json["tasks"])
    assert other.api("GET", "/tasks?box=todo&limit=1&counts=true").json["counts"]["cc"] >= 1
    page = other.browser.get(f"/cases/{case}").text
    assert "请知悉&lt;b&gt;" in page and "待阅" in page
    assert send(other, f"/cases/{case}/read").status_code == 303
    assert "待阅" not in other.browser.get(f"/cases/{case}").text
    assert "已阅" in first.browser.get(f"/cases/{case}").text
    kinds = [fact["kind"] for fact in first.api("GET", f"/cases/{case}/history").json["facts"]]
    assert "CaseCopied" in kinds and "CopyRead" in kinds
    verdict = first.api("GET", f"/cases/{case}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"], verdict
    # he may look, and not work
    assert other.api("POST", f"/tasks/{task}/claim").status_code in (403, 404)
    # once more is nothing new
    again = first.api("POST", f"/cases/{case}/copies", json={"to": [to], "reason": "x"}).json
    assert again == {"told": []}


def test_recipients_that_are_none_are_refused(desk):
    first, _ = desk
    (case, _), = begun(first)
    for to in ("person:nobody", "unit:99", "seat:citizen@33.02", "seat:street_duty@99", "x", "person:\x00", "person:"):
        answer = first.api("POST", f"/cases/{case}/copies", json={"to": [to], "reason": "x"})
        assert answer.status_code == 422, to


def test_a_case_is_watched_until_it_is_not(desk):
    first, second = desk
    (case, _), = begun(first)
    assert send(first, f"/cases/{case}/watch").status_code == 303
    assert case in str(first.api("GET", "/tasks?box=watched").json["tasks"])
    assert case not in str(second.api("GET", "/tasks?box=watched").json["tasks"])
    assert "取消关注" in first.browser.get(f"/cases/{case}").text
    assert send(first, f"/cases/{case}/unwatch").status_code == 303
    assert case not in str(first.api("GET", "/tasks?box=watched").json["tasks"])
    assert first.api("PUT", f"/cases/{case}/watch").json == {"watching": True}
    assert first.api("DELETE", f"/cases/{case}/watch").json == {"watching": False}


def test_nobody_watches_or_copies_what_he_does_not_see(desk, world: World):
    first, _ = desk
    (case, _), = begun(first)
    stranger = world.person("village_mediator", 1)
    assert stranger.api("PUT", f"/cases/{case}/watch").status_code == 404
    copied = stranger.api("POST", f"/cases/{case}/copies", json={"to": ["unit:33.02"], "reason": "x"})
    assert copied.status_code == 404
    assert stranger.api("POST", f"/cases/{case}/read").status_code == 404
