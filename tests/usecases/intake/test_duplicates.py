"""Reports of one matter find each other; what others wrote, and hidden reports, stay where they are."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.clocks import moment
from app.domain.errors import InvalidAnswers
from app.domain.ids import new_id
from app.usecases import Tools
from app.usecases.audit.read_replay import read_replay
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_task import read_task
from app.usecases.intake.submit_report import Submitted, submit_report
from app.usecases.intake.track_report import track_report

Report = Callable[..., Submitted]
AddPerson = Callable[..., Actor]
SECRET = "东海明珠路口的人行道上乱堆建筑杂物，王某所为"


@pytest.fixture
def report(demo_city: Tools) -> Report:
    """Somebody reports rubbish at one crossing of 庄市街道."""
    with demo_city.store.unit_of_work() as uow:
        places = {code: uow.units.place(code) for code in ("33.02.11.004.001.001", "33.02.11.004.001.002")}

    def submit(content: str = SECRET, place: str = "33.02.11.004.001.001", phone: str = "13800000001",
               **more: Any) -> Submitted:
        found = places[place]
        assert found
        sent = {
            "channel": "HOTLINE_12345", "nature": "complaint", "item_hint": "C09-01", "content": content,
            "lat": found.lat, "lon": found.lon, "address": "某某家门口",
            "reporter": {"name": "群众", "phone": phone, **more.pop("reporter", {})}, **more,
        }  # fmt: skip
        return submit_report(demo_city, actor=SYSTEM, report=sent)

    return submit


@pytest.fixture
def duty(demo_city: Tools, add_person: AddPerson) -> Actor:
    return add_person("somebody", "street_duty", unit="33.02.11.004.cmd")


def similar(tools: Tools, case_id: UUID) -> dict[str, Any]:
    """What the search for duplicates found, as the history has it."""
    with tools.store.unit_of_work() as uow:
        facts = uow.facts.of_case(case_id)
    found = [f.content["value"] for f in facts if f.kind == "OperationDone"
             and f.content["operation"] == "event.candidates"]
    assert len(found) == 1
    value: dict[str, Any] = found[0]
    return value


def whole_text(tools: Tools, case_id: UUID) -> str:
    with tools.store.unit_of_work() as uow:
        return "".join(str(fact.body) for fact in uow.facts.of_case(case_id))


def nodes(tools: Tools, case_id: UUID) -> list[str]:
    with tools.store.unit_of_work() as uow:
        return [task.node for task in uow.tasks.of_case(case_id) if task.state in ("open", "claimed")]


def taken(tools: Tools, case_id: UUID, actor: Actor) -> UUID:
    with tools.store.unit_of_work() as uow:
        (task,) = (task for task in uow.tasks.of_case(case_id) if task.state == "open")
    claim_task(tools, actor=actor, task_id=task.id)
    return task.id


def test_a_candidate_is_a_number_and_a_score_and_nothing_that_people_wrote(demo_city: Tools, report: Report) -> None:
    first, second = report(), report("东海明珠路口人行道乱堆建筑杂物，没法走路", phone="13800000002")
    found = similar(demo_city, second.case_id)
    assert found["master"] == first.event_no
    (candidate,) = found["candidates"]
    assert candidate["label"] == f"{first.event_no} · 0 米 · {found['score']:.2f}"
    assert "王某" not in whole_text(demo_city, second.case_id)
    assert not {"content", "address", "address_text"} & candidate.keys()


@pytest.mark.parametrize("hidden", [{"reporter": {"confidential": True}}, {"nature": "report"}])
def test_a_confidential_report_is_no_candidate_for_others(
    demo_city: Tools, report: Report, hidden: dict[str, Any]
) -> None:
    first = report(**hidden)
    second = report(phone="13800000002")
    assert similar(demo_city, second.case_id)["candidates"] == []
    assert (first.event_no or "?") not in whole_text(demo_city, second.case_id)
    third = report(reporter={"confidential": True})
    found = similar(demo_city, third.case_id)
    (one,) = (row for row in found["candidates"] if row["event_no"] == first.event_no)
    assert one.keys() == {"event_no", "value", "state", "total", "label", "label_en"}
    assert found["same_phone"] is False


def test_a_report_about_an_office_is_no_candidate(demo_city: Tools, report: Report) -> None:
    first = report()
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql("update cases set accused_unit = '33.02.11.004.s-water'")
    second = report(phone="13800000002")
    assert similar(demo_city, second.case_id)["candidates"] == []
    assert first.event_no not in whole_text(demo_city, second.case_id)


def test_the_same_person_again_is_told_how_far_it_is(demo_city: Tools, report: Report) -> None:
    first, second = report(), report()
    assert similar(demo_city, second.case_id)["same_phone"] is True
    with demo_city.store.unit_of_work() as uow:
        case = uow.cases.get(second.case_id)
    assert case.record["master_event_no"] == first.event_no and case.closed_at
    other = report(phone="13800000002")
    assert similar(demo_city, other.case_id)["same_phone"] is False
    assert nodes(demo_city, other.case_id) == ["confirm_merge"]


def test_a_hidden_reporter_is_not_recognised_by_his_telephone(demo_city: Tools, report: Report) -> None:
    report(reporter={"anonymous": True})
    second = report()
    assert similar(demo_city, second.case_id)["same_phone"] is False
    third = report("完全不同的另一件事情在这里发生", reporter={"anonymous": True})
    assert '"phone_key":null' in whole_text(demo_city, third.case_id).replace(" ", "")


def test_the_key_of_a_telephone_is_shown_nowhere(demo_city: Tools, report: Report, add_person: AddPerson) -> None:
    done = report()
    key = demo_city.secrets.phone_hash("13800000001")
    assert key and key.hex() in whole_text(demo_city, done.case_id)
    auditor = add_person("eye", "auditor")
    shown = [change for step in read_replay(demo_city, actor=auditor, case_id=done.case_id).steps
             for change in step.changes]
    assert shown and not any("phone_key" in change.name or key.hex() in str(change.after) for change in shown)
    with demo_city.store.unit_of_work() as uow:
        record = uow.cases.get(done.case_id).record
    assert key.hex() not in json.dumps(record, ensure_ascii=False)


# --- devices ----------------------------------------------------------------------------------------


@pytest.fixture
def alarm(demo_city: Tools) -> Report:
    """A full bin, so many metres north of a place."""
    with demo_city.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place

    def submit(metres: float = 0, **more: Any) -> Submitted:
        sent = {"channel": "IOT", "nature": "device", "content": "垃圾箱满溢告警", "item_hint": "C17-07",
                "lat": place.lat + metres / 111_320, "lon": place.lon, **more}
        return submit_report(demo_city, actor=SYSTEM, report=sent)

    return submit


def joined(tools: Tools, done: Submitted) -> str | None:
    with tools.store.unit_of_work() as uow:
        case = uow.cases.get(done.case_id)
    assert bool(case.closed_at) is (case.status == "merged")
    return case.record.get("master_event_no")


def test_what_a_device_says_again_joins_its_event_by_itself(demo_city: Tools, alarm: Report) -> None:
    first = alarm()
    assert joined(demo_city, first) is None and nodes(demo_city, first.case_id) == ["sign"]
    radius = demo_city.city.catalogue.item("C17-07").radius_m
    for metres in (0, radius * 0.4, 0):
        assert joined(demo_city, alarm(metres)) == first.event_no
    # beyond half of the item's circle somebody looks
    far = alarm(radius * 0.6)
    assert joined(demo_city, far) is None and nodes(demo_city, far.case_id) == ["confirm_merge"]


def test_a_device_joins_no_citizen_by_itself_and_its_own_event_before_a_likelier_one(
    demo_city: Tools, alarm: Report
) -> None:
    away = demo_city.city.catalogue.item("C17-07").radius_m * 0.3
    told = alarm(away, channel="HOTLINE_12345", nature="complaint", reporter={"phone": "13800000001"})
    first = alarm()
    assert similar(demo_city, first.case_id)["master"] == told.event_no
    assert joined(demo_city, first) is None and nodes(demo_city, first.case_id) == ["confirm_merge"]
    again = alarm(away)
    found = similar(demo_city, again.case_id)
    assert [one["event_no"] for one in found["candidates"]] == [told.event_no, first.event_no]
    assert found["alone"] is True and joined(demo_city, again) == first.event_no


def test_another_item_or_a_closed_event_takes_no_device_by_itself(demo_city: Tools, alarm: Report) -> None:
    first = alarm()
    other = alarm(item_hint="C17-01")
    assert joined(demo_city, other) is None
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql("update cases set closed_at = now(), status = 'closed' where id = %s", (first.case_id,))
    again = alarm()
    assert joined(demo_city, again) is None and similar(demo_city, again.case_id)["repeat"] is True


# --- merging by hand --------------------------------------------------------------------------------


def test_the_officer_chooses_among_the_candidates(demo_city: Tools, report: Report, duty: Actor) -> None:
    first, second = report(), report(phone="13800000002")
    task = taken(demo_city, second.case_id, duty)
    view = read_task(demo_city, actor=duty, task_id=task)
    assert [one["value"] for one in view.options["candidates"]] == [first.event_no]
    assert "米" in view.options["candidates"][0]["label"] and view.values["master"] == first.event_no
    for wrong in ("E-404", second.event_no):
        with pytest.raises(InvalidAnswers) as refused:
            complete_task(demo_city, actor=duty, task_id=task, answers={"decision": "merge", "master": wrong})
        assert list(refused.value.errors) == ["master"]
    complete_task(demo_city, actor=duty, task_id=task, answers={"decision": "merge", "master": first.event_no})
    with demo_city.store.unit_of_work() as uow:
        assert uow.cases.get(second.case_id).record["master_event_no"] == first.event_no


def accepted(tools: Tools, actor: Actor, case_id: UUID) -> None:
    """Have the street take the event, so that it is worked on."""
    task = taken(tools, case_id, actor)
    values = read_task(tools, actor=actor, task_id=task).values
    kept = {name: values[name] for name in ("item_code", "grid", "urgency")}
    complete_task(tools, actor=actor, task_id=task, answers={**kept, "decision": "accept"})


def merged_by_hand(tools: Tools, actor: Actor, case_id: UUID, master: str) -> None:
    with tools.store.unit_of_work() as uow:
        (act,) = (one for one in uow.subscriptions.of_case(case_id) if one.message == "evt.merged_into")
    perform_act(tools, actor=actor, case_id=case_id, act_key=act.key, answers={"master": master, "note": "同一事项"})


@pytest.mark.parametrize("kind", ["unknown", "itself", "closed", "elsewhere", "hidden", "hostile"])
def test_a_master_that_cannot_take_the_event_is_refused_at_its_field(
    demo_city: Tools, report: Report, duty: Actor, kind: str
) -> None:
    own = report()
    accepted(demo_city, duty, own.case_id)
    other = report("完全不同的另一件事情", place="33.02.11.004.001.002", phone="13800000003",
                   reporter={"confidential": kind == "hidden"})
    change = {
        "closed": "update cases set closed_at = opened_at", "hostile": "", "unknown": "", "itself": "", "hidden": "",
        "elsewhere": "update cases set record = jsonb_set(record::jsonb, '{county}', '\"33.02.82\"')",
    }[kind]
    if change:
        with demo_city.store.engine.begin() as link:
            link.exec_driver_sql(f"{change} where event_no = %s", (other.event_no,))
    master = {"unknown": "330211-1-1", "itself": own.event_no, "hostile": "'; --²"}.get(kind, other.event_no)
    with demo_city.store.unit_of_work() as uow:
        before = uow.cases.get(own.case_id)
    with pytest.raises(InvalidAnswers) as refused:
        merged_by_hand(demo_city, duty, own.case_id, master)
    assert list(refused.value.errors) == ["master"]
    if kind == "hidden":
        assert "没有编号" in str(refused.value.errors)
    with demo_city.store.unit_of_work() as uow:
        assert uow.cases.get(own.case_id) == before


def test_a_master_that_fits_takes_the_event(demo_city: Tools, report: Report, duty: Actor) -> None:
    own = report()
    accepted(demo_city, duty, own.case_id)
    other = report("完全不同的另一件事情", place="33.02.11.004.001.002", phone="13800000003")
    merged_by_hand(demo_city, duty, own.case_id, other.event_no)
    with demo_city.store.unit_of_work() as uow:
        assert uow.cases.get(own.case_id).record["master_event_no"] == other.event_no


@pytest.mark.parametrize("change", ["confidential = true, record = jsonb_set(record::jsonb, '{confidential}', 'true')",
                                    "record = jsonb_set(record::jsonb, '{accused_unit}', '\"33.02.11.004\"')"])
def test_a_master_that_is_hidden_later_tells_nothing_to_who_was_merged_into_it(
    demo_city: Tools, report: Report, duty: Actor, change: str
) -> None:
    own = report()
    accepted(demo_city, duty, own.case_id)
    other = report("完全不同的另一件事情", place="33.02.11.004.001.002", phone="13800000003")
    merged_by_hand(demo_city, duty, own.case_id, other.event_no)

    def told() -> list[str]:
        view = track_report(demo_city, event_no=own.event_no, tracking_code=own.tracking_code)
        return [one.text for one in view.messages]

    before = told()
    with demo_city.store.unit_of_work() as uow:
        at = max(demo_city.clock.now(), moment(uow.cases.get(own.case_id).record["milestones"]["merged_at"]))
        uow._tx.write(
            "insert into reporter_messages (county, id, case_id, at, text, params) values"
            " (%(county)s, %(id)s, %(case)s, %(at)s, %(text)s, '{}')",
            {"county": 11, "id": new_id(11, at), "case": other.case_id, "at": at, "text": "一个内情"},
        )
        uow.commit()
    assert told() == [*before, "一个内情"]
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql(f"update cases set {change} where event_no = %s", (other.event_no,))
    assert told() == before
    # its own reporter still reads it
    view = track_report(demo_city, event_no=other.event_no, tracking_code=other.tracking_code)
    assert "一个内情" in [one.text for one in view.messages]


def test_what_was_reported_here_in_the_last_month_is_counted_closed_or_open(demo_city: Tools, report: Report) -> None:
    """AC-1: the flag from last month is found, not chosen; other matters, places and months do not count."""
    matters = ["摊位甲占道", "油烟扰民严重", "深夜叫卖声很大"]
    for number, text in enumerate(matters):
        old = report(text, phone=f"1380000001{number}")
        with demo_city.store.engine.begin() as link:
            link.exec_driver_sql("update cases set opened_at = opened_at - interval '20 days', closed_at = opened_at"
                                 " - interval '15 days' where event_no = %s", (old.event_no,))
    elsewhere = report("另一处的摊位", place="33.02.11.004.001.002", phone="13800000020")
    long_ago = report("很久以前的摊位", phone="13800000021")
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql("update cases set opened_at = opened_at - interval '40 days' where event_no = %s",
                             (long_ago.event_no,))
    report("别的事项", phone="13800000022", item_hint="C12-01")
    found = similar(demo_city, report("夜里又来摆摊了", phone="13800000023").case_id)
    assert found["recent"] == len(matters) and elsewhere.event_no
    # what was closed long ago is counted and not offered for merging
    assert found["master"] is None or found["master_state"] == "open"
