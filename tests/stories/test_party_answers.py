"""F7: a party who reported nothing and has no account answers for himself, once, with the code of his question."""

import re
from uuid import UUID

import pytest

from app.bootstrap import create_app
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.read_task import read_task
from app.usecases.intake.answer_question import answer_question
from app.usecases.intake.party_code import Invitation, QuestionNotFound
from app.usecases.intake.read_question import read_question
from tests.stories.telling import Event, Scene
from tests.stories.test_ac8_medical import VISITOR
from tests.stories.test_mediation_of_a_report import mediated
from tests.stories.test_messages import actor_of
from tests.web.world import read_csrf

WILLING = {"answer": "yes", "mode": "video"}


def invited(tools: Tools, event: Event) -> list[Invitation]:
    """Codes of both parties' questions; only who holds the task sees its code."""
    found = []
    for row in event.offered(VISITOR):
        read = {"actor": actor_of(tools, VISITOR), "task_id": UUID(row["id"])}
        assert row["node"] == "consent" and not read_task(tools, **read).invitations
        claim_task(tools, **read)
        found += read_task(tools, **read).invitations
    return found


def test_both_parties_consent_by_their_codes(scene: Scene, tools: Tools) -> None:
    event = mediated(scene)
    first, second = invited(tools, event)
    assert first.code != second.code and re.fullmatch(r"(\w{4}-){3}\w{4}", first.code)
    asked = read_question(tools, event_no=first.event_no, code=first.code.lower().replace("-", " "), locale="zh")
    assert asked.values["party_name"] in ("群众03", "群众04")
    assert "filepicker" not in {one["type"] for one in asked.form["components"]}
    for number, code in ((first.event_no, "2222-2222-2222-2222"), ("330211-20260302-999999", first.code)):
        with pytest.raises(QuestionNotFound):
            read_question(tools, event_no=number, code=code, locale="zh")
    answer_question(tools, event_no=first.event_no, code=first.code, answers=WILLING, locale="zh")
    assert event.nodes == ["consent"]
    with pytest.raises(QuestionNotFound):
        answer_question(tools, event_no=first.event_no, code=first.code, answers=WILLING, locale="zh")
    answer_question(tools, event_no=second.event_no, code=second.code, answers=WILLING, locale="zh")
    assert event.nodes == ["appoint"]
    assert {line.actor_name for line in event.facts("MessageReceived")} >= {"当事人"}
    event.verified()


def test_the_pages_of_a_party(scene: Scene, tools: Tools) -> None:
    """Number and code at the door, the form, the answer; then the code is worth nothing."""
    event = mediated(scene)
    one = invited(tools, event)[1]
    guest = create_app(tools.config, tools).test_client()
    door = "/public/answer"
    sent = {"headers": {"X-CSRFToken": read_csrf(guest.get(door).text)}}
    assert guest.get(f"{door}/{one.event_no}").headers["Location"].startswith(door)
    wrong = guest.post(door, data={"event_no": one.event_no, "code": "AAAA-AAAA"}, **sent)
    assert wrong.status_code == 422 and one.code not in wrong.text
    entered = guest.post(door, data={"event_no": one.event_no, "code": one.code}, **sent)
    assert entered.headers["Location"] == f"{door}/{one.event_no}"
    page = guest.get(f"{door}/{one.event_no}").text
    assert "是否同意调解" in page and one.code not in page
    missing = guest.post(f"{door}/{one.event_no}", json={"answers": {}}, **sent)
    assert missing.status_code == 422 and "answer" in missing.json["errors"]
    given = guest.post(f"{door}/{one.event_no}", json={"answers": {"answer": "no"}}, **sent)
    assert given.json == {"location": door}
    assert guest.post(door, data={"event_no": one.event_no, "code": one.code}, **sent).status_code == 422
    assert guest.post(f"{door}/{one.event_no}", json={"answers": {"answer": "no"}}, **sent).status_code == 404
