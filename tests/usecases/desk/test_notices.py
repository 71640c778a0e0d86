"""Notices: whom they are shown to, in words, and until when they count as unread."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.ids import new_id
from app.usecases import Tools
from app.usecases.desk.mark_notice_read import NoticeNotFound, mark_notice_read
from app.usecases.desk.read_notices import SHOWN, read_notices

ROOM = "33.02.11.004.cmd"
DUTY = Actor("duty-1", "duty", "值班员", (Assignment("street_duty", ROOM),))
SECOND = Actor("duty-2", "duty2", "值班员", (Assignment("street_duty", ROOM),))
ELSEWHERE = Actor("duty-3", "duty3", "值班员", (Assignment("street_duty", "33.02.11.005.cmd"),))


def tell(tools: Tools, number: int = 1) -> list[UUID]:
    """Put notices before the duty officers of the room."""
    start = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        found = [
            uow.notices.add(11, start + timedelta(seconds=nth), "unit.dispatched", role="street_duty", unit=ROOM,
                            params={"event_no": f"NB-{nth}"})
            for nth in range(number)
        ]  # fmt: skip
        uow.commit()
    return found


def test_a_notice_is_read_in_words_by_each_holder_of_the_seat_for_himself(demo_city: Tools) -> None:
    (notice,) = tell(demo_city)
    seen = read_notices(demo_city, actor=DUTY)
    (line,) = seen.lines
    assert (line.id, line.unread, seen.unread) == (notice, True, 1)
    assert line.text == "事件 NB-0 已派给本单位，请签收。"
    assert line.text_en == "Event NB-0 has been dispatched to your unit. Please sign off."
    assert mark_notice_read(demo_city, actor=DUTY, notice_id=notice) == 1
    assert mark_notice_read(demo_city, actor=DUTY, notice_id=notice) == 0
    again = read_notices(demo_city, actor=DUTY)
    assert (again.unread, again.lines[0].unread) == (0, False)
    assert read_notices(demo_city, actor=SECOND).unread == 1


def test_nobody_sees_or_marks_the_notices_of_another_seat(demo_city: Tools) -> None:
    (notice,) = tell(demo_city)
    assert read_notices(demo_city, actor=ELSEWHERE).lines == []
    for unknown in (notice, new_id(11, demo_city.clock.now())):
        with pytest.raises(NoticeNotFound):
            mark_notice_read(demo_city, actor=ELSEWHERE, notice_id=unknown)
    assert mark_notice_read(demo_city, actor=ELSEWHERE) == 0


def test_the_newest_are_listed_and_all_are_counted_and_marked(demo_city: Tools) -> None:
    told = tell(demo_city, SHOWN + 5)
    seen = read_notices(demo_city, actor=DUTY)
    assert [line.id for line in seen.lines] == told[::-1][:SHOWN]
    assert seen.unread == SHOWN + 5
    assert mark_notice_read(demo_city, actor=DUTY) == SHOWN + 5
    assert read_notices(demo_city, actor=DUTY).unread == 0


def test_a_seats_notice_does_not_reach_those_of_its_holders_who_are_excluded(
    demo_city: Tools, street_case: UUID
) -> None:
    with demo_city.store.unit_of_work() as uow:
        row = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
        task = row.id
        role, unit = row.candidates[0]
        first, second = (Actor(f"n-{nth}", f"holder{nth}", "值班员", (Assignment(role, unit),)) for nth in (1, 2))
        at = max(demo_city.clock.now(), row.created_at)
        told = uow.notices.add(row.county, at, "unit.dispatched", role=role, unit=unit, case_id=row.case_id,
                               params={"event_no": "NB-1"})  # fmt: skip
        uow.commit()

    def hears(actor: Actor) -> bool:
        with demo_city.store.unit_of_work() as uow:
            heard = uow.notices.is_for(actor, told)
        assert heard == (told in {line.id for line in read_notices(demo_city, actor=actor).lines})
        return heard

    assert hears(first) and hears(second)
    changes = (("tasks", "excluded_people", ["holder1"]), ("tasks", "excluded_people", ["n-1"]),
               ("tasks", "excluded_units", [unit.rpartition(".")[0]]))  # fmt: skip
    for table, column, value in changes:
        with demo_city.store.engine.begin() as link:
            link.exec_driver_sql(f"update {table} set excluded_people = '{{}}', excluded_units = '{{}}'"
                                 " where id = %(id)s", {"id": task})  # fmt: skip
            link.exec_driver_sql(f"update {table} set {column} = %(value)s where id = %(id)s",
                                 {"value": value, "id": task})  # fmt: skip
        assert not hears(first) and hears(second) == (column == "excluded_people")
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql("update tasks set excluded_units = '{}' where id = %(id)s", {"id": task})
        link.exec_driver_sql("update cases set accused_unit = %(unit)s where id = %(case)s",
                             {"unit": unit.rpartition(".")[0], "case": row.case_id})  # fmt: skip
    assert not hears(first) and not hears(second)
