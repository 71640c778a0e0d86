"""Beginning a process by hand, in pages and over the interface."""

import json

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import StaleRevision
from app.usecases.command.answer_once import Once
from app.usecases.studio.publish_files import publish_files
from tests.engine.running import diagram, extension, line, user_task
from tests.web.world import World

FORM = {
    "type": "default", "id": "open_question", "schemaVersion": 19, "name": "提出问题",
    "properties": {"name_en": "Ask"},
    "components": [{"type": "textfield", "key": "title", "id": "f1", "label": "标题",
                    "properties": {"label_en": "Title"}, "validate": {"required": True, "maxLength": 60}}],
}  # fmt: skip


@pytest.fixture(scope="session")
def asked(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The city with one process that duty officers of streets may begin."""
    folder = tmp_path_factory.mktemp("hand")
    start = extension({"candidateRoles": "street_duty", "form": "trial/ask", "orgScope": "street"})
    about = "<bpmn:documentation>向街道提出问题。</bpmn:documentation>" + extension(
        {"name_en": "Open question", "documentation_en": "Asks the street a question."}
    )
    body = f'{about}<bpmn:startEvent id="s">{start}</bpmn:startEvent>' + user_task("reply", form="trial/ask")
    drawn = diagram("question", body + '<bpmn:endEvent id="e"/>' + line("s", "reply", "e"))
    files = {
        "bpmn/trial/question.bpmn": drawn.replace(b'id="question"', 'id="question" name="公开提问"'.encode()),
        "forms/trial/ask.form.json": json.dumps(FORM).encode(),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    publish_files(world.tools, actor=SYSTEM, bpmn=folder / "bpmn", forms=folder / "forms")
    return world


def test_the_list_shows_what_ones_posts_may_begin(asked):
    duty = asked.person("street_duty").sign_in()
    page = duty.browser.get("/start").text
    assert 'href="/start/question"' in page and "公开提问" in page and "向街道提出问题。" in page
    assert '<a href="/start" aria-current="page">发起</a>' in page
    duty.browser.get("/language/en?next=/start")
    english = duty.browser.get("/start").text
    assert "Open question" in english and "Asks the street a question." in english and "公开提问" not in english
    duty.browser.get("/language/zh?next=/start")
    # the same pages say nothing of it to others
    other = asked.person("street_affairs").sign_in()
    assert "/start/question" not in other.browser.get("/start").text
    assert other.browser.get("/start/question", headers={"Accept": "text/html"}).status_code == 403
    assert other.post("/start/question", json={"answers": {"title": "x"}}).status_code == 403


def test_a_form_becomes_a_case_that_one_finds_again(asked):
    duty = asked.person("street_duty").sign_in()
    page = duty.browser.get("/start/question").text
    assert 'data-form-version="1"' in page and 'data-draft-key="start:question"' in page and "提出问题" in page
    wrong = duty.post("/start/question", json={"answers": {"title": ""}})
    assert wrong.status_code == 422 and list(wrong.json["errors"]) == ["title"]
    taken = duty.post("/start/question", json={"answers": {"title": "问题一<b>"}, "form_version": 1})
    assert taken.status_code == 200 and taken.json["location"].startswith("/tasks/")
    listed = duty.browser.get("/inbox?box=mine&sort=-created").text
    assert "问题一&lt;b&gt;" in listed
    # a case without a number goes by its process and the time
    assert "公开提问" in listed and "公开提问" in duty.browser.get("/cases").text


def test_nobody_reads_of_a_case_that_was_lost_with_its_commit(asked, monkeypatch):
    duty = asked.person("street_duty").sign_in()
    sent = {"json": {"answers": {"title": "没有保住"}}, "headers": {"Idempotency-Key": "start-lost-1"}}
    with monkeypatch.context() as lost:
        # what waits for the commit is refused there, after the page has thanked already
        lost.setattr(Once, "finish", lambda self, answer: self.abandon() or refuse())
        assert duty.post("/start/question", **sent).status_code == 409
    page = duty.browser.get("/inbox?box=mine").text
    assert "已发起" not in page and "没有保住" not in page
    # the key is free, and the same request begins it now
    assert duty.post("/start/question", **sent).status_code == 200
    page = duty.browser.get("/inbox?box=mine&sort=-created").text
    assert "已发起" in page and "没有保住" in page


def refuse() -> None:
    raise StaleRevision()


def test_programs_begin_it_with_answers(asked):
    duty = asked.person("street_duty")
    rows = {one["process"]: one for one in duty.api("GET", "/processes/startable").json["processes"]}
    assert rows["question"]["form"] == "trial/ask" and rows["question"]["pack"] == "trial"
    assert rows["question"]["seats"] == [{"role": "street_duty", "unit": duty.unit}]
    begin = "/processes/question/cases"
    begun = duty.api("POST", begin, json={"answers": {"title": "问题二"}})
    assert begun.status_code == 201 and begun.json["event_no"] is None and begun.json["next_task_id"]
    assert duty.api("GET", f"/cases/{begun.json['case_id']}").json["case"]["summary"] == "问题二"
    assert duty.api("POST", begin, json={"answers": {}}).json["errors"].keys() == {"title"}
    assert duty.api("POST", begin, json={"answers": {"title": "x"}, "form_version": 9}).status_code == 409
    assert duty.api("POST", begin, json={"answers": {"title": "x"}, "unit": "33.02.06"}).status_code == 403
    assert duty.api("POST", begin, json={"variables": {"title": "x"}}).status_code == 403
    assert duty.api("POST", begin, json={"answers": {"title": "x"}, "variables": {"y": 1}}).status_code == 422
    assert asked.person("street_affairs").api("POST", begin, json={"answers": {"title": "x"}}).status_code == 403
    assert asked.person("sys_admin").api("POST", begin, json={"variables": {}}).status_code == 201
    assert "question" not in {one["process"] for one in
                              asked.person("auditor").api("GET", "/processes/startable").json.get("processes", [])}


def test_one_key_begins_one_case(asked):
    duty = asked.person("street_duty")
    sent = {"json": {"answers": {"title": "只发起一次"}}, "headers": {"Idempotency-Key": "start-once-1"}}
    first, again = (duty.api("POST", "/processes/question/cases", **sent) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json == again.json
