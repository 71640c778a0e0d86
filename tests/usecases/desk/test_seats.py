"""Which seat is written down when somebody who has several acts on a case."""

from dataclasses import replace
from uuid import UUID

from app.domain.actor import Actor, Assignment
from app.domain.records import SubscriptionRow
from app.usecases import Tools
from app.usecases.desk.acts import seat_for_act
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.comment_case import comment_case

STREET = "33.02.11.004"
ROOM, COUNTY = STREET + ".cmd", "33.02.11"
DUTY = ("street_duty", ROOM)
#: the seat that comes first by name has nothing to do with the case
OFFICER = Actor(
    "duty-1", "duty", "值班员", (Assignment("city_duty", "33.02"), Assignment("county_duty", COUNTY), Assignment(*DUTY))
)


def test_a_remark_is_signed_in_the_seat_nearest_to_the_case(demo_city: Tools, street_case: UUID) -> None:
    number = comment_case(demo_city, actor=OFFICER, case_id=street_case, text="已电话联系")
    above = replace(OFFICER, assignments=OFFICER.assignments[:2])
    again = comment_case(demo_city, actor=above, case_id=street_case, text="县里也知道")
    far = replace(OFFICER, assignments=OFFICER.assignments[:1])
    last = comment_case(demo_city, actor=far, case_id=street_case, text="市里也知道")
    with demo_city.store.unit_of_work() as uow:
        facts = {fact.seq: (fact.role, fact.unit) for fact in uow.facts.of_case(street_case)}
    assert [facts[one] for one in (number, again, last)] == [DUTY, ("county_duty", COUNTY), ("city_duty", "33.02")]


def test_an_act_is_performed_in_the_seat_that_it_is_offered_to(demo_city: Tools, street_case: UUID) -> None:
    with demo_city.store.unit_of_work() as uow:
        task = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
        (example, *_) = uow.subscriptions.of_case(street_case)
    row: SubscriptionRow = replace(example, offered_to=("street_duty",), unit=STREET + ".001", task_key="")
    assert seat_for_act(demo_city, OFFICER, row, {}) == DUTY
    assert seat_for_act(demo_city, replace(OFFICER, assignments=OFFICER.assignments[:2]), row, {}) is None
    # the holder acts in the seat of the task, whatever else the act is offered to
    held = replace(claim_task_row(demo_city, task.id), candidates=(DUTY,))
    beside = replace(example, offered_to=("city_duty", "holder"), unit="33.02", task_key=held.key)
    assert seat_for_act(demo_city, OFFICER, beside, {held.key: held}) == DUTY
    assert seat_for_act(demo_city, OFFICER, beside, {}) == ("city_duty", "33.02")


def claim_task_row(tools: Tools, task_id: UUID):  # type: ignore[no-untyped-def]
    claim_task(tools, actor=OFFICER, task_id=task_id)
    with tools.store.unit_of_work() as uow:
        return uow.tasks.get(task_id)
