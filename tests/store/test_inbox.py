"""The boxes: what is where, page by page, and what nobody may see there."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.errors import Invalid, TaskNotFound
from app.domain.ids import new_id
from app.domain.records import TaskRow
from app.domain.records_traffic import ReportRow
from app.store import Store
from tests.store.cast import (
    AT,
    GRID,
    OTHER_STREET,
    PLATFORM,
    ROOM,
    STREET,
    Cast,
    claim,
    only_task,
    open_task,
    start,
    step,
)


def nodes(store: Store, actor: Actor, **wanted: Any) -> list[str]:
    """Read one page of a box, by node."""
    with store.unit_of_work() as uow:
        return [task.node for task in uow.tasks.list(actor, **{"now": AT, **wanted}).rows]


def all_pages(store: Store, actor: Actor, **wanted: Any) -> list[TaskRow]:
    """Page through a box."""
    found: list[TaskRow] = []
    after = None
    with store.unit_of_work() as uow:
        while True:
            page = uow.tasks.list(actor, **{"now": AT, "limit": 3, "after": after, **wanted})
            assert len(page.rows) <= 3
            found.extend(page.rows)
            if page.next is None:
                return found
            after = page.next


def test_todo_is_what_is_offered_to_one_of_my_seats_or_held_by_me(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("mine")])
    start(store, opened=[open_task("same_role_elsewhere", ("street_duty", OTHER_STREET + ".cmd"))])
    start(store, opened=[open_task("same_unit_other_role", ("street_affairs", ROOM))])
    # the pair counts, not the role here and the unit there
    start(store, opened=[open_task("crossed", ("street_duty", PLATFORM), ("platform_public_order", ROOM))])
    start(store, opened=[open_task("either", ("platform_public_order", PLATFORM), ("street_duty", ROOM))])
    assert sorted(nodes(store, cast.duty)) == ["either", "mine"]
    # two ways to the same task are one task
    assert sorted(nodes(store, cast.both)) == ["either", "mine"]
    assert nodes(store, cast.citizen) == []


def test_a_claimed_task_is_in_its_holders_box_only(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    claim(store, only_task(store, case), cast.duty)
    assert (nodes(store, cast.duty), nodes(store, cast.second_duty)) == (["accept"], [])
    with store.unit_of_work() as uow:
        uow.tasks.release(only_task(store, case), cast.duty)
        uow.commit()
    assert (nodes(store, cast.duty), nodes(store, cast.second_duty)) == (["accept"], ["accept"])
    claim(store, only_task(store, case), cast.second_duty)
    assert (nodes(store, cast.duty), nodes(store, cast.second_duty)) == ([], ["accept"])


def test_pages_meet_without_gap_or_repetition_over_equal_and_missing_due_times(store: Store, cast: Cast) -> None:
    opened = [
        open_task(f"n{n}", due=due)
        for n, due in enumerate([timedelta(hours=1)] * 5 + [None] * 5 + [timedelta(hours=2)] * 3)
    ]
    start(store, opened=opened)
    case = start(store, opened=[open_task("held")])
    claim(store, only_task(store, case), cast.duty)
    for sort in ("due_at", "-due_at", "created_at", "-created_at", "urgency"):
        rows = all_pages(store, cast.duty, sort=sort)
        assert len(rows) == len({row.id for row in rows}) == 14, sort
    due = [row.due_at for row in all_pages(store, cast.duty)]
    assert due == [AT + timedelta(hours=1)] * 6 + [AT + timedelta(hours=2)] * 3 + [None] * 5


def test_sorts_sort(store: Store, cast: Cast) -> None:
    start(store, at=AT, opened=[open_task("old", due=timedelta(hours=9))], record={"urgency": "U3"})
    start(
        store, at=AT + timedelta(minutes=1), opened=[open_task("new", due=timedelta(hours=1))], record={"urgency": "U4"}
    )
    start(
        store,
        at=AT + timedelta(minutes=2),
        opened=[open_task("newest", due=timedelta(hours=4))],
        record={"urgency": "U1"},
    )
    assert nodes(store, cast.duty) == ["new", "newest", "old"]
    assert nodes(store, cast.duty, sort="-due_at") == ["old", "newest", "new"]
    assert nodes(store, cast.duty, sort="created_at") == ["old", "new", "newest"]
    assert nodes(store, cast.duty, sort="-created_at") == ["newest", "new", "old"]
    assert nodes(store, cast.duty, sort="urgency") == ["newest", "old", "new"]


@pytest.mark.parametrize("wanted", [
    {"box": "everything"}, {"light": "blue"}, {"sort": "holder; drop table tasks"}, {"sort": "-finished_at"},
    {"after": "x"}, {"after": "WyJkdWVfYXQiXQ"}, {"after": "é"}, {"after": "WyJjcmVhdGVkX2F0IiwiYSIsImIiXQ"},
])  # fmt: skip
def test_what_is_not_a_box_light_sort_or_cursor_is_invalid(store: Store, cast: Cast, wanted: dict[str, str]) -> None:
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.tasks.list(cast.duty, now=AT, **wanted)


def test_a_cursor_of_another_sort_is_invalid(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("a"), open_task("b")])
    with store.unit_of_work() as uow:
        cursor = uow.tasks.list(cast.duty, now=AT, limit=1).next
        with pytest.raises(Invalid):
            uow.tasks.list(cast.duty, now=AT, after=cursor, sort="-created_at")


def test_filters_by_role_light_and_text(store: Store, cast: Cast) -> None:
    start(store, record={"event_no": "NB-330211-20260302-000007", "title": "路灯 100% 不亮_A"}, opened=[
        open_task("red", due=timedelta(hours=-1), yellow=timedelta(hours=-2)),
        open_task("yellow", due=timedelta(hours=1), yellow=timedelta(hours=-1)),
        open_task("green", due=timedelta(hours=9), yellow=timedelta(hours=7)),
        open_task("grey", due=timedelta(hours=-1), paused=True),
        open_task("endless", due=None),
        open_task("platform", ("platform_public_order", PLATFORM)),
    ])  # fmt: skip
    lights = {light: sorted(nodes(store, cast.duty, light=light)) for light in ("red", "yellow", "green", "grey")}
    assert lights == {"red": ["red"], "yellow": ["yellow"], "green": ["endless", "green"], "grey": ["grey"]}
    assert nodes(store, cast.both, role="platform_public_order") == ["platform"]
    for q, number in {
        "000007": 5,
        "路灯": 5,
        "100%": 5,
        "亮_a": 5,
        "_": 5,
        "1%0": 0,
        "灯_1": 0,
        "": 5,
        "endless": 1,
        "\\": 0,
        "'": 0,
    }.items():
        assert len(nodes(store, cast.duty, q=q)) == number, q
    with store.unit_of_work() as uow:
        counts = uow.tasks.list_and_count(cast.duty, AT)[1]
    assert counts["todo"] == 5


def test_the_role_filter_finds_a_task_whose_second_candidate_it_is(store: Store, cast: Cast) -> None:
    both = (("grid_leader", GRID), ("grid_member", GRID))
    start(store, opened=[open_task("offered", *both)])
    case = start(store, opened=[open_task("held", *both), open_task("other", ("street_duty", ROOM))])
    with store.unit_of_work() as uow:
        held = next(task.id for task in uow.tasks.of_case(case.id) if task.node == "held")
    claim(store, held, cast.grid_worker)
    assert sorted(nodes(store, cast.grid_worker, role="grid_member")) == ["held", "offered"]
    assert nodes(store, cast.grid_worker, role="street_duty") == []
    assert sorted(nodes(store, cast.director, box="area", role="grid_member")) == ["held", "offered"]
    assert nodes(store, cast.director, box="area", role="street_duty") == ["other"]


def test_the_due_moment_itself_is_red(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("now", due=timedelta())])
    assert nodes(store, cast.duty, light="red") == ["now"]


def test_counts_stop_after_a_thousand(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task(f"n{n}", due=timedelta(hours=-1)) for n in range(1010)])
    with store.unit_of_work() as uow:
        counts = uow.tasks.list_and_count(cast.duty, AT)[1]
    # exact up to a thousand; one more stands for all that is above
    assert (counts["todo"], counts["area"], counts["supervise"]) == (1001, 1001, 1001)
    assert {box: counts[box] for box in ("done", "mine", "cc", "watched")} == dict.fromkeys(
        ("done", "mine", "cc", "watched"), 0
    )


def test_who_is_excluded_finds_nothing(store: Store, cast: Cast) -> None:
    start(store, opened=[
        open_task("by_id", excluded_people=(cast.duty.id,)), open_task("by_name", excluded_people=("duty",)),
        open_task("by_unit", excluded_units=(ROOM,)), open_task("by_higher_unit", excluded_units=(STREET,)),
        open_task("elsewhere", excluded_units=(OTHER_STREET, PLATFORM)),
    ])  # fmt: skip
    start(store, opened=[open_task("accused")], record={"accused_unit": STREET})
    assert nodes(store, cast.duty) == ["elsewhere"]
    assert nodes(store, cast.duty, sort="created_at") == ["elsewhere"]
    # a colleague is only kept out by the units
    assert sorted(nodes(store, cast.second_duty)) == ["by_id", "by_name", "elsewhere"]
    assert sorted(nodes(store, cast.director, box="area")) == ["by_id", "by_name", "elsewhere"]
    with store.unit_of_work() as uow:
        assert uow.tasks.list_and_count(cast.duty, AT)[1]["todo"] == 1
        assert uow.tasks.list_and_count(cast.director, AT)[1]["area"] == 3
    # the county is above the accused street
    assert "accused" in nodes(store, cast.county_duty, box="area")


def test_a_unit_that_is_accused_later_loses_sight_of_the_task(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("open"), open_task("held")])
    with store.unit_of_work() as uow:
        held = next(task.id for task in uow.tasks.of_case(case.id) if task.node == "held")
    claim(store, held, cast.duty)
    assert sorted(nodes(store, cast.duty)) == ["held", "open"]
    step(store, case, record={"accused_unit": ROOM})
    assert nodes(store, cast.duty) == []
    with store.unit_of_work() as uow:
        assert uow.tasks.list_and_count(cast.duty, AT)[1]["todo"] == 0
        with pytest.raises(TaskNotFound):
            uow.tasks.visible_to(cast.duty, held)
        with pytest.raises(TaskNotFound):
            uow.cases.lock_for_task(held, cast.duty)


def test_a_similar_code_is_not_below(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("kept", excluded_units=("33.02.11.00", "33.02.11.004.c"))])
    assert nodes(store, cast.duty) == ["kept"]


def test_done_is_what_i_finished_newest_first(store: Store, cast: Cast) -> None:
    for minute in range(5):
        case = start(store, opened=[open_task(f"n{minute}"), open_task("other")])
        with store.unit_of_work() as uow:
            task = next(task for task in uow.tasks.of_case(case.id) if task.node != "other")
        claim(store, task.id, cast.duty)
        step(store, case, finished=(task.key, cast.duty), guard=task.id, at=AT + timedelta(minutes=minute),
             ended={task.key: "completed", "event/other#1": "cancelled"})  # fmt: skip
    assert [row.node for row in all_pages(store, cast.duty, box="done")] == ["n4", "n3", "n2", "n1", "n0"]
    assert nodes(store, cast.second_duty, box="done") == []
    assert nodes(store, cast.duty) == []


def test_mine_is_one_task_of_each_case_that_i_started_or_reported(store: Store, cast: Cast) -> None:
    first = start(store, started_by=cast.grid_worker.id, opened=[open_task("first")])
    step(store, first, ended={"event/first#1": "completed"}, opened=[open_task("second")])
    start(store, record={"reported_by": cast.grid_worker.id}, opened=[open_task("reported")])
    start(store, opened=[open_task("not_mine")])
    assert sorted(nodes(store, cast.grid_worker, box="mine")) == ["reported", "second"]
    assert nodes(store, cast.duty, box="mine") == []


def test_mine_shows_nothing_that_its_owner_is_excluded_from(store: Store, cast: Cast) -> None:
    mine = {"reported_by": cast.duty.id}
    accused = start(store, record=mine, started_by=cast.duty.id, opened=[open_task("accused")])
    start(store, record=mine, opened=[open_task("seen"), open_task("hidden", excluded_people=("duty",))])
    assert sorted(nodes(store, cast.duty, box="mine")) == ["accused", "seen"]
    accused = step(store, accused, record=mine | {"accused_unit": ROOM})
    assert nodes(store, cast.duty, box="mine") == ["seen"]
    # also when only its finished tasks are left, which were not told of the accusation
    finished = start(store, record=mine, opened=[open_task("finished")])
    finished = step(store, finished, record=mine, ended={"event/finished#1": "completed"})
    step(store, finished, record=mine | {"accused_unit": STREET})
    assert nodes(store, cast.duty, box="mine") == ["seen"]


def test_mine_finds_a_case_that_hides_its_reporter(store: Store, cast: Cast) -> None:
    case = start(store, record={"reported_by": "reporter:x", "confidential": True}, opened=[open_task("hidden")])
    with store.unit_of_work() as uow:
        for _ in range(3):
            report = ReportRow(county=11, id=new_id(11, AT), case_id=case.id, received_at=AT, confidential=True,
                               reported_by=cast.citizen.id)  # fmt: skip
            uow.reports.add(report)
        uow.commit()
    assert nodes(store, cast.citizen, box="mine") == ["hidden"]
    assert nodes(store, cast.grid_worker, box="mine") == []
    step(store, case, record={"accused_unit": ROOM, "reported_by": "reporter:x"})
    assert nodes(store, cast.citizen, box="mine") == ["hidden"]


def test_area_is_what_is_open_in_my_place_for_those_who_supervise(store: Store, cast: Cast) -> None:
    late = open_task("here", ("platform_public_order", PLATFORM), due=timedelta(hours=-1))
    start(store, opened=[late, open_task("in_time")])
    start(store, opened=[open_task("there", due=timedelta(hours=2))], record={
        "street": OTHER_STREET, "village": OTHER_STREET + ".001", "grid": OTHER_STREET + ".001.001",
        "command_room": OTHER_STREET + ".cmd",
    })  # fmt: skip
    for who in (cast.director, cast.village_secretary, cast.duty, cast.street_auditor):
        assert nodes(store, who, box="area") == ["here", "in_time"], who.username
        assert nodes(store, who, box="supervise") == ["here"]
    for who in (cast.county_duty, cast.city_supervisor, cast.auditor):
        assert nodes(store, who, box="area") == ["here", "in_time", "there"], who.username
    assert nodes(store, cast.other_director, box="area") == ["there"]
    for who in (cast.platform, cast.grid_worker, cast.water, cast.admin, cast.citizen):
        assert nodes(store, who, box="area") == [], who.username
    assert len(all_pages(store, cast.city_supervisor, box="area", limit=1)) == 3


def test_confidential_tasks_show_in_no_area_but_the_auditors(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("secret")], record={"confidential": True})
    assert nodes(store, cast.duty) == ["secret"]
    assert nodes(store, cast.duty, box="area") == ["secret"]
    assert nodes(store, cast.director, box="area") == []
    assert nodes(store, cast.city_supervisor, box="area") == []
    assert nodes(store, cast.auditor, box="area") == ["secret"]
    with store.unit_of_work() as uow:
        assert uow.tasks.list_and_count(cast.director, AT)[1]["area"] == 0
    claim(store, only_task(store, case), cast.second_duty)
    assert nodes(store, cast.duty, box="area") == []
    assert nodes(store, cast.second_duty, box="area") == ["secret"]


def test_an_actor_without_id_or_seat_finds_nothing(store: Store) -> None:
    start(store, opened=[open_task(), open_task("x", (" ", ""))])
    nobody = Actor(id="", username="")
    for box in ("todo", "done", "mine", "area", "supervise"):
        assert nodes(store, nobody, box=box) == [], box
    strange = Actor(id="x", username="x", assignments=(Assignment("auditor", "no unit"), Assignment("street_duty", "")))
    assert nodes(store, strange, box="area") == []
    assert nodes(store, SYSTEM) == []
