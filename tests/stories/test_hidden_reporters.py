"""Reporters who want, or must, stay unknown: no page, no record and no replay names their account."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.domain.records import CaseFilters
from app.usecases import Tools
from app.usecases.desk.read_case import read_case
from app.usecases.desk.reporter_data import may_reveal
from app.usecases.desk.reveal_reporter import reveal_reporter
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.read_attachment import read_attachment
from tests.stories.cast import AUDITOR, QIANTONG, VILLAGER, ZHUANGSHI
from tests.stories.photos import photo
from tests.stories.telling import Event, Scene
from tests.stories.test_main_job import PLACE, TEXT, accept, complained
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
HIDDEN = pytest.mark.parametrize("fields", [
    {"nature": "complaint", "reporter": {"confidential": True, "phone": "13800000001"}},
    {"nature": "complaint", "reporter": {"anonymous": True}},
    {"nature": "report"},
])  # fmt: skip


def told(scene: Scene, by: str = VILLAGER, **fields: Any) -> Event:
    scene.at("03-02 09:00")
    return scene.report(by, PLACE, **{"channel": "CITY_APP", "content": TEXT, "item_hint": "C12-04", **fields})


def written(tools: Tools, event: Event) -> str:
    """Everything that the page and the history of a case say, and what its row holds."""
    case_id = UUID(event.reported.case_id)
    view = read_case(tools, actor=actor_of(tools, AUDITOR), case_id=case_id)
    with tools.store.unit_of_work() as uow:
        case = uow.cases.get(case_id)
        files = uow.attachments.of_case(case_id)
        row = uow.facts.of_case(case_id)
    lines = event.desk.history(event.reported.case_id)
    return json.dumps([view, case.record, case.started_by, files, row, lines], default=repr, ensure_ascii=False)


def never_named(tools: Tools, event: Event, actor: Actor) -> None:
    text = written(tools, event)
    assert actor.id not in text and actor.username not in text and actor.name not in text
    event.verified()


@HIDDEN
def test_the_account_of_a_hidden_reporter_is_nowhere_in_his_case(
    scene: Scene, tools: Tools, fields: dict[str, Any]
) -> None:
    event = told(scene, **fields)
    actor = actor_of(tools, VILLAGER)
    with tools.store.unit_of_work() as uow:
        (report,) = uow.reports.of_case(UUID(event.reported.case_id))
    assert report.reported_by == actor.id
    assert event.record["reported_by"] == f"reporter:{report.id}"
    never_named(tools, event, actor)
    # what he adds, with his code or under his account, does not name him either
    attach_file(tools, actor=actor, stream=_photo(scene), filename="b.jpg", case_id=UUID(event.reported.case_id))
    if fields["nature"] != "report":
        answer_tracking(tools, event_no=event.reported.event_no, tracking_code=event.reported.tracking_code,
                        act="withdraw", answers={"reason": "已自行解决"})
    never_named(tools, event, actor)


@HIDDEN
def test_a_hidden_reporter_finds_what_he_reported(scene: Scene, tools: Tools, fields: dict[str, Any]) -> None:
    event = told(scene, **fields)
    case_id = UUID(event.reported.case_id)
    mine, other = actor_of(tools, VILLAGER), actor_of(tools, "citizen02")
    with tools.store.unit_of_work() as uow:
        listed = [row.id for row in uow.cases.list(mine, CaseFilters()).rows]
        assert listed == [case_id] and not uow.cases.list(other, CaseFilters()).rows
        (file,) = uow.attachments.of_case(case_id)
    assert event.desk.case(VILLAGER, event.reported.case_id)["case"]["event_no"] == event.reported.event_no
    assert read_attachment(tools, actor=mine, attachment_id=file.id)[0].uploaded_by.startswith("reporter:")


def test_an_officer_who_reports_for_himself_is_not_named(scene: Scene, tools: Tools) -> None:
    event = told(scene, Z.colleague, channel="FACE", nature="report", photos=0)
    never_named(tools, event, actor_of(tools, Z.colleague))


def test_an_officer_who_enters_it_for_somebody_signs(scene: Scene, tools: Tools) -> None:
    caller = {"name": "群众甲", "phone": "13800000001", "confidential": True}
    event = told(scene, Z.duty, channel="FACE", nature="complaint", photos=0, reporter=caller)
    assert event.record["reported_by"] == actor_of(tools, Z.duty).id
    (started,) = event.facts("CaseStarted")
    assert started.body["by"] == Z.duty


def test_an_open_report_names_its_reporter_as_ever(scene: Scene, tools: Tools) -> None:
    event = told(scene, nature="complaint")
    assert event.record["reported_by"] == actor_of(tools, VILLAGER).id


def _photo(scene: Scene) -> Any:
    import io

    return io.BytesIO(photo(29.9, 121.6, scene.now))


def test_a_confidential_reporter_is_known_to_the_accepting_desk_alone(scene: Scene, tools: Tools) -> None:
    caller = {"name": "群众甲", "phone": "13800000001", "confidential": True}
    event = complained(scene, reporter=caller)
    accept(event)
    # the handler is not sent to him
    event.do(Z.handler, "签收", keep=("decision",))
    assert event.nodes == ["handle"]
    with tools.store.unit_of_work() as uow:
        tasks = uow.tasks.of_case(UUID(event.reported.case_id))
    # each of them holds a task that reads the reporter; only one is of the desk that accepted the case
    signed = next(task for task in tasks if task.node == "sign")
    for username, known in ((Z.duty, True), (Z.handler, False), (QIANTONG.duty, False)):
        actor = actor_of(tools, username)
        held = [replace(signed, reads_reporter=True, holder=actor.id), *tasks]
        assert may_reveal(actor, held, confidential=False)
        assert may_reveal(actor, held, confidential=True) is known
    with pytest.raises(Forbidden):
        reveal_reporter(tools, actor=actor_of(tools, Z.handler), case_id=UUID(event.reported.case_id))
