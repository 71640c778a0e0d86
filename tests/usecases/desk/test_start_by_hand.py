"""Processes that people begin with a form: who may, what becomes of the answers, and where the case belongs."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.errors import Invalid, InvalidAnswers, NotStartable, ProcessNotFound, StaleRevision
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.list_cases import list_cases
from app.usecases.desk.list_startable import list_startable
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_start import read_start
from app.usecases.desk.start_case import start_case
from app.usecases.intake.attach_file import attach_file
from app.usecases.studio.publish_files import publish_files
from tests.engine.running import diagram, extension, line, user_task
from tests.stories.photos import photo

ROOM, STREET, COUNTY = "33.02.11.004.cmd", "33.02.11.004", "33.02.11"
DUTY = Actor("duty-1", "duty", "值班员", (Assignment("street_duty", ROOM),))
AFFAIRS = Actor("affairs-1", "affairs", "事务", (Assignment("street_affairs", ROOM),))
CITIZEN = Actor("citizen-1", "citizen", "群众", (Assignment("citizen", ""),))
FORM = {
    "type": "default", "id": "begin", "schemaVersion": 19, "name": "发起", "properties": {"name_en": "Begin"},
    "components": [
        {"type": "textfield", "key": "title", "id": "f1", "label": "标题", "properties": {"label_en": "Title"},
         "validate": {"maxLength": 200}},
        {"type": "number", "key": "people", "id": "f2", "label": "人数", "properties": {"label_en": "People"},
         "validate": {"required": True, "min": 1, "max": 9}},
        {"type": "select", "key": "village", "id": "f3", "label": "村社", "properties": {"label_en": "Village"},
         "valuesKey": "villages"},
        {"type": "textfield", "key": "by", "id": "f4", "label": "单位",
         "properties": {"label_en": "Unit", "initial": "event.started_unit"}},
        {"type": "filepicker", "key": "photos", "id": "f5", "label": "照片", "multiple": True,
         "properties": {"label_en": "Photos"}},
    ],
}  # fmt: skip


def _files(folder: Path, **properties: str) -> tuple[Path, Path]:
    start = f'<bpmn:startEvent id="s">{extension(properties)}</bpmn:startEvent>'
    body = start + user_task("work", form="trial/begin") + '<bpmn:endEvent id="e"/>' + line("s", "work", "e")
    drawn = diagram("hand", "<bpmn:documentation>试着发起</bpmn:documentation>" + body)
    drawn = drawn.replace(b'id="hand"', 'id="hand" name="手工发起"'.encode())
    for name, content in (("bpmn/trial/hand.bpmn", drawn), ("forms/trial/begin.form.json", json.dumps(FORM).encode())):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "bpmn", folder / "forms"


def publish(tools: Tools, folder: Path, **properties: str) -> None:
    wanted = {"candidateRoles": "street_duty,county_duty", "form": "trial/begin", **properties}
    bpmn, forms = _files(folder, **wanted)
    publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms)


@pytest.fixture
def city(demo_city: Tools, tmp_path: Path) -> Tools:
    publish(demo_city, tmp_path / "drawn")
    return demo_city


@pytest.mark.parametrize("process", ["dispute_follow_up", "petition_review", "village_talk_calendar", "callback"])
def test_nobody_pretends_that_a_message_came_or_that_it_is_time(demo_city: Tools, process: str) -> None:
    with pytest.raises(NotStartable):
        start_case(demo_city, actor=DUTY, process=process, variables={"unit": COUNTY})


def test_an_officer_names_only_units_of_his_own_place(demo_city: Tools, tmp_path: Path) -> None:
    body = '<bpmn:startEvent id="s"/>' + user_task("work", form="trial/begin") + '<bpmn:endEvent id="e"/>'
    _files(tmp_path / "drawn", candidateRoles="street_duty", form="trial/begin")
    (tmp_path / "drawn/bpmn/trial/hand.bpmn").write_bytes(diagram("hand", body + line("s", "work", "e")))
    publish_files(demo_city, actor=SYSTEM, bpmn=tmp_path / "drawn/bpmn", forms=tmp_path / "drawn/forms")
    for elsewhere in ("33.02.26", COUNTY, "33.02"):
        with pytest.raises(Invalid) as refused:
            start_case(demo_city, actor=DUTY, process="hand", variables={"unit": elsewhere})
        assert list(refused.value.errors) == ["unit"]
    village = f"{STREET}.001"
    two = replace(DUTY, assignments=(Assignment("county_duty", "33.02.26"), *DUTY.assignments))
    started = start_case(demo_city, actor=two, process="hand", variables={"unit": village})
    with demo_city.store.unit_of_work() as uow:
        begun = uow.facts.of_case(started.case_id)[0]
        assert uow.cases.get(started.case_id).record["village"] == village
    # it is begun in the seat whose place that is
    assert (begun.role, begun.unit) == ("street_duty", ROOM)
    admin = Actor("admin-1", "admin", "管理员", (Assignment("sys_admin", "33.02"),))
    assert start_case(demo_city, actor=admin, process="hand", variables={"unit": "33.02.26"}).case_id


def test_only_the_roles_of_the_diagram_find_and_begin_it(city: Tools) -> None:
    (mine,) = [one for one in list_startable(city, actor=DUTY) if one.process == "hand"]
    assert (mine.pack, mine.name, mine.about) == ("trial", "手工发起", "试着发起")
    for other in (AFFAIRS, CITIZEN, SYSTEM):
        assert "hand" not in {one.process for one in list_startable(city, actor=other)}
        with pytest.raises(NotStartable):
            start_case(city, actor=other, process="hand", answers={"people": 2})
        with pytest.raises(NotStartable):
            read_start(city, actor=other, process="hand")
    with pytest.raises(ProcessNotFound):
        start_case(city, actor=DUTY, process="nothing", answers={})
    with pytest.raises(NotStartable):
        start_case(city, actor=DUTY, process="callback", answers={})


def test_the_case_belongs_to_the_seat_and_its_variables_are_the_answers(city: Tools) -> None:
    village = read_start(city, actor=DUTY, process="hand").options["villages"][0]["value"]
    answers = {"title": " 换届 ", "people": 3, "village": village, "by": ROOM, "photos": []}
    started = start_case(city, actor=DUTY, process="hand", answers=answers)
    with city.store.unit_of_work() as uow:
        case = uow.cases.get(started.case_id)
        begun = uow.facts.of_case(started.case_id)[0]
        (task,) = uow.tasks.of_case(started.case_id)
    record = case.record
    assert (record["street"], record["command_room"], record["county"]) == (STREET, ROOM, COUNTY)
    assert (record["title"], record["started_unit"], record["reported_by"]) == ("换届", ROOM, DUTY.id)
    assert (begun.kind, begun.actor, begun.role, begun.unit) == ("CaseStarted", DUTY.id, "street_duty", ROOM)
    assert '"people":3' in begun.body and case.event_no is None
    assert task.id == started.next_task_id and ("street_duty", ROOM) in task.candidates
    assert verify_case(city, actor=SYSTEM, case_id=started.case_id).replay_ok
    assert started.case_id in {one.id for one in list_cases(city, actor=DUTY).cases}
    assert task.id in {one.id for one in read_inbox(city, actor=DUTY, box="mine").tasks}


def test_a_form_without_a_title_lends_the_name_of_the_process(city: Tools) -> None:
    started = start_case(city, actor=DUTY, process="hand", answers={"people": 1})
    with city.store.unit_of_work() as uow:
        assert uow.cases.get(started.case_id).summary == "手工发起"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "people"), ({"people": 10}, "people"), ({"people": "many"}, "people"),
        ({"people": 1, "village": "33.02.06.001.001"}, "village"), ({"people": 1, "event": {}}, "event"),
        ({"people": 1, "photos": ["0190b5a0-0000-7000-8000-000000000000"]}, "photos"),
    ],
)  # fmt: skip
def test_answers_are_checked_like_a_tasks(city: Tools, answers: dict[str, object], field: str) -> None:
    before = len(list_cases(city, actor=SYSTEM, limit=200).cases)
    with pytest.raises(InvalidAnswers) as refused:
        start_case(city, actor=DUTY, process="hand", answers=answers)
    assert list(refused.value.errors) == [field]
    assert len(list_cases(city, actor=SYSTEM, limit=200).cases) == before


def test_an_old_form_and_variables_beside_answers_are_refused(city: Tools) -> None:
    with pytest.raises(StaleRevision):
        start_case(city, actor=DUTY, process="hand", answers={"people": 1}, form_version=7)
    with pytest.raises(Invalid):
        start_case(city, actor=DUTY, process="hand", answers={"people": 1}, variables={"people": 99})
    # a person does not go around the form; a machine has none to fill in
    with pytest.raises(NotStartable):
        start_case(city, actor=DUTY, process="hand", variables={"people": 99})
    assert start_case(city, actor=SYSTEM, process="hand", variables={"people": 99}).case_id


def test_who_has_several_seats_chooses_one_of_them(city: Tools) -> None:
    both = replace(DUTY, assignments=(*DUTY.assignments, Assignment("county_duty", COUNTY)))
    view = read_start(city, actor=both, process="hand")
    assert [(one.role, one.unit) for one in view.seats] == [("county_duty", COUNTY), ("street_duty", ROOM)]
    assert view.values["by"] == COUNTY
    assert read_start(city, actor=both, process="hand", unit=ROOM).values["by"] == ROOM
    started = start_case(city, actor=both, process="hand", answers={"people": 1}, unit=ROOM)
    with city.store.unit_of_work() as uow:
        assert uow.cases.get(started.case_id).record["street"] == STREET
    with pytest.raises(NotStartable):
        start_case(city, actor=both, process="hand", answers={"people": 1}, unit="33.02.06")


@pytest.mark.parametrize(
    ("scope", "seats"),
    [("street", ["street_duty"]), ("county", ["county_duty", "street_duty"]), ("=&quot;33.02.06&quot;", []),
     ("=&quot;33.02.11.004&quot;", ["street_duty"]), ("=null", [])],
)  # fmt: skip
def test_a_scope_narrows_the_seats(demo_city: Tools, tmp_path: Path, scope: str, seats: list[str]) -> None:
    publish(demo_city, tmp_path / "drawn", orgScope=scope)
    both = replace(DUTY, assignments=(*DUTY.assignments, Assignment("county_duty", COUNTY)))
    found = [one for one in list_startable(demo_city, actor=both) if one.process == "hand"]
    assert [seat.role for one in found for seat in one.seats] == seats


def test_files_of_the_form_come_to_the_case_under_ids_of_its_county(city: Tools) -> None:
    def upload(actor: Actor) -> str:
        taken = photo(29.9, 121.6, datetime(2026, 3, 1, tzinfo=UTC))
        return str(attach_file(city, actor=actor, stream=io.BytesIO(taken), filename="a.jpg").id)

    mine, others = upload(DUTY), upload(AFFAIRS)
    with pytest.raises(InvalidAnswers):
        start_case(city, actor=DUTY, process="hand", answers={"people": 1, "photos": [others]})
    started = start_case(city, actor=DUTY, process="hand", answers={"people": 1, "photos": [mine]})
    with city.store.unit_of_work() as uow:
        (kept,) = uow.attachments.of_case(started.case_id)
        body = json.loads(uow.facts.of_case(started.case_id)[0].body)
    assert kept.uploaded_by == DUTY.id and body["variables"]["photos"] == [str(kept.id)] != [mine]
    # a file belongs to one case
    with pytest.raises(InvalidAnswers):
        start_case(city, actor=DUTY, process="hand", answers={"people": 1, "photos": [mine]})
