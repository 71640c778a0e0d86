"""Incidents: an operator reads the cause, notes what he found, has it tried again; every step is a fact."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict, NotFound, StepFailed
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.command import fire_due_timers as firing
from app.usecases.command.close_overtaken_incidents import close_overtaken_incidents
from app.usecases.command.fire_due_timers import fire_due_timers
from app.usecases.command.list_incidents import list_incidents
from app.usecases.command.measure_load import measure_load
from app.usecases.command.note_incident import note_incident
from app.usecases.command.retry_incident import retry_incident
from app.usecases.desk.read_case import read_case


@pytest.fixture
def operator(add_person: Callable[..., Actor]) -> Actor:
    return add_person("operator", "sys_admin")


@pytest.fixture
def broken(tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A case whose timers could not fire; what kept them from it is repaired since."""

    def fail(*_: Any) -> None:
        raise StepFailed("There is no row for this item.")

    with tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(days=2))
        uow.commit()
    with monkeypatch.context() as broken:
        broken.setattr(firing, "_fire", fail)
        while fire_due_timers(tools):
            pass
    return street_case


def kinds(tools: Tools, case_id: UUID) -> list[str]:
    with tools.store.unit_of_work() as uow:
        return [fact.kind for fact in uow.facts.of_case(case_id) if fact.kind.startswith("Incident")]


def test_what_failed_is_listed_noted_tried_again_and_closed(tools: Tools, broken: UUID, operator: Actor) -> None:
    page = list_incidents(tools, actor=operator)
    one = page.incidents[0]
    assert (one.kind, one.cause, one.state, one.attempts) == ("timer", "", "open", 1)
    assert one.name and one.process and one.event_no and one.case_id == broken and not one.readable
    read = list_incidents(tools, actor=SYSTEM).incidents
    assert {each.cause for each in read} == {"There is no row for this item."}
    assert measure_load(tools).incidents_open == len(page.incidents) == len(read_case(
        tools, actor=SYSTEM, case_id=broken).incidents)  # fmt: skip
    noted = note_incident(tools, actor=operator, incident_id=one.id, text="缺一行，已补")
    assert noted.note == "缺一行，已补"
    for each in page.incidents:
        assert retry_incident(tools, actor=operator, incident_id=each.id).state == "retrying"
    with pytest.raises(Conflict):
        retry_incident(tools, actor=operator, incident_id=one.id)
    while fire_due_timers(tools):
        pass
    assert list_incidents(tools, actor=operator).incidents == ()
    count = len(page.incidents)
    found = kinds(tools, broken)
    assert {kind: found.count(kind) for kind in set(found)} == {
        "IncidentOpened": count, "IncidentNoted": 1, "IncidentRetried": count, "IncidentResolved": count}  # fmt: skip
    verdict = verify_case(tools, actor=SYSTEM, case_id=broken)
    assert verdict.chain_ok and verdict.replay_ok
    for act in (lambda: retry_incident(tools, actor=operator, incident_id=one.id),
                lambda: note_incident(tools, actor=operator, incident_id=one.id, text="x")):
        with pytest.raises(Conflict):
            act()


def test_what_fails_again_waits_again(
    tools: Tools, broken: UUID, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = list_incidents(tools, actor=operator).incidents[0]
    retry_incident(tools, actor=operator, incident_id=one.id)

    def fail(*_: Any) -> None:
        raise StepFailed("Still no row.")

    monkeypatch.setattr(firing, "_fire", fail)
    while fire_due_timers(tools):
        pass
    again = next(each for each in list_incidents(tools, actor=operator).incidents if each.id == one.id)
    assert (again.attempts, again.state) == (2, "open")
    with tools.store.unit_of_work() as uow:
        assert uow.incidents.operated(SYSTEM, one.id).incident.cause == "Still no row."


def test_an_operator_of_another_place_and_an_officer_find_nothing(
    tools: Tools, broken: UUID, operator: Actor, add_person: Callable[..., Actor]
) -> None:
    one = list_incidents(tools, actor=operator).incidents[0]
    for stranger in (add_person("elsewhere", "sys_admin", unit="33.02.12"), add_person("duty", "street_duty")):
        assert list_incidents(tools, actor=stranger).incidents == ()
        with pytest.raises(NotFound):
            note_incident(tools, actor=stranger, incident_id=one.id, text="x")
        with pytest.raises(NotFound):
            retry_incident(tools, actor=stranger, incident_id=one.id)


def test_where_the_case_went_another_way_the_incident_closes(tools: Tools, broken: UUID, operator: Actor) -> None:
    first, *rest = list_incidents(tools, actor=operator).incidents
    assert rest
    with tools.store.unit_of_work() as uow:
        uow._tx.write("delete from timers where case_id = %(id)s", {"id": broken})
        uow.commit()
    assert retry_incident(tools, actor=operator, incident_id=first.id).state == "resolved"
    assert close_overtaken_incidents(tools) == len(rest)
    assert close_overtaken_incidents(tools) == 0
    with tools.store.unit_of_work() as uow:
        assert uow.incidents.of_case(broken) == ()
        facts = [fact.content for fact in uow.facts.of_case(broken) if fact.kind == "IncidentResolved"]
    assert [body["why"] for body in facts] == ["overtaken"] * (1 + len(rest))
