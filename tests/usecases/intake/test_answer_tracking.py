"""What a reporter adds to his report arrives: his words and his photos."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.submit_report import Submitted, submit_report


def photo(tools: Tools, actor: Actor | None = None) -> UUID:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG")
    out.seek(0)
    return attach_file(tools, actor=actor, stream=out, filename="现场.jpg").id


@pytest.fixture
def returned(demo_city: Tools, add_person: Any) -> Submitted:
    """An anonymous report with one photo, that the street gave back for more details."""
    with demo_city.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place
    done = submit_report(demo_city, actor=None, report={
        "channel": "WEB", "nature": "help", "content": "路边的井盖不见了，很危险，请尽快处理", "lat": place.lat,
        "lon": place.lon, "photos": [photo(demo_city)], "reporter": {"phone": "13800000009"},
    })  # fmt: skip
    duty = add_person("somebody", "street_duty", unit="33.02.11.004.cmd")
    with demo_city.store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(done.case_id)
    claim_task(demo_city, actor=duty, task_id=task.id)
    complete_task(demo_city, actor=duty, task_id=task.id, answers={
        "decision": "supplement", "supplement_text": "请补充照片", "note": "看不清"})
    return done


def supplement(tools: Tools, report: Submitted, **answers: Any) -> None:
    answer_tracking(tools, event_no=report.event_no, tracking_code=report.tracking_code, act="supplement",
                    answers={"text": "补充现场照片", **answers})


def test_photos_of_a_supplement_come_to_the_case_beside_the_first_ones(demo_city: Tools, returned: Submitted) -> None:
    with demo_city.store.unit_of_work() as uow:
        (first,) = uow.attachments.of_case(returned.case_id)
    supplement(demo_city, returned, photos=[str(photo(demo_city)), str(photo(demo_city))])
    with demo_city.store.unit_of_work() as uow:
        files = [str(row.id) for row in uow.attachments.of_case(returned.case_id)]
        (said,) = (f.content for f in uow.facts.of_case(returned.case_id) if f.kind == "MessageReceived")
    assert len(files) == 3 and said["payload"]["photos"][0] == str(first.id)
    assert sorted(said["payload"]["photos"]) == sorted(files)


def test_photos_of_an_objection_come_to_the_case(demo_city: Tools, add_person: Any) -> None:
    done = submit_report(demo_city, actor=None, report={
        "channel": "WEB", "nature": "help", "content": "楼道里堆满了杂物没有人来管", "grid": "33.02.11.004.003.012",
        "reporter": {"phone": "13800000009"}})  # fmt: skip
    duty = add_person("duty", "street_duty", unit="33.02.11.004.cmd")
    leader = add_person("leader", "street_command_duty", unit="33.02.11.004.cmd")
    for officer, answers in (
        (duty, {"decision": "refuse", "reason": "not_ours", "note": "物业事务"}),
        (leader, {"decision": "agree", "reason": "not_ours", "text": "该事项属于物业服务范围，请联系物业"}),
    ):
        with demo_city.store.unit_of_work() as uow:
            (task,) = [one for one in uow.tasks.of_case(done.case_id) if one.state == "open"]
        claim_task(demo_city, actor=officer, task_id=task.id)
        complete_task(demo_city, actor=officer, task_id=task.id, answers=answers)
    sent = {"objection": "楼道是公共通道，请看照片", "photos": [str(photo(demo_city))]}
    with pytest.raises(Invalid) as refused:
        answer_tracking(demo_city, event_no=done.event_no, tracking_code=done.tracking_code, act="object",
                        answers={**sent, "photos": [str(uuid4())]})  # fmt: skip
    assert list(refused.value.errors) == ["photos"]
    answer_tracking(demo_city, event_no=done.event_no, tracking_code=done.tracking_code, act="object", answers=sent)
    with demo_city.store.unit_of_work() as uow:
        files = [str(row.id) for row in uow.attachments.of_case(done.case_id)]
        (said,) = (f.content for f in uow.facts.of_case(done.case_id) if f.kind == "MessageReceived")
    assert len(files) == 1
    assert said["payload"] == {"objection": "楼道是公共通道，请看照片", "photos": files}


def test_a_supplement_without_photos_leaves_the_first_ones(demo_city: Tools, returned: Submitted) -> None:
    supplement(demo_city, returned)
    with demo_city.store.unit_of_work() as uow:
        (said,) = (f.content for f in uow.facts.of_case(returned.case_id) if f.kind == "MessageReceived")
    assert "photos" not in said["payload"] and said["payload"]["supplement_text"] == "补充现场照片"


@pytest.mark.parametrize("photos", [[str(uuid4())], ["no id"], [str(uuid4()) for _ in range(10)]])
def test_photos_that_are_not_there_are_refused_and_nothing_is_written(
    demo_city: Tools, returned: Submitted, photos: list[str]
) -> None:
    with demo_city.store.unit_of_work() as uow:
        before = uow.cases.get(returned.case_id)
    with pytest.raises(Invalid) as refused:
        supplement(demo_city, returned, photos=photos)
    assert list(refused.value.errors) == ["photos"]
    with demo_city.store.unit_of_work() as uow:
        assert uow.cases.get(returned.case_id) == before


def test_another_persons_photo_is_not_taken(demo_city: Tools, returned: Submitted, add_person: Any) -> None:
    stranger = add_person("stranger", "citizen")
    with pytest.raises(Invalid):
        supplement(demo_city, returned, photos=[str(photo(demo_city, stranger))])
