"""A case shows where it comes from, and an origin what came from it, to those who may see both."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.usecases.desk.read_case import read_case
from app.usecases.desk.start_case import start_case
from tests.usecases.drawn import END, START, Stage, drawn, work

NUMBER = "NB-330211-20260302-000001"


@pytest.fixture
def family(stage: Stage, add_person: Callable[..., Actor]) -> tuple[Stage, Actor, Actor]:
    """Two officers who begin cases: one that gets a number, and those that name it as their origin."""

    def script(line: str) -> str:
        return f'<bpmn:scriptTask id="set"><bpmn:script>{line}</bpmn:script></bpmn:scriptTask>'

    stage.publish(
        drawn("whole", START, script("event.event_no = number"), work("a"), END),
        drawn("piece", START, script("event.origin_no = number"), work("b", "event.origin_no = null"), END),
    )
    return stage, add_person("first", "city_dept_contact"), add_person("second", "city_dept_contact")


def begin(stage: Stage, actor: Actor, process: str, number: object = NUMBER) -> UUID:
    variables = {"number": number, "title": process}
    return start_case(stage.tools, actor=actor, process=process, variables=variables).case_id


def test_origin_and_offspring_know_each_other(family: tuple[Stage, Actor, Actor]) -> None:
    stage, first, _ = family
    whole = begin(stage, first, "whole")
    pieces = [begin(stage, first, "piece") for _ in range(2)]
    begin(stage, first, "piece", "NB-330211-20260302-000002")
    view = read_case(stage.tools, actor=first, case_id=whole)
    assert [one.case_id for one in view.offspring] == pieces and view.origin is None
    assert {(one.process, one.title, one.status) for one in view.offspring} == {("piece", "piece", "accepted")}
    below = read_case(stage.tools, actor=first, case_id=pieces[0])
    assert below.origin is not None and below.offspring == []
    assert (below.origin.case_id, below.origin.event_no, below.origin.process) == (whole, NUMBER, "whole")
    stage.verified(whole, *pieces)


def test_nobody_learns_of_a_case_that_he_may_not_see(family: tuple[Stage, Actor, Actor]) -> None:
    stage, first, second = family
    whole, theirs = begin(stage, first, "whole"), begin(stage, second, "piece")
    with stage.tools.store.unit_of_work() as uow:
        # neither lies where the two may look
        uow._tx.write("update cases set unit_city = '', unit_county = '', unit_street = ''")
        uow._tx.write("update tasks set candidates = '[]'")
        uow.commit()
    assert read_case(stage.tools, actor=first, case_id=whole).offspring == []
    assert read_case(stage.tools, actor=second, case_id=theirs).origin is None
    assert [one.case_id for one in read_case(stage.tools, actor=SYSTEM, case_id=whole).offspring] == [theirs]


@pytest.mark.parametrize("number", [None, "", 7, {"a": 1}, "x" * 5000])
def test_what_is_no_number_leads_nowhere(family: tuple[Stage, Actor, Actor], number: object) -> None:
    stage, first, _ = family
    piece = begin(stage, first, "piece", number)
    view = read_case(stage.tools, actor=first, case_id=piece)
    assert view.origin is None and view.offspring == []


def test_a_case_is_not_its_own_origin(family: tuple[Stage, Actor, Actor]) -> None:
    stage, first, _ = family
    both = '<bpmn:scriptTask id="set"><bpmn:script>event.event_no = number\nevent.origin_no = number</bpmn:script>'
    stage.publish(drawn("both", START, both + "</bpmn:scriptTask>", work("c"), END))
    case_id = begin(stage, first, "both")
    view = read_case(stage.tools, actor=first, case_id=case_id)
    assert view.origin is None and view.offspring == []
